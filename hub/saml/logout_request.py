"""A LogoutRequest, read from a service provider and written to one (Core §3.7.1).

Reading is not accepting: see `accept_logout`.  What we write is canonical text
that can be signed as it stands, and names the person exactly as the assertion
did, so that the service provider finds its own session again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml import etree

from hub.errors import RejectedRequest
from hub.saml import authn_request
from hub.saml.assertion import instant
from hub.saml.authn_request import child
from metadata import names
from metadata.canonical import attribute as quoted
from metadata.canonical import text
from metadata.safe_xml import text_of

BY_USER = "urn:oasis:names:tc:SAML:2.0:logout:user"  # C§3.7.3
LIFE = timedelta(minutes=5)
MOST_SESSION_INDEXES = 100
LONGEST_TEXT = 1024


@dataclass(frozen=True, slots=True)
class NameId:
    """A name identifier as it stands in a message (C§2.2.3)."""

    value: str = field(repr=False)
    format: str | None = None
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """Whose sessions are to end; without an index, all of this name identifier's."""

    id: str
    issuer: str
    issued_at: datetime
    name_id: NameId
    destination: str | None = None
    not_on_or_after: datetime | None = None
    session_indexes: tuple[str, ...] = ()
    reason: str | None = None


def read(root: etree._Element) -> LogoutRequest:
    """The request in this element; raises RejectedRequest naming the first fault."""
    authn_request.require_root(root, "LogoutRequest")
    has_limit = root.get("NotOnOrAfter") is not None
    return LogoutRequest(
        id=authn_request.message_id(root),
        issuer=authn_request.issuer(root),
        issued_at=authn_request.instant(root, "IssueInstant"),
        name_id=name_id(root),
        destination=root.get("Destination"),
        not_on_or_after=authn_request.instant(root, "NotOnOrAfter") if has_limit else None,
        session_indexes=session_indexes(root),
        reason=root.get("Reason"),
    )


def name_id(root: etree._Element) -> NameId:
    """The NameID.  EncryptedID needs a key that we do not publish; BaseID has no meaning."""
    for other in ("EncryptedID", "BaseID"):
        if child(root, names.SAML, other) is not None:
            raise RejectedRequest(
                f"the LogoutRequest names its person by {other}; only NameID is read",
                "logout-name-id",
            )
    found = child(root, names.SAML, "NameID")
    value = "" if found is None else text_of(found).strip()
    if found is None or not 0 < len(value) <= LONGEST_TEXT:
        raise RejectedRequest(
            "the LogoutRequest has no NameID, or a longer one than 1024", "logout-name-id"
        )
    return NameId(
        value,
        found.get("Format") or None,
        found.get("NameQualifier") or None,
        found.get("SPNameQualifier") or None,
    )


def session_indexes(root: etree._Element) -> tuple[str, ...]:
    found = root.findall(f"{{{names.SAMLP}}}SessionIndex")
    if len(found) > MOST_SESSION_INDEXES:
        raise RejectedRequest(
            f"{len(found)} SessionIndexes, at most {MOST_SESSION_INDEXES} are read",
            "logout-session-index",
        )
    return tuple(text_of(one).strip()[:LONGEST_TEXT] for one in found)


def head_and_tail(request: LogoutRequest) -> tuple[bytes, bytes]:
    """The canonical message, cut where an enveloped signature goes: after Issuer."""
    limit = reason = ""
    if request.not_on_or_after is not None:
        limit = f' NotOnOrAfter="{instant(request.not_on_or_after)}"'
    if request.reason is not None:
        reason = f' Reason="{quoted(request.reason)}"'
    head = (
        f'<samlp:LogoutRequest xmlns:samlp="{names.SAMLP}"'
        f' Destination="{quoted(request.destination or "")}" ID="{quoted(request.id)}"'
        f' IssueInstant="{instant(request.issued_at)}"{limit}{reason} Version="2.0">'
        f'<saml:Issuer xmlns:saml="{names.SAML}">{text(request.issuer)}</saml:Issuer>'
    )
    indexes = "".join(
        f"<samlp:SessionIndex>{text(index)}</samlp:SessionIndex>"
        for index in request.session_indexes
    )
    tail = f"{name_id_xml(request.name_id)}{indexes}</samlp:LogoutRequest>"
    return head.encode(), tail.encode()


def name_id_xml(one: NameId) -> str:
    attributes = "".join(
        f' {name}="{quoted(value)}"'
        for name, value in (
            ("Format", one.format),
            ("NameQualifier", one.name_qualifier),
            ("SPNameQualifier", one.sp_name_qualifier),
        )
        if value is not None
    )
    return (
        f'<saml:NameID xmlns:saml="{names.SAML}"{attributes}>{text(one.value)}</saml:NameID>'
    )
