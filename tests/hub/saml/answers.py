"""Answers for the tests of `assertion` and `response`, and an independent eye on them."""

from datetime import UTC, datetime
from typing import Any

import xmlsec
from lxml import etree

from hub.saml import response
from hub.saml.assertion import Assertion
from hub.saml.attributes import Attribute
from hub.saml.response import Envelope, Signer, Status
from metadata import names
from metadata.description import EncryptionKey
from tests.builders import CONSUMER, HUB, REGISTERED, SP, KeyPair

ISSUED = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
KEY = REGISTERED.signing_key
SIGNER = Signer(KEY, KEY.algorithm)


def an_assertion(**changes: Any) -> Assertion:
    given: dict[str, Any] = {
        "id": "_assertion",
        "issuer": f"{HUB}/saml/metadata",
        "audience": SP,
        "recipient": CONSUMER,
        "in_response_to": "_request-1",
        "name_id": "_transient",
        "name_id_format": names.TRANSIENT,
        "issued_at": ISSUED,
        "authn_at": ISSUED.replace(hour=9),
        "session_index": "_index",
        "context_class": names.PASSWORD_PROTECTED_TRANSPORT,
        "attributes": (Attribute("uid", "02013299997"),),
    }
    return Assertion(**(given | changes))


def an_envelope(**changes: Any) -> Envelope:
    given: dict[str, Any] = {
        "id": "_response",
        "issuer": f"{HUB}/saml/metadata",
        "destination": CONSUMER,
        "in_response_to": "_request-1",
        "issued_at": ISSUED,
    }
    return Envelope(**(given | changes))


def answered(
    assertion: Assertion, to: EncryptionKey | None = None, envelope: Envelope | None = None
) -> bytes:
    return response.with_assertion(envelope or an_envelope(), assertion, to, SIGNER)


def refused(status: Status, **envelope: Any) -> bytes:
    return response.with_status(an_envelope(**envelope), status, SIGNER)


def canonical(root: etree._Element) -> bytes:
    return etree.tostring(root, method="c14n", exclusive=True, inclusive_ns_prefixes=["xs"])


def found(root: etree._Element, path: str) -> etree._Element:
    """The one element at this path, in the prefixes of the specification."""
    elements = root.findall(
        path, {"saml": names.SAML, "samlp": names.SAMLP, "ds": names.DS, "xenc": names.XENC}
    )
    assert len(elements) == 1, path
    return elements[0]


def verified_by_xmlsec(root: etree._Element, signature: etree._Element) -> str:
    """The ID that this signature covers, verified by python-xmlsec alone."""
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        REGISTERED.certificate.der, xmlsec.constants.KeyDataFormatCertDer
    )
    context.verify(signature)
    return found(signature, "ds:SignedInfo/ds:Reference").get("URI", "")


def decrypted(encrypted: etree._Element, key: KeyPair = REGISTERED) -> etree._Element:
    """The assertion in an EncryptedAssertion, as python-xmlsec deciphers it."""
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(key.key_pem, xmlsec.constants.KeyDataFormatPem))
    context = xmlsec.EncryptionContext(manager)
    plain = context.decrypt(found(encrypted, "xenc:EncryptedData"))
    return etree.fromstring(etree.tostring(plain))
