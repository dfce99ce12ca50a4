"""Events of the audit log, one function each.

If an event cannot be written, what it tells of does not happen.  No identity
number, code, password or address stands in any of them.
"""

from collections.abc import Sequence
from datetime import datetime

from hub.levels import level_of_proofs
from hub.login_session import LoginSession
from hub.saml.accept_request import AcceptedRequest
from hub.saml.attributes import Attribute, method_of
from hub.seams import AuditEvent


def answered(
    accepted: AcceptedRequest,
    session: LoginSession,
    assertion_id: str,
    context_class: str,
    told: Sequence[Attribute],
    request_id: str,
    now: datetime,
) -> AuditEvent:
    """An assertion is about to leave: to whom, on what, with which attributes."""
    return AuditEvent(
        event="answered",
        at=now,
        person_id=session.person_id,
        entity_id=accepted.sp.entity_id,
        request_id=request_id,
        details={
            "assertion": assertion_id,
            "in_response_to": accepted.request.id,
            "context": context_class,
            "attributes": " ".join(attribute.name for attribute in told),
            "on_behalf_of": accepted.request.on_behalf_of or "",
            "signed_by": accepted.signed_by or "",
        },
    )


def logged_in(session: LoginSession, request_id: str) -> AuditEvent:
    return AuditEvent(
        event="logged-in",
        at=session.authenticated_at,
        person_id=session.person_id,
        request_id=request_id,
        details={
            "method": method_of(session.proofs),
            "level": str(int(level_of_proofs(session.proofs) or 0)),
        },
    )


def of_person(event: str, person_id: str, request_id: str, now: datetime) -> AuditEvent:
    """An event that its name tells in full: `registered`, `password-changed` and such."""
    return AuditEvent(event=event, at=now, person_id=person_id, request_id=request_id)


def of_service(event: str, entity_id: str, request_id: str, now: datetime) -> AuditEvent:
    """An event between the hub and a service: `cancelled`, `refused`."""
    return AuditEvent(event=event, at=now, entity_id=entity_id, request_id=request_id)
