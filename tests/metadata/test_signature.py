"""What we sign is read by others, and what others sign is read by us."""

import subprocess
from pathlib import Path

import pytest
import xmlsec
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from certs.signing_key import PemSigningKey, SignatureAlgorithm, UnfitAlgorithm
from metadata import canonical, names, safe_xml
from metadata.signature import URI_OF, BadSignature, enveloped, has_signature, signed_part
from tests.metadata.sample_keys import certificate_file, ec_key, rsa_key
from tests.metadata.test_canonical import XML_TEXT
from tests.needed import program

KEYS = [rsa_key(), ec_key()]


def a_message(text: str = "hei") -> tuple[bytes, bytes]:
    head = (
        f'<samlp:Response xmlns:samlp="{names.SAMLP}" ID="_1"><saml:Issuer '
        f'xmlns:saml="{names.SAML}">https://idp.example.no</saml:Issuer>'
    )
    tail = (
        f'<saml:AttributeValue xmlns:saml="{names.SAML}" xmlns:xs="{names.XS}" '
        f'xmlns:xsi="{names.XSI}" xsi:type="xs:string">{canonical.text(text)}'
        "</saml:AttributeValue></samlp:Response>"
    )
    return head.encode(), tail.encode()


def signed(text: str = "hei", key: PemSigningKey = rsa_key()) -> bytes:
    return enveloped(*a_message(text), "_1", key)


def c14n(document: bytes) -> bytes:
    root = etree.fromstring(document)
    return etree.tostring(root, method="c14n", exclusive=True, inclusive_ns_prefixes=["xs"])


def verify_by_xmlsec(document: bytes, key: PemSigningKey) -> None:
    root = etree.fromstring(document)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        key.certificate.der, xmlsec.constants.KeyDataFormatCertDer
    )
    context.verify(next(root.iter(f"{{{names.DS}}}Signature")))


@pytest.mark.parametrize("key", KEYS, ids=["rsa", "ec"])
@given(text=XML_TEXT)
def test_what_we_sign_is_canonical_and_xmlsec_verifies_it(key: PemSigningKey, text: str) -> None:
    document = signed(text, key)
    assert c14n(document) == document
    verify_by_xmlsec(document, key)


@pytest.mark.parametrize("algorithm", list(SignatureAlgorithm))
def test_it_signs_with_each_algorithm(algorithm: SignatureAlgorithm) -> None:
    key = rsa_key() if algorithm.key_kind == "RSA" else ec_key()
    document = enveloped(*a_message(), "_1", key, algorithm)
    assert URI_OF[algorithm].encode() in document
    verify_by_xmlsec(document, key)


def test_the_xmlsec1_program_verifies_it(tmp_path: Path) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(signed())
    subprocess.run(
        [
            program("xmlsec1"),
            "--verify",
            "--enabled-key-data",
            "rsa",
            "--pubkey-cert-pem",
            certificate_file(),
            "--id-attr:ID",
            "Response",
            file,
        ],
        check=True,
        capture_output=True,
    )


def test_python3_saml_verifies_it() -> None:
    certificate = certificate_file().read_text()
    assert OneLogin_Saml2_Utils.validate_sign(signed(), certificate, raise_exceptions=True)


def test_a_signed_assertion_can_stand_in_a_signed_response() -> None:
    start = f'<saml:Assertion xmlns:saml="{names.SAML}" ID="_a">'.encode()
    assertion = enveloped(start, b"</saml:Assertion>", "_a", rsa_key())
    head = f'<samlp:Response xmlns:samlp="{names.SAMLP}" ID="_1">'.encode()
    response = enveloped(head, assertion + b"</samlp:Response>", "_1", ec_key())
    assert c14n(response) == response
    verify_by_xmlsec(response, ec_key())
    inside = etree.fromstring(response).find(f"{{{names.SAML}}}Assertion")
    assert inside is not None
    verify_by_xmlsec(etree.tostring(inside), rsa_key())


def test_it_refuses_an_algorithm_of_another_kind_of_key() -> None:
    with pytest.raises(UnfitAlgorithm):
        enveloped(*a_message(), "_1", rsa_key(), SignatureAlgorithm.ECDSA_SHA256)


@pytest.mark.parametrize("element_id", ["", "1", 'a"b', "a b", "æ"])
def test_it_refuses_an_id_that_is_no_plain_name(element_id: str) -> None:
    with pytest.raises(ValueError):
        enveloped(*a_message(), element_id, rsa_key())


# --- reading -----------------------------------------------------------------------


def code_of(document: bytes, *keys: PemSigningKey) -> str:
    with pytest.raises(BadSignature) as caught:
        signed_part(safe_xml.parse_message(document), [one.certificate for one in keys])
    return caught.value.code


@pytest.mark.parametrize("key", KEYS, ids=["rsa", "ec"])
def test_it_tells_which_of_the_registered_keys_signed(key: PemSigningKey) -> None:
    root = safe_xml.parse_message(signed(key=key))
    registered = [rsa_key("foreign").certificate, *(one.certificate for one in KEYS)]
    assert signed_part(root, registered).certificate == key.certificate


def test_what_comes_out_is_the_message_without_its_signature() -> None:
    root = safe_xml.parse_message(signed("æ & ø"))
    part = signed_part(root, [rsa_key().certificate])
    assert not has_signature(part.element)
    assert part.element[-1].text == "æ & ø"
    assert has_signature(root)


def test_text_right_after_the_signature_is_signed_too() -> None:
    head, tail = a_message()
    document = enveloped(head, b"after" + tail, "_1", rsa_key())
    part = signed_part(safe_xml.parse_message(document), [rsa_key().certificate])
    assert part.element[0].tail == "after"


def test_a_message_within_another_document_is_read_by_itself() -> None:
    document = b"<Envelope xmlns='urn:soap'><Body>" + signed() + b" </Body></Envelope>"
    message = safe_xml.parse_message(document)[0][0]
    assert signed_part(message, [rsa_key().certificate]).element.get("ID") == "_1"


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_passes(place: int, change: int) -> None:
    honest = signed()
    altered = bytearray(honest)
    altered[place % len(honest)] ^= change
    try:
        root = safe_xml.parse_message(bytes(altered))
        element = signed_part(root, [rsa_key().certificate]).element
    except (BadSignature, safe_xml.UnsafeXml):
        return
    # KeyInfo is not signed and not read; whatever else passes reads the same.
    assert etree.tostring(element) == etree.tostring(
        signed_part(safe_xml.parse_message(honest), [rsa_key().certificate]).element
    )


def test_without_a_registered_key_nothing_passes() -> None:
    assert code_of(signed()) == "signature-no-key"


def test_an_rsa_signature_is_not_tried_with_an_ec_key() -> None:
    assert code_of(signed(), ec_key()) == "signature-wrong-key"


def test_the_refusal_tells_which_key_was_wanted_and_which_was_named() -> None:
    with pytest.raises(BadSignature) as caught:
        signed_part(
            safe_xml.parse_message(signed(key=rsa_key("foreign"))), [rsa_key().certificate]
        )
    assert caught.value.code == "signature-wrong-key"
    assert rsa_key().certificate.fingerprint in caught.value.detail
    assert rsa_key("foreign").certificate.fingerprint in caught.value.detail


def test_an_algorithm_passes_only_while_it_is_accepted() -> None:
    root = safe_xml.parse_message(signed())
    with pytest.raises(BadSignature) as caught:
        signed_part(root, [rsa_key().certificate], {names.RSA_SHA512})
    assert caught.value.code == "signature-algorithm"


def test_an_exception_lets_sha1_in() -> None:
    vector = Path(__file__).parent.parent / "vectors" / "signature" / "sha1-signature.xml"
    root = safe_xml.parse_message(vector.read_bytes())
    accepted = names.ACCEPTED_SIGNATURES | {names.RSA_SHA1}
    assert signed_part(root, [rsa_key().certificate], accepted).element.get("ID") == "_o"
