"""Logins on their way, their limits, the sessions and names that come of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from hub.login_session import LoginSession, Proof


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a request first came: enough to tell a reload from a replay."""

    digest: str  # SHA-256 of the message as it was sent, hexadecimal
    flow: str  # handle of the flow that was to hold it
    browser: str | None  # hash of the browser's cookie; None if it came by cross-site POST


class SeenRequests(Protocol):
    def add(
        self, issuer: str, request_id: str, sighting: Sighting, until: datetime
    ) -> Sighting | None:
        """Remember a request in one atomic act: None if new, else its first sighting."""


@dataclass(frozen=True, slots=True)
class HeldFlow:
    """A login on its way, as the store keeps it."""

    handle: str  # in the URL, so that two tabs do not mix
    awaiting: str  # name of the step it waits for; guards against skipped steps
    version: int  # guards against two tabs of the same flow
    payload: bytes = field(repr=False)  # sealed at rest
    held_at: datetime = field(compare=False)
    ends_at: datetime = field(compare=False)


class Flows(Protocol):
    def hold(
        self, handle: str, browser: str | None, awaiting: str, payload: bytes, now: datetime
    ) -> None:
        """Keep a new flow; `browser` None: unclaimed, the first browser within 60 s gets it."""

    def claim(self, handle: str, browser: str, now: datetime) -> None:
        """Give an unclaimed flow to this browser in one UPDATE; nothing if it has an owner."""

    def find(self, handle: str, browser: str, now: datetime) -> HeldFlow:
        """The open flow of this browser.

        Raises FlowError with code `flow-unknown` (no such, or past its time),
        `flow-foreign` (another browser's), or FlowOver (already answered).
        """

    def extend(self, handle: str, browser: str, now: datetime) -> None:
        """60 minutes more for this browser's open flow, two hours in all; else nothing."""

    def move(self, flow: HeldFlow, awaiting: str, payload: bytes, now: datetime) -> HeldFlow:
        """Store the flow's next state if nobody moved it since it was read.

        Raises NotAwaited if its `awaiting` or `version` is another by now.
        """

    def finish(self, flow: HeldFlow, leads_to: str | None, now: datetime) -> None:
        """Close the flow; NotAwaited if it was moved or closed.

        Of its payload only `leads_to` is kept, the service's entityID, so that whoever
        comes Back finds the way on.
        """

    def is_open(self, handle: str, now: datetime) -> bool:
        """True while the flow waits for its person."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often a thing may fail.  Delays grow 2, 4, 8 … seconds after `free` failures."""

    name: str
    free: int  # failures that cost nothing
    longest: timedelta  # the longest delay
    window: timedelta  # failures older than this are forgotten
    most: int | None = None  # failures within the window after which nothing passes


@dataclass(frozen=True, slots=True)
class Standing:
    """What is counted against somebody."""

    failures: int
    until: datetime | None  # nothing passes before that; None: the next try does


class Attempts(Protocol):
    """Counters of failures.  A try is charged before the secret is looked at and
    refunded when it was right, so that a hundred guesses at once count as a hundred."""

    def charge(self, limit: Limit, subject: str, now: datetime) -> datetime | None:
        """Count a try in one atomic statement: None if it may go on, else when it may."""

    def refund(self, limit: Limit, subject: str, now: datetime) -> None:
        """Take back the charge of a try that was right."""

    def standing(self, limit: Limit, subject: str, now: datetime) -> Standing | None:
        """How this subject stands, for staff; None if nothing is counted."""

    def forget(self, limit: Limit, subject: str) -> None:
        """Count from nothing again."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A service provider that has been given an assertion in a session."""

    session_id: str
    entity_id: str
    name_id: str
    name_id_format: str
    session_index: str
    answered_at: datetime


class Sessions(Protocol):
    def start(
        self, person_id: str, proofs: Sequence[Proof], culture: str, now: datetime
    ) -> tuple[LoginSession, str]:
        """A new session and the cookie's value, of which only a hash is kept."""

    def renew(
        self, session_id: str, proofs: Sequence[Proof], now: datetime
    ) -> tuple[LoginSession, str]:
        """The same session after a new login of the same person: new cookie and AuthnInstant.

        Participants, SessionIndexes and the 120-minute limit stay.  SessionEnded if it is over.
        """

    def find(self, cookie: str, now: datetime) -> LoginSession | None:
        """The living session of this cookie."""

    def touch(self, session_id: str, now: datetime) -> None:
        """Put the idle limit off."""

    def end(self, session_id: str, now: datetime) -> None: ...

    def end_all(self, person_id: str, now: datetime) -> None:
        """End every session of this person, in whatever browser."""

    def end_others(self, person_id: str, session_id: str, now: datetime) -> None:
        """End every session of this person but this one."""

    def living(self, person_id: str, now: datetime) -> Sequence[LoginSession]:
        """The person's living sessions, the newest login first."""

    def participants(self, session_id: str) -> Sequence[Participant]: ...


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """A signed answer that its service provider fetches by artifact."""

    message: bytes = field(repr=False)
    request_id: str  # of the login that it answers, to join its trace and audit
    assertion_id: str | None  # None: a status alone


class Artifacts(Protocol):
    """Answers under the handle of their artifact (Bindings §3.6)."""

    def keep(
        self, handle: bytes, entity_id: str, answer: WaitingAnswer, until: datetime
    ) -> None: ...

    def take(self, handle: bytes, entity_id: str, now: datetime) -> WaitingAnswer | None:
        """Delete and give back in one statement; None if unknown, used, late or another's."""


class NameIds(Protocol):
    def find(self, person_id: str, entity_id: str) -> str | None:
        """The stored persistent identifier of this pair, if there is one."""

    def is_current(
        self, person_id: str, entity_id: str, value: str, format: str | None, now: datetime
    ) -> bool:
        """True if this service provider knows this person by this identifier.

        Persistent ones are stored; transient ones count while their session lives.
        No `format`: either will do.
        """

    def persistent(self, person_id: str, entity_id: str, new: str, now: datetime) -> str:
        """The stored persistent identifier of this pair; `new` is stored if there is none."""
