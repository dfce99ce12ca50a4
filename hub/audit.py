"""Events of the audit log, one function each.

If an event cannot be written, what it tells of does not happen.  No identity
number, code, password or address stands in any of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.levels import level_of_proofs
from hub.login_session import LoginSession
from hub.saml.accept_request import Examined
from hub.saml.attributes import Attribute, method_of
from hub.saml.response import Status
from hub.seams.logins import WaitingAnswer
from hub.seams.records import AuditEvent

SERVICES_TOLD = "services-told"


def answered(
    examined: Examined,
    session: LoginSession,
    assertion_id: str,
    context_class: str,
    told: Sequence[Attribute],
    request_id: str,
    now: datetime,
    rollout: str = "",
) -> AuditEvent:
    """An assertion is about to leave: to whom, on what, with which attributes.

    `rollout` tells which version of the service it meets, while one is staged.
    """
    staged = {"rollout": rollout} if rollout else {}
    return AuditEvent(
        event="answered",
        at=now,
        person_id=session.person_id,
        entity_id=examined.sp.entity_id,
        request_id=request_id,
        details={
            "assertion": assertion_id,
            "in_response_to": examined.in_response_to or "",
            "context": context_class,
            "attributes": " ".join(attribute.name for attribute in told),
            "on_behalf_of": examined.request.on_behalf_of or "",
            "signed_by": examined.signed_by or "",
            **staged,
        },
    )


def artifact_resolved(
    entity_id: str, answer: WaitingAnswer, request_id: str, now: datetime
) -> AuditEvent:
    """The answer of an earlier request was fetched: its service provider has it in hand."""
    return AuditEvent(
        event="artifact-resolved",
        at=now,
        entity_id=entity_id,
        request_id=request_id,
        details={"answered": answer.request_id, "assertion": answer.assertion_id or ""},
    )


def logged_in(session: LoginSession, entity_id: str | None, request_id: str) -> AuditEvent:
    """Somebody has logged in, at the request of this service or of none."""
    return AuditEvent(
        event="logged-in",
        at=session.authenticated_at,
        person_id=session.person_id,
        entity_id=entity_id,
        request_id=request_id,
        details={
            "method": method_of(session.proofs),
            "level": str(int(level_of_proofs(session.proofs) or 0)),
        },
    )


def logout_begun(
    entity_id: str | None, message_id: str | None, request_id: str, now: datetime
) -> AuditEvent:
    """A session ends: by its person's word here, or by the message of a service."""
    return AuditEvent(
        event="logged-out",
        at=now,
        entity_id=entity_id,
        request_id=request_id,
        details={"in_response_to": message_id or ""},
    )


def logout_answered(
    entity_id: str, status: Status, request_id: str, now: datetime
) -> AuditEvent:
    """The service that asked for a logout is about to be told how far it came."""
    return AuditEvent(
        event="logout-answered",
        at=now,
        entity_id=entity_id,
        request_id=request_id,
        details={"status": status.top, "second": status.second or ""},
    )


def services_told(
    person_id: str, told: Mapping[str, str], request_id: str, now: datetime
) -> AuditEvent:
    """What became of the services of sessions that ended without their browser.

    `told` has entity ids under each verdict of `hub.logout.plan`.
    """
    return AuditEvent(SERVICES_TOLD, now, person_id, None, request_id, told)


def of_person(event: str, person_id: str, request_id: str, now: datetime) -> AuditEvent:
    """An event that its name tells in full: `registered`, `password-changed` and such."""
    return AuditEvent(event=event, at=now, person_id=person_id, request_id=request_id)


def of_service(event: str, entity_id: str, request_id: str, now: datetime) -> AuditEvent:
    """An event between the hub and a service: `cancelled`, `refused`."""
    return AuditEvent(event=event, at=now, entity_id=entity_id, request_id=request_id)
