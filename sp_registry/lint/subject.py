"""The document under the linter: its tree, the role that is judged, and what is read of it.

Read by the readers of `metadata.parse_*`, one part at a time: so a document that
`metadata.parse` would refuse is still judged in all its other parts.
"""

from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

from certs.certificate import Certificate, NotACertificate
from metadata import names, validate
from metadata.description import SpDescription
from metadata.parse_endpoints import consumers_of, logout_of
from metadata.parse_keys import keys_of
from metadata.parse_values import boolean, plain_text
from sp_registry.lint.catalogue import RULES
from sp_registry.lint.finding import Finding, Fix, LintContext

ROLE = f"{{{names.MD}}}SPSSODescriptor"
CONSUMER = f"{{{names.MD}}}AssertionConsumerService"
ENDPOINTS = (CONSUMER, f"{{{names.MD}}}SingleLogoutService")
LONGEST_VALUE = 200  # characters of a stranger's text in a finding


@dataclass(frozen=True, slots=True)
class Subject:
    """A service provider's role, the entity that it stands in, and what they say."""

    entity: etree._Element
    role: etree._Element
    description: SpDescription

    @property
    def key_descriptors(self) -> list[etree._Element]:
        return list(self.role.iterchildren(f"{{{names.MD}}}KeyDescriptor"))

    @property
    def consumers(self) -> list[etree._Element]:
        return list(self.role.iterchildren(CONSUMER))

    @property
    def endpoints(self) -> list[etree._Element]:
        return list(self.role.iterchildren(*ENDPOINTS))


def subject_of(root: etree._Element) -> Subject | None:
    """The first role that speaks SAML 2.0, else the first; None if there is none to judge."""
    roles = [one for one in root.iter(ROLE) if one.getparent() is not None]
    speaking = [
        one for one in roles if names.SAMLP in one.get("protocolSupportEnumeration", "").split()
    ]
    for role in (*speaking, *roles):
        entity = role.getparent()
        if entity is not None:
            return Subject(entity, role, _described(entity, role))
    return None


def _described(entity: etree._Element, role: etree._Element) -> SpDescription:
    unheard: list[str] = []  # warnings: each has a rule, or the schema's, of its own
    keys = keys_of(role, unheard)
    formats = role.iterchildren(f"{{{names.MD}}}NameIDFormat")
    return SpDescription(
        entity_id=entity.get("entityID", ""),
        consumers=consumers_of(role, unheard),
        logout=logout_of(role, unheard),
        signing_certificates=keys.signing,
        encryption_keys=keys.encryption,
        authn_requests_signed=boolean(role, "AuthnRequestsSigned", unheard) or False,
        want_assertions_signed=boolean(role, "WantAssertionsSigned", unheard) or False,
        name_id_formats=tuple(plain_text(one) for one in formats),
    )


def certificates_in(descriptor: etree._Element) -> list[etree._Element]:
    return list(descriptor.iter(f"{{{names.DS}}}X509Certificate"))


def certificate_of(descriptor: etree._Element) -> Certificate | None:
    """The first certificate of a KeyDescriptor, which alone is used; None if none can be read."""
    for element in certificates_in(descriptor)[:1]:
        try:
            return Certificate.from_base64(plain_text(element))
        except NotACertificate:
            return None
    return None


def cannot_encrypt(descriptor: etree._Element) -> bool:
    """Its certificate is read, and nothing can be encrypted to its key."""
    certificate = certificate_of(descriptor)
    return certificate is not None and certificate.key_kind != "RSA"


def codes_of(context: LintContext, **parts: Any) -> set[str]:
    """What `metadata.validate` says of these parts of a description alone."""
    described = SpDescription(**({"entity_id": "", "consumers": ()} | parts))
    return {each.code for each in validate.problems(described, context.now, context.http_hosts)}


def found(
    code: str, element: etree._Element | None = None, fix: Fix | None = None, **values: object
) -> Finding:
    """The finding of this code at this element, its text filled with these values."""
    rule = RULES[code]
    shown = {name: _shown(str(value)) for name, value in values.items()}
    line = None if element is None else line_of(element)
    where = "" if element is None else path_of(element)
    return Finding(code, rule.severity, rule.text.filled(**shown), line, where, fix)


def line_of(element: etree._Element) -> int | None:
    return cast(int | None, element.sourceline)


def path_of(element: etree._Element) -> str:
    """The names from the root to the element, numbered where there are several."""
    steps = [*reversed(list(element.iterancestors())), element]
    return "/".join(_step(one) for one in steps)


def _step(element: etree._Element) -> str:
    name = etree.QName(element).localname
    before = sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))
    alone = not before and next(element.itersiblings(str(element.tag)), None) is None
    return name if alone else f"{name}[{before + 1}]"


def _shown(value: str) -> str:
    """Cut, and without signs that would steer a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in value[:LONGEST_VALUE])
