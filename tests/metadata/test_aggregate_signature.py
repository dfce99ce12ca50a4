"""Signed aggregates in pieces: signed by another library, and read as that one would."""

import io

import pytest
import xmlsec
from lxml import etree

from certs.certificate import Certificate
from metadata import aggregate_stream, names
from metadata.aggregate_signature import signed_copy
from metadata.aggregate_stream import entities
from metadata.errors import MetadataError
from metadata.signature import enveloped
from tests.metadata.sample_keys import ec_key, private_pem, rsa_key

MD, DS, C14N = names.MD, names.DS, names.EXCLUSIVE_C14N
KEY = rsa_key()
DOCUMENT = f"""<?xml version="1.0"?><!-- of a federation -->
<md:EntitiesDescriptor xmlns:md="{MD}" xmlns:x="urn:x" xmlns="urn:default"
  x:kind="a&#10;b &lt;&quot;" ID="_all" Name="federation">SIGNATURE
 <md:Extensions><x:info xmlns:y="urn:y" y:z="&#13;">a &amp; ü</x:info></md:Extensions> æ &#13; >
 <md:EntityDescriptor entityID="a"><md:SPSSODescriptor><!-- gone -->one<x:b/></md:SPSSODescriptor>
 </md:EntityDescriptor>between<md:EntitiesDescriptor xmlns:md="{MD}" xmlns:q="urn:q" q:n="1">
  <plain xmlns="">text</plain><e:EntityDescriptor xmlns:e="{MD}" entityID="b"/>
  <other/></md:EntitiesDescriptor>
 <EntityDescriptor xmlns="{MD}" entityID="c"><SPSSODescriptor x:y="1"/></EntityDescriptor>
</md:EntitiesDescriptor>"""


def a_signature(prefixes: str = "") -> str:
    inclusive = f'<i:InclusiveNamespaces xmlns:i="{C14N}" PrefixList="{prefixes}"/>'
    return f"""<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{C14N}"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#_all"><ds:Transforms>
<ds:Transform Algorithm="{DS}enveloped-signature"/>
<ds:Transform Algorithm="{C14N}">{inclusive if prefixes else ""}</ds:Transform>
</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>"""


def signed(signature: str, document: str = DOCUMENT) -> bytes:
    root = etree.fromstring(document.replace("SIGNATURE", signature).encode())
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(private_pem(), xmlsec.constants.KeyDataFormatPem)
    context.sign(root.find(f"{{{DS}}}Signature"))
    return etree.tostring(root.getroottree(), encoding="utf-8")


def copied(data: bytes, certificate: Certificate = KEY.certificate) -> bytes:
    copy = io.BytesIO()
    signer = signed_copy(io.BytesIO(data), copy, [certificate], lambda _count: None)
    assert signer == certificate
    return copy.getvalue()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregate_stream, "CHUNK", 5)
    monkeypatch.setattr(aggregate_stream, "DECLARED_WITHIN", 60)


def canonical_without_signature(data: bytes, prefixes: list[str]) -> bytes:
    """What another library makes of it all at once."""
    root = etree.fromstring(data)
    found = root.find(f"{{{DS}}}Signature")
    assert found is not None
    root.text = (root.text or "") + (found.tail or "")
    root.remove(found)
    return etree.tostring(
        root, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes
    )


@pytest.mark.parametrize("prefixes", ["", "x", "x q md"])
def test_what_is_kept_is_what_was_signed(prefixes: str) -> None:
    data = signed(a_signature(prefixes))
    assert copied(data) == canonical_without_signature(data, prefixes.split())


def test_an_instruction_is_signed_and_never_read_so_it_spoils_the_signature() -> None:
    data = signed(a_signature(), DOCUMENT.replace("between", "<?php ?>"))
    with pytest.raises(MetadataError) as caught:
        copied(data)
    assert caught.value.code == "signature-content-altered"


def test_what_is_kept_is_read_on() -> None:
    found = entities(io.BytesIO(copied(signed(a_signature()))), lambda _count: None)
    assert [one.entity_id for one in found] == ["a", "b", "c"]


def test_our_own_aggregate_is_read() -> None:
    head = f'<md:EntitiesDescriptor xmlns:md="{MD}" ID="_all">'.encode()
    tail = b'<md:EntityDescriptor entityID="a"></md:EntityDescriptor></md:EntitiesDescriptor>'
    for key in (KEY, ec_key()):
        data = enveloped(head, tail, "_all", key)
        assert copied(data, key.certificate) == head + tail


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"between", b"betweem", "signature-content-altered"),
        (b'entityID="b"', b'entityID="B"', "signature-content-altered"),
        (b"urn:q", b"urn:Q", "signature-content-altered"),
        (b'Name="federation"', b'Name="Federation"', "signature-content-altered"),
        (b"#_all", b"#_other", "signature-reference"),
        (b"rsa-sha256", b"rsa-sha384", "signature-invalid"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA", "signature-invalid"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>%%%", "signature-invalid"),
    ],
)
def test_what_was_altered_is_refused(old: bytes, new: bytes, code: str) -> None:
    data = signed(a_signature())
    assert old in data
    with pytest.raises(MetadataError) as caught:
        copied(data.replace(old, new))
    assert caught.value.code == code


def test_another_key_is_refused() -> None:
    with pytest.raises(MetadataError) as caught:
        copied(signed(a_signature()), rsa_key("foreign").certificate)
    assert caught.value.code == "signature-invalid"


@pytest.mark.parametrize("more", ["", "<md:EntityDescriptor entityID='a'/>"])
def test_one_without_a_signature_in_its_place_is_refused(more: str) -> None:
    document = f'<md:EntitiesDescriptor xmlns:md="{MD}" ID="_all">{more}'
    for last in ("", a_signature() if more else ""):
        with pytest.raises(MetadataError) as caught:
            copied(f"{document}{last}</md:EntitiesDescriptor>".encode())
        assert caught.value.code == "signature-missing"


def test_a_second_signature_is_refused() -> None:
    with pytest.raises(MetadataError) as caught:
        copied(signed(a_signature()).replace(b"between", a_signature().encode()))
    assert caught.value.code in ("signature-several", "signature-content-altered")


def test_one_that_is_too_large_spoils_a_signed_aggregate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aggregate_stream, "MAX_METADATA", 20)
    with pytest.raises(MetadataError) as caught:
        copied(signed(a_signature()))
    assert caught.value.code == "xml-too-large"
