"""Whether an answer really is one: a Response to this very request, signed twice.

Checked with python-xmlsec against the hub's certificate, not with the code that signed.
"""

import base64
import re
from html import unescape

import xmlsec
from lxml import etree

from bench.load import Sent
from bench.service import Service
from certs.certificate import Certificate
from metadata import names
from metadata.safe_xml import parse_message

FIELD = re.compile(rb'name="SAMLResponse"[^>]*\bvalue="([^"]*)"')
DS = f"{{{names.DS}}}"
SAML = f"{{{names.SAML}}}"


class NoAnswer(Exception):
    """What came back is not a signed Response with a signed assertion."""


def check(sent: Sent, request_id: str, service: Service, signer: Certificate) -> None:
    """Raise unless Response and assertion are signed by the hub and answer this request."""
    found = FIELD.search(sent.body)
    if sent.status != b"200" or found is None:
        raise NoAnswer(f"status {sent.status.decode()}: {sent.body[:800]!r}")
    response = parse_message(base64.b64decode(unescape(found[1].decode())))
    require_signed(response, signer)
    if response.get("InResponseTo") != request_id:
        raise NoAnswer(f"an answer to {response.get('InResponseTo')}, not to {request_id}")
    assertion = assertion_in(response, service)
    require_signed(assertion, signer)
    if assertion.find(f".//{SAML}AttributeValue") is None:
        raise NoAnswer("the assertion holds no attribute")


def require_signed(element: etree._Element, signer: Certificate) -> None:
    signature = only(element, f"{DS}Signature")
    reference = only(only(signature, f"{DS}SignedInfo"), f"{DS}Reference")
    if reference.get("URI") != f"#{element.get('ID')}":
        raise NoAnswer(f"the signature is over {reference.get('URI')}")
    xmlsec.tree.add_ids(element, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(signer.der, xmlsec.constants.KeyDataFormatCertDer)
    try:
        context.verify(signature)
    except xmlsec.Error as fault:
        raise NoAnswer(f"the signature of {element.tag} is not good") from fault


def assertion_in(response: etree._Element, service: Service) -> etree._Element:
    """The assertion as its receiver reads it, decrypted and alone in a tree of its own."""
    if not service.is_sealed:
        return only(response, f"{SAML}Assertion")
    manager = xmlsec.KeysManager()
    manager.add_key(
        xmlsec.Key.from_file(str(service.key_file), xmlsec.constants.KeyDataFormatPem)
    )
    encrypted = only(only(response, f"{SAML}EncryptedAssertion"), f"{{{names.XENC}}}EncryptedData")
    decrypted = xmlsec.EncryptionContext(manager).decrypt(encrypted)
    return parse_message(etree.tostring(decrypted, method="c14n", exclusive=True,
                                        inclusive_ns_prefixes=["xs"]))


def only(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.findall(tag)
    if len(found) != 1:
        raise NoAnswer(f"{len(found)} times {tag} in {parent.tag}, wanted once")
    return found[0]
