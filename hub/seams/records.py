"""The audit log, what is read from it, and the story of each request."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hub.login_session import LoginSession
from hub.seams.logins import Participant


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the audit log.  No number, code, password or address is in it."""

    event: str  # such as "answered", "logged-in", "registered"
    at: datetime
    person_id: str | None = None
    entity_id: str | None = None
    request_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Ledger(Protocol):
    """What must be on record before it happens."""

    def append(self, event: AuditEvent) -> None: ...

    def answered(
        self,
        session: LoginSession,
        entity_id: str,
        name_id_format: str,
        new_name_id: str,
        extends_idle: bool,
        event: AuditEvent,
    ) -> Participant:
        """In one transaction: the session lives, the participant is in it, the audit row is kept.

        The participant of the same session, SP and format is given back as it was;
        a new one gets `new_name_id` and a random SessionIndex.  Raises SessionEnded.
        """


class History(Protocol):
    """What the audit log has of a person, for the person to see, and of services in sum."""

    def of_person(
        self, person_id: str, events: Collection[str], most: int
    ) -> Sequence[AuditEvent]:
        """The latest of these events, the newest first."""

    def answered_since(self, since: datetime) -> Mapping[str, int]:
        """How many assertions have left for each service provider."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """An inbound message as it came."""

    raw: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story of a request."""

    step: str
    detail: str
    at: datetime


class Trace(Protocol):
    """The story of each request under its request id; kept 14 days.

    May be written after the answer: a trace explains, it is no evidence.
    """

    def note(self, request_id: str, step: str, detail: str, at: datetime) -> None: ...

    def keep_message(
        self, request_id: str, entity_id: str | None, kind: str, raw: bytes, at: datetime
    ) -> None:
        """Keep an inbound message as it came, sealed, for 14 days."""

    def messages(self, entity_id: str, kind: str, most: int) -> Sequence[KeptMessage]:
        """The latest messages of a service provider, the newest first."""

    def story(self, request_id: str) -> Sequence[Told]:
        """What was noted of a request, in order; for staff."""

    def services(self, request_id: str, first: datetime, last: datetime) -> Collection[str]:
        """The entity ids that a request between these moments was about.

        Whoever sent it may only have claimed to be one of them.
        """
