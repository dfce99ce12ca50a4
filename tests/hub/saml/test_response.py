"""A Response as others see it: python-xmlsec, the schema, and the service provider's key."""

import pytest
import xmlsec
from hypothesis import given, settings
from lxml import etree

from hub.saml.attributes import Attribute
from hub.saml.response import Status
from metadata import names, schema
from metadata.description import EncryptionKey
from metadata.errors import MetadataError
from metadata.schema import Kind
from metadata.signature import signed_part
from tests.builders import CONSUMER, REGISTERED, STRANGER, an_encryption_key
from tests.hub.saml.answers import (
    an_assertion,
    an_envelope,
    answered,
    canonical,
    decrypted,
    found,
    refused,
    verified_by_xmlsec,
)
from tests.hub.saml.test_assertion import ANY_TEXT

NO_PASSIVE = Status(names.RESPONDER, names.NO_PASSIVE, 'IsPassive, & "no" login <here>')


@settings(max_examples=25)
@given(name_id=ANY_TEXT, value=ANY_TEXT)
def test_it_is_canonical_valid_and_verified_whatever_the_values(name_id: str, value: str) -> None:
    message = answered(an_assertion(name_id=name_id, attributes=(Attribute("uid", value),)))
    root = etree.fromstring(message)
    assert canonical(root) == message
    assert schema.schema_faults(root, Kind.PROTOCOL) == []
    assert verified_by_xmlsec(root, found(root, "ds:Signature")) == "#_response"
    assert verified_by_xmlsec(root, found(root, "saml:Assertion/ds:Signature")) == "#_assertion"


@settings(max_examples=12)
@given(value=ANY_TEXT)
def test_the_encrypted_form_is_so_too(value: str) -> None:
    assertion = an_assertion(name_id=value, attributes=(Attribute("uid", value),))
    message = answered(assertion, an_encryption_key())
    root = etree.fromstring(message)
    assert canonical(root) == message
    assert schema.schema_faults(root, Kind.PROTOCOL) == []
    assert verified_by_xmlsec(root, found(root, "ds:Signature")) == "#_response"
    plain = decrypted(found(root, "saml:EncryptedAssertion"))
    assert verified_by_xmlsec(plain, found(plain, "ds:Signature")) == "#_assertion"
    assert found(plain, "saml:Subject/saml:NameID").text == (value or None)


def test_our_own_verifier_agrees() -> None:
    part = signed_part(etree.fromstring(refused(NO_PASSIVE)), [REGISTERED.certificate])
    assert part.element.get("ID") == "_response"


def test_an_assertion_lifted_out_of_its_response_still_verifies() -> None:
    root = etree.fromstring(answered(an_assertion()))
    lifted = etree.fromstring(etree.tostring(found(root, "saml:Assertion")))
    assert verified_by_xmlsec(lifted, found(lifted, "ds:Signature")) == "#_assertion"


@pytest.mark.parametrize("path", ["ds:Signature", "saml:Assertion/ds:Signature"])
def test_a_changed_value_breaks_both_signatures(path: str) -> None:
    root = etree.fromstring(answered(an_assertion()).replace(b"02013299997", b"02013299998"))
    with pytest.raises(xmlsec.Error):
        verified_by_xmlsec(root, found(root, path))


def test_it_says_where_it_goes_and_what_it_answers() -> None:
    root = etree.fromstring(answered(an_assertion()))
    assert dict(root.attrib) == {
        "ID": "_response",
        "Version": "2.0",
        "IssueInstant": "2026-11-23T10:14:00Z",
        "Destination": CONSUMER,
        "InResponseTo": "_request-1",
    }
    assert found(root, "samlp:Status/samlp:StatusCode").get("Value") == names.SUCCESS


def test_an_unsolicited_response_answers_nothing() -> None:
    message = answered(an_assertion(), envelope=an_envelope(in_response_to=None))
    assert etree.fromstring(message).get("InResponseTo") is None


# --- encryption -------------------------------------------------------------------------


def test_where_it_is_encrypted_nothing_stands_in_clear() -> None:
    message = answered(an_assertion(), an_encryption_key())
    for secret in (b"02013299997", b"_transient", b"_index"):
        assert secret not in message
    assert b"<saml:Assertion" not in message


def test_another_key_cannot_open_it() -> None:
    root = etree.fromstring(answered(an_assertion(), an_encryption_key()))
    with pytest.raises(xmlsec.Error):
        decrypted(found(root, "saml:EncryptedAssertion"), STRANGER)


@pytest.mark.parametrize("listed", [(names.AES128_CBC,), (names.TRIPLE_DES_CBC,)])
def test_it_never_falls_back_to_plain_text(listed: tuple[str, ...]) -> None:
    with pytest.raises(MetadataError) as refusal:
        answered(an_assertion(), EncryptionKey(REGISTERED.certificate, listed))
    assert refusal.value.code == "encryption-method"


def test_rsa_1_5_is_never_used() -> None:
    with pytest.raises(MetadataError) as refusal:
        answered(an_assertion(), an_encryption_key(names.RSA_1_5))
    assert refusal.value.code == "encryption-key-transport"


# --- status -----------------------------------------------------------------------------


def test_a_refusal_is_canonical_valid_and_signed() -> None:
    message = refused(NO_PASSIVE)
    root = etree.fromstring(message)
    assert canonical(root) == message
    assert schema.schema_faults(root, Kind.PROTOCOL) == []
    assert verified_by_xmlsec(root, found(root, "ds:Signature")) == "#_response"


def test_a_refusal_tells_both_codes_and_the_words_and_holds_no_assertion() -> None:
    root = etree.fromstring(refused(NO_PASSIVE))
    top = found(root, "samlp:Status/samlp:StatusCode")
    assert top.get("Value") == names.RESPONDER
    assert found(top, "samlp:StatusCode").get("Value") == names.NO_PASSIVE
    assert found(root, "samlp:Status/samlp:StatusMessage").text == NO_PASSIVE.message
    assert root.find(f"{{{names.SAML}}}Assertion") is None
