"""A LogoutResponse, read from a service provider and written to one (Core §3.7.2)."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from hub.errors import RejectedRequest
from hub.saml import authn_request
from hub.saml.assertion import instant
from hub.saml.authn_request import child
from hub.saml.response import Envelope, Status, status_xml
from metadata import names
from metadata.canonical import attribute as quoted
from metadata.canonical import text
from metadata.safe_xml import text_of

LONGEST_MESSAGE = 200  # characters of the other side's words that the trace keeps


@dataclass(frozen=True, slots=True)
class LogoutResponse:
    """What a service provider says of our LogoutRequest."""

    id: str
    issuer: str
    issued_at: datetime
    in_response_to: str
    status: Status
    destination: str | None = None

    @property
    def is_success(self) -> bool:
        """Success, and not in part: behind a PartialLogout somebody is still logged in."""
        return self.status.top == names.SUCCESS and self.status.second is None


def read(root: etree._Element) -> LogoutResponse:
    """The response in this element; raises RejectedRequest naming the first fault."""
    authn_request.require_root(root, "LogoutResponse")
    in_response_to = root.get("InResponseTo")
    if not in_response_to:
        raise RejectedRequest("the LogoutResponse answers no request", "logout-unasked")
    return LogoutResponse(
        id=authn_request.message_id(root),
        issuer=authn_request.issuer(root),
        issued_at=authn_request.instant(root, "IssueInstant"),
        in_response_to=in_response_to,
        status=status(root),
        destination=root.get("Destination"),
    )


def status(root: etree._Element) -> Status:
    found = child(root, names.SAMLP, "Status")
    top = None if found is None else child(found, names.SAMLP, "StatusCode")
    if found is None or top is None:
        raise RejectedRequest("the LogoutResponse has no StatusCode", "logout-status")
    second = child(top, names.SAMLP, "StatusCode")
    message = child(found, names.SAMLP, "StatusMessage")
    return Status(
        top.get("Value", ""),
        None if second is None else second.get("Value", ""),
        None if message is None else text_of(message)[:LONGEST_MESSAGE],
    )


def head_and_tail(envelope: Envelope, told: Status) -> tuple[bytes, bytes]:
    """The canonical message, cut where an enveloped signature goes: after Issuer."""
    answered = ""
    if envelope.in_response_to is not None:
        answered = f' InResponseTo="{quoted(envelope.in_response_to)}"'
    head = (
        f'<samlp:LogoutResponse xmlns:samlp="{names.SAMLP}"'
        f' Destination="{quoted(envelope.destination)}" ID="{quoted(envelope.id)}"{answered}'
        f' IssueInstant="{instant(envelope.issued_at)}" Version="2.0">'
        f'<saml:Issuer xmlns:saml="{names.SAML}">{text(envelope.issuer)}</saml:Issuer>'
    )
    return head.encode(), (status_xml(told) + "</samlp:LogoutResponse>").encode()
