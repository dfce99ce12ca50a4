"""Logouts and their legs."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hub.seams.records import AuditEvent


class LegState(StrEnum):
    """How far one participant of an ended session has come."""

    ASKING = "asking"  # its service asked for the logout itself; it is not told again
    WAITING = "waiting"  # not told yet
    ASKED = "asked"  # our LogoutRequest is on its way
    CONFIRMED = "confirmed"  # its signed LogoutResponse says Success
    REFUSED = "refused"  # its signed LogoutResponse says something else
    SILENT = "silent"  # no answer within its time
    UNREACHABLE = "unreachable"  # no connection, or no message in the answer


@dataclass(frozen=True, slots=True)
class LogoutLeg:
    """One participant to be told, or the one that asked."""

    handle: str
    number: int
    session_id: str
    entity_id: str
    name_id: str = field(repr=False)
    name_id_format: str
    session_index: str
    state: LegState
    channel: str | None = None  # the binding it was asked by last
    request_id: str | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldLogout:
    """A logout on its way: the hub's own session is over already."""

    handle: str
    payload: bytes | None = field(repr=False)  # None once it is answered
    started_at: datetime
    answered_at: datetime | None
    legs: tuple[LogoutLeg, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose sessions a service provider wants to end; no index: all of this pair's."""

    entity_id: str
    name_id: str = field(repr=False)
    name_id_format: str | None
    session_indexes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewLogout:
    """How a logout is to be kept."""

    handle: str
    browser: str | None  # None: unclaimed, the first browser within 60 s gets it
    payload: bytes = field(repr=False)  # sealed at rest
    event: AuditEvent  # its person is filled in by the store


class Logouts(Protocol):
    """Logouts and their legs.  Participants outlive their session by 24 hours, and so do
    these: a session that is over by then can still be ended at its services."""

    def end_sought(self, new: NewLogout, sought: Sought, now: datetime) -> HeldLogout | None:
        """In one transaction: sessions found and ended, participants read, legs and audit kept.

        A participant that another logout has told, and that confirmed, is left out.
        None, and nothing done, if no participant of this service provider matches.
        """

    def end_session(self, new: NewLogout, session_id: str, now: datetime) -> HeldLogout | None:
        """The same for one session, whoever asked; None if it is not known any more."""

    def session_of(self, cookie: str) -> str | None:
        """The session of this cookie, over or not, as long as its participants are kept."""

    def claim(self, handle: str, browser: str, now: datetime) -> None:
        """Give an unclaimed logout to this browser in one UPDATE; nothing if it has an owner."""

    def find(self, handle: str, browser: str, now: datetime) -> HeldLogout:
        """This browser's logout; FlowError `logout-unknown` or `logout-foreign`."""

    def ask(self, leg: LogoutLeg, channel: str, request_id: str, now: datetime) -> bool:
        """Note that a leg is asked by this message; False if it has confirmed by now.

        An answer to a message sent before counts no longer.
        """

    def told(
        self, request_id: str, entity_id: str, state: LegState, now: datetime
    ) -> LogoutLeg | None:
        """Set the state of the leg that waits for this answer; None if none does."""

    def answer(self, handle: str, now: datetime) -> bool:
        """Close a logout: True for the one caller who is to answer the asking service."""
