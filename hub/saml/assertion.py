"""An assertion as a value, and as canonical XML.

Core §2.3.3; the Web SSO profile's demands on it: Profiles §4.1.4.2.
The text is written in exclusive-C14N form at once, so that it can be digested
and signed without an XML library in between; tests parse and canonicalise it
again and find the same bytes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hub.saml.attributes import Attribute
from metadata import names
from metadata.canonical import attribute as quoted
from metadata.canonical import text

LIFE = timedelta(minutes=5)
BACKDATED = timedelta(minutes=1)  # for service providers whose clocks are behind ours


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the hub says about one login to one service provider."""

    id: str
    issuer: str
    audience: str
    recipient: str
    in_response_to: str | None
    name_id: str
    name_id_format: str
    issued_at: datetime
    authn_at: datetime
    session_index: str
    context_class: str
    attributes: tuple[Attribute, ...]


def instant(moment: datetime) -> str:
    """An xs:dateTime in UTC, whole seconds (C§1.3.3)."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def head_and_tail(assertion: Assertion) -> tuple[bytes, bytes]:
    """The canonical assertion, cut where its signature goes: right after Issuer (C§5.4)."""
    head = (
        f'<saml:Assertion xmlns:saml="{names.SAML}" xmlns:xs="{names.XS}" '
        f'ID="{quoted(assertion.id)}" IssueInstant="{instant(assertion.issued_at)}" '
        f'Version="2.0"><saml:Issuer>{text(assertion.issuer)}</saml:Issuer>'
    )
    tail = "".join(
        (
            subject(assertion),
            conditions(assertion),
            authn_statement(assertion),
            attribute_statement(assertion.attributes),
            "</saml:Assertion>",
        )
    )
    return head.encode("utf-8"), tail.encode("utf-8")


def subject(assertion: Assertion) -> str:
    qualifiers = ""
    if assertion.name_id_format == names.PERSISTENT:
        qualifiers = (
            f' NameQualifier="{quoted(assertion.issuer)}"'
            f' SPNameQualifier="{quoted(assertion.audience)}"'
        )
    answered = ""
    if assertion.in_response_to is not None:
        answered = f' InResponseTo="{quoted(assertion.in_response_to)}"'
    return (
        f'<saml:Subject><saml:NameID Format="{assertion.name_id_format}"{qualifiers}>'
        f"{text(assertion.name_id)}</saml:NameID>"
        f'<saml:SubjectConfirmation Method="{names.BEARER}">'
        f"<saml:SubjectConfirmationData{answered}"
        f' NotOnOrAfter="{instant(assertion.issued_at + LIFE)}"'
        f' Recipient="{quoted(assertion.recipient)}"></saml:SubjectConfirmationData>'
        "</saml:SubjectConfirmation></saml:Subject>"
    )


def conditions(assertion: Assertion) -> str:
    return (
        f'<saml:Conditions NotBefore="{instant(assertion.issued_at - BACKDATED)}"'
        f' NotOnOrAfter="{instant(assertion.issued_at + LIFE)}">'
        f"<saml:AudienceRestriction><saml:Audience>{text(assertion.audience)}</saml:Audience>"
        "</saml:AudienceRestriction></saml:Conditions>"
    )


def authn_statement(assertion: Assertion) -> str:
    """No SessionNotOnOrAfter: the service provider's session is its own affair."""
    return (
        f'<saml:AuthnStatement AuthnInstant="{instant(assertion.authn_at)}"'
        f' SessionIndex="{quoted(assertion.session_index)}"><saml:AuthnContext>'
        f"<saml:AuthnContextClassRef>{text(assertion.context_class)}</saml:AuthnContextClassRef>"
        "</saml:AuthnContext></saml:AuthnStatement>"
    )


def attribute_statement(attributes: tuple[Attribute, ...]) -> str:
    """At most one, and none that is empty: the schema wants an attribute in it."""
    if not attributes:
        return ""
    return (
        "<saml:AttributeStatement>"
        + "".join(attribute_xml(attribute) for attribute in attributes)
        + "</saml:AttributeStatement>"
    )


def attribute_xml(attribute: Attribute) -> str:
    name_format = f' NameFormat="{attribute.name_format}"' if attribute.name_format else ""
    return (
        f'<saml:Attribute Name="{quoted(attribute.name)}"{name_format}>'
        f'<saml:AttributeValue xmlns:xsi="{names.XSI}" xsi:type="xs:string">'
        f"{text(attribute.value)}</saml:AttributeValue></saml:Attribute>"
    )
