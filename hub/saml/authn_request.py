"""Read an AuthnRequest (Core §3.4.1) into a frozen value.

Our own reader rather than the XSD, with three tolerances that real clients
need and no more: an ID may begin with a digit, booleans may be spelt `True`
and `False`, class references may be padded with white space.
Reading is not accepting: see `accept_request`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from hub.errors import RejectedRequest
from metadata import names
from metadata.safe_xml import text_of

MESSAGE_ID = re.compile(r"[A-Za-z0-9_.-]{1,256}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
ON_BEHALF_OF = re.compile(r"[A-Za-z0-9]{1,64}")
COMPARISONS = ("exact", "minimum", "better", "maximum")
LONGEST_URI = 1024  # characters (C§8.3.6 for an entity identifier)
BOOLEANS = {"true": True, "1": True, "True": True, "false": False, "0": False, "False": False}


@dataclass(frozen=True, slots=True)
class AuthnRequest:
    """What the service provider asks for."""

    id: str  # empty for a login that began at the hub, which answers no message
    issuer: str
    issued_at: datetime
    destination: str | None = None
    consumer_url: str | None = None
    consumer_index: int | None = None
    protocol_binding: str | None = None
    attribute_index: int | None = None
    force_authn: bool = False
    is_passive: bool = False
    comparison: str = "exact"
    asked_classes: tuple[str, ...] = ()  # in the order of preference
    name_id_format: str | None = None
    sp_name_qualifier: str | None = None
    allow_create: bool = True
    subject: str | None = None  # NameID of the person whom the answer must be about
    subject_format: str | None = None
    subject_qualifiers: tuple[str | None, str | None] = (None, None)  # NameQualifier, SP's
    on_behalf_of: str | None = None
    requester_ids: tuple[str, ...] = ()
    proxy_count: int | None = None  # honoured by itself: we send nobody on to other providers
    idp_list: tuple[str, ...] = ()  # identity providers that the person may come from


def read(root: etree._Element) -> AuthnRequest:
    """The request in this element; raises RejectedRequest naming the first fault."""
    require_root(root, "AuthnRequest")
    policy = child(root, names.SAMLP, "NameIDPolicy")
    context = child(root, names.SAMLP, "RequestedAuthnContext")
    scoping = child(root, names.SAMLP, "Scoping")
    subject = subject_name_id(root)
    return AuthnRequest(
        id=message_id(root),
        issuer=issuer(root),
        issued_at=instant(root, "IssueInstant"),
        destination=root.get("Destination"),
        consumer_url=root.get("AssertionConsumerServiceURL"),
        consumer_index=index(root, "AssertionConsumerServiceIndex"),
        protocol_binding=root.get("ProtocolBinding"),
        attribute_index=index(root, "AttributeConsumingServiceIndex"),
        force_authn=boolean(root, "ForceAuthn", False),
        is_passive=boolean(root, "IsPassive", False),
        comparison=comparison(context),
        asked_classes=tuple(class_refs(context)),
        name_id_format=None if policy is None else policy.get("Format"),
        sp_name_qualifier=None if policy is None else policy.get("SPNameQualifier"),
        allow_create=policy is None or boolean(policy, "AllowCreate", True),
        subject=None if subject is None else text_of(subject),
        subject_format=None if subject is None else subject.get("Format"),
        subject_qualifiers=(None, None) if subject is None else qualifiers(subject),
        on_behalf_of=on_behalf_of(root),
        requester_ids=tuple(requester_ids(scoping)),
        proxy_count=None if scoping is None else index(scoping, "ProxyCount"),
        idp_list=tuple(idp_list(scoping)),
    )


def require_root(root: etree._Element, name: str) -> None:
    if root.tag != f"{{{names.SAMLP}}}{name}":
        raise RejectedRequest(f"the root is {root.tag}, expected samlp:{name}", "request-kind")
    if root.get("Version") != "2.0":
        raise RejectedRequest(
            f"Version is {root.get('Version')!r}, expected '2.0'", "request-version"
        )


def message_id(root: etree._Element) -> str:
    found = root.get("ID", "")
    if not MESSAGE_ID.fullmatch(found):
        raise RejectedRequest(
            "ID is missing, longer than 256, or holds other than A-Z a-z 0-9 _ . -", "request-id"
        )
    return found


def issuer(root: etree._Element) -> str:
    """The one Issuer's text, byte for byte (C§3.2.1); who sent it is not known by this."""
    found = child(root, names.SAML, "Issuer")
    text = "" if found is None else text_of(found)
    if not 0 < len(text) <= LONGEST_URI:
        raise RejectedRequest("Issuer is missing or longer than 1024", "request-issuer")
    if found is not None and found.get("Format", names.ENTITY) != names.ENTITY:
        raise RejectedRequest("Issuer has a Format other than entity", "request-issuer")
    return text


def instant(element: etree._Element, attribute: str) -> datetime:
    """An xs:dateTime; one without a zone is UTC (C§1.3.3)."""
    found = element.get(attribute, "")
    if not INSTANT.fullmatch(found):
        raise RejectedRequest(f"{attribute} is {found[:40]!r}, no UTC time", "request-instant")
    try:
        moment = datetime.fromisoformat(found)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # at either end of the calendar UTC may be outside it
        raise RejectedRequest(
            f"{attribute} is {found!r}, which is no time", "request-instant"
        ) from None


def boolean(element: etree._Element, attribute: str, absent: bool) -> bool:
    found = element.get(attribute)
    if found is None:
        return absent
    if found not in BOOLEANS:
        raise RejectedRequest(f"{attribute} is {found[:40]!r}, no boolean", "request-boolean")
    return BOOLEANS[found]


def index(element: etree._Element, attribute: str) -> int | None:
    """An xs:unsignedShort or a small xs:nonNegativeInteger."""
    found = element.get(attribute)
    if found is None:
        return None
    if not re.fullmatch(r"\d{1,5}", found, re.ASCII):
        raise RejectedRequest(f"{attribute} is {found[:40]!r}, no index", "request-index")
    return int(found)


def comparison(context: etree._Element | None) -> str:
    found = "exact" if context is None else context.get("Comparison", "exact")
    if found not in COMPARISONS:
        raise RejectedRequest(f"Comparison is {found[:40]!r}", "request-comparison")
    return found


def class_refs(context: etree._Element | None) -> Iterator[str]:
    if context is None:
        return
    for ref in context:
        if ref.tag != f"{{{names.SAML}}}AuthnContextClassRef":
            raise RejectedRequest(
                "RequestedAuthnContext holds other than AuthnContextClassRef", "request-context"
            )
        yield text_of(ref).strip()


def subject_name_id(root: etree._Element) -> etree._Element | None:
    """The NameID of a Subject; an EncryptedID is refused, since we publish no key for it."""
    subject = child(root, names.SAML, "Subject")
    if subject is None:
        return None
    found = child(subject, names.SAML, "NameID")
    if found is None or len(subject) > 1:  # P§4.1.4.1 bars a SubjectConfirmation
        raise RejectedRequest("Subject holds other than a NameID", "request-subject")
    return found


def qualifiers(name_id: etree._Element) -> tuple[str | None, str | None]:
    return name_id.get("NameQualifier"), name_id.get("SPNameQualifier")


def on_behalf_of(root: etree._Element) -> str | None:
    """The value of OnBehalfOf, bare or wrapped in IDPortenExtensions: both are published."""
    extensions = child(root, names.SAMLP, "Extensions")
    if extensions is None:
        return None
    wrapped = child(extensions, names.IDPORTEN, "IDPortenExtensions")
    found = child(extensions, names.IDPORTEN, "OnBehalfOf")
    if wrapped is not None:
        if found is not None:
            raise RejectedRequest("OnBehalfOf comes bare and wrapped", "request-element-twice")
        found = child(wrapped, names.IDPORTEN, "OnBehalfOf")
    if found is None:
        return None
    if not ON_BEHALF_OF.fullmatch(text_of(found)):
        raise RejectedRequest("OnBehalfOf holds other than A-Z a-z 0-9", "request-on-behalf-of")
    return text_of(found)


def requester_ids(scoping: etree._Element | None) -> Iterator[str]:
    if scoping is not None:
        for found in scoping.iterfind(f"{{{names.SAMLP}}}RequesterID"):
            yield text_of(found)[:LONGEST_URI]


def idp_list(scoping: etree._Element | None) -> Iterator[str]:
    """The ProviderIDs of an IDPList (C§3.4.1.3); a longer list elsewhere is not fetched."""
    listed = None if scoping is None else child(scoping, names.SAMLP, "IDPList")
    if listed is not None:
        for entry in listed.iterfind(f"{{{names.SAMLP}}}IDPEntry"):
            yield entry.get("ProviderID", "")[:LONGEST_URI]


def child(parent: etree._Element, namespace: str, name: str) -> etree._Element | None:
    """The one child of this name, or None; two of them are refused, never chosen between."""
    found = parent.findall(f"{{{namespace}}}{name}")
    if len(found) > 1:
        raise RejectedRequest(f"{name} comes {len(found)} times", "request-element-twice")
    return found[0] if found else None
