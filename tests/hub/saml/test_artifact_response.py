"""The ArtifactResponse, seen by xmlsec: signed outside, and what is inside stays signed."""

from datetime import UTC, datetime

from lxml import etree

from hub.saml import artifact_response
from hub.saml.artifact_response import ArtifactEnvelope
from metadata import names
from tests.builders import HUB, an_encryption_key
from tests.hub.saml.answers import (
    SIGNER,
    an_assertion,
    answered,
    canonical,
    decrypted,
    found,
    verified_by_xmlsec,
)

ENVELOPE = ArtifactEnvelope(
    "_artifact-response", HUB, "_resolve-1", datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
)


def around(message: bytes | None) -> bytes:
    return artifact_response.signed(ENVELOPE, message, SIGNER)


def test_it_says_whose_it_is_and_what_it_answers() -> None:
    root = etree.fromstring(around(None))
    assert root.tag == f"{{{names.SAMLP}}}ArtifactResponse"
    assert dict(root.attrib) == {
        "ID": "_artifact-response",
        "InResponseTo": "_resolve-1",
        "IssueInstant": "2026-11-23T10:14:00Z",
        "Version": "2.0",
    }
    assert found(root, "saml:Issuer").text == HUB


def test_nothing_under_an_artifact_is_success_all_the_same() -> None:
    root = etree.fromstring(around(None))
    assert found(root, "samlp:Status/samlp:StatusCode").get("Value") == names.SUCCESS
    assert root.find(f"{{{names.SAMLP}}}Response") is None
    assert verified_by_xmlsec(root, found(root, "ds:Signature")) == "#_artifact-response"


def test_it_is_canonical_as_it_is_sent() -> None:
    sent = around(answered(an_assertion()))
    assert canonical(etree.fromstring(sent)) == sent


def test_its_own_signature_covers_all_of_it() -> None:
    root = etree.fromstring(around(answered(an_assertion())))
    assert verified_by_xmlsec(root, found(root, "ds:Signature")) == "#_artifact-response"


def test_the_signatures_inside_stay_good_where_they_stand() -> None:
    root = etree.fromstring(around(answered(an_assertion())))
    message = found(root, "samlp:Response")
    assert verified_by_xmlsec(message, found(message, "ds:Signature")) == "#_response"
    inner = found(message, "saml:Assertion")
    assert verified_by_xmlsec(inner, found(inner, "ds:Signature")) == "#_assertion"


def test_an_encrypted_assertion_goes_along_encrypted() -> None:
    message = answered(an_assertion(), an_encryption_key(names.AES256_GCM))
    root = etree.fromstring(around(message))
    encrypted = found(root, "samlp:Response/saml:EncryptedAssertion")
    assert decrypted(encrypted).get("ID") == "_assertion"
