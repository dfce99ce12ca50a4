"""Metadata for a service that has none: made of the few things that nobody else can know.

Pure.  SAML Metadata §2.4.4.  What comes out is a document like any other: the linter
judges it and `onboarding` takes it in.  One answer address by HTTP-POST, one for logouts
by HTTP-Redirect, and a certificate's key counts for signing and, if it can, encryption.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from certs.certificate import Certificate, NotACertificate
from metadata import names
from metadata.description import Contact, LocalisedText
from metadata.parse import MAX_ENTITY_ID
from metadata.parse_values import address_fault

NAMESPACES: Final = {"md": names.MD, "mdui": names.MDUI, "ds": names.DS}
PEM_BEGINS: Final = "-----BEGIN CERTIFICATE-----"
PEM_ENDS: Final = "-----END CERTIFICATE-----"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the form asks for."""

    entity_id: str
    consumer_url: str
    logout_url: str = ""
    certificates: str = ""  # pasted: PEM, or the base64 of one
    names: LocalisedText = ()
    contacts: tuple[Contact, ...] = ()


def faults(facts: Facts) -> dict[str, str]:
    """What is wrong, by the name of the field: `missing`, `entity-id`, `address`, `certificate`."""
    found = {}
    if fault := _entity_id_fault(facts.entity_id):
        found["entity_id"] = fault
    if not facts.consumer_url:
        found["consumer_url"] = "missing"
    elif address_fault(facts.consumer_url) is not None:
        found["consumer_url"] = "address"
    if facts.logout_url and address_fault(facts.logout_url) is not None:
        found["logout_url"] = "address"
    try:
        certificates_in(facts.certificates)
    except NotACertificate:
        found["certificates"] = "certificate"
    return found


def certificates_in(text: str) -> tuple[Certificate, ...]:
    """Every certificate of a pasted text; raises NotACertificate for what cannot be read."""
    if not text.strip():
        return ()
    # Split rather than searched: a text of many beginnings costs no more than its length.
    blocks = [part.partition(PEM_ENDS) for part in text.split(PEM_BEGINS)[1:]]
    bodies = [body for body, end, _ in blocks if end] or [text]
    return tuple(dict.fromkeys(Certificate.from_base64(body) for body in bodies))


def composed(facts: Facts) -> bytes:
    """The document; only for facts without `faults`."""
    certificates = certificates_in(facts.certificates)
    entity = _new("EntityDescriptor", entityID=facts.entity_id)
    signs = str(bool(certificates)).lower()
    role = _in(
        entity,
        "SPSSODescriptor",
        AuthnRequestsSigned=signs,
        WantAssertionsSigned="true",
        protocolSupportEnumeration=names.SAMLP,
    )
    _add_names(role, facts.names)
    for use, certificate in _uses(certificates):
        _add_key(role, use, certificate)
    if facts.logout_url:
        _in(role, "SingleLogoutService", Binding=names.HTTP_REDIRECT, Location=facts.logout_url)
    _in(role, "NameIDFormat").text = names.TRANSIENT
    consumer = {"Binding": names.HTTP_POST, "Location": facts.consumer_url}
    _in(role, "AssertionConsumerService", **consumer, index="0", isDefault="true")
    for contact in facts.contacts:
        _add_contact(entity, contact)
    etree.indent(entity)
    return etree.tostring(entity, encoding="UTF-8", xml_declaration=True)


def _entity_id_fault(entity_id: str) -> str | None:
    if not entity_id:
        return "missing"
    is_uri = re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", entity_id)
    return None if is_uri and len(entity_id) <= MAX_ENTITY_ID else "entity-id"


def _uses(certificates: tuple[Certificate, ...]) -> Iterator[tuple[str, Certificate]]:
    yield from (("signing", one) for one in certificates)
    # Assertions are encrypted to the first RSA key; another kind cannot be encrypted to.
    yield from (("encryption", one) for one in certificates if one.key_kind == "RSA")


def _add_names(role: etree._Element, display_names: LocalisedText) -> None:
    if not display_names:
        return
    ui = etree.SubElement(_in(role, "Extensions"), f"{{{names.MDUI}}}UIInfo")
    for language, text in display_names:
        name = etree.SubElement(ui, f"{{{names.MDUI}}}DisplayName")
        name.set(XML_LANG, language)
        name.text = text


def _add_key(role: etree._Element, use: str, certificate: Certificate) -> None:
    info = etree.SubElement(_in(role, "KeyDescriptor", use=use), f"{{{names.DS}}}KeyInfo")
    data = etree.SubElement(info, f"{{{names.DS}}}X509Data")
    etree.SubElement(data, f"{{{names.DS}}}X509Certificate").text = certificate.base64


def _add_contact(entity: etree._Element, contact: Contact) -> None:
    person = _in(entity, "ContactPerson", contactType=contact.kind)
    if contact.name:
        _in(person, "GivenName").text = contact.name
    for email in contact.emails:
        _in(person, "EmailAddress").text = f"mailto:{email}"


def _new(name: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{names.MD}}}{name}", attributes, NAMESPACES)


def _in(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{names.MD}}}{name}", attributes)
