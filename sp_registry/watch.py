"""What the hub has seen of each service, as the registry's care asks for it.

A Protocol and its answers; the hub keeps it (`hub.registry.watch`).  What happens at a service
after our answer has left is not seen, so nothing here tells of it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from certs.certificate import Certificate

# A request's name as it stands on every page; an identity number is never one.
REFERENCE = re.compile(r"[0-9a-f]{16}")

LOGIN, REFUSED, LOGOUT, FETCHED = "login", "refused", "logout", "fetched"


@dataclass(frozen=True, slots=True)
class Counted:
    """At least so many of something on a day of UTC's."""

    day: date
    what: str  # one of those above
    label: str  # cause or outcome
    count: int


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """How long after its IssueInstant a service's messages come, in seconds."""

    by_seconds: Mapping[int, int]  # how many came so much later; negative: so much too early
    last: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class KeyFetch:
    """Somebody fetched our metadata at the service's own address: a hint, and no proof."""

    at: datetime
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """How far a service has come in a change of our keys; see `hub.keys.board`."""

    entity_id: str
    fetched_at: datetime | None  # None: not known
    has_key: bool  # whether what was fetched holds the next key
    rehearsed: str  # "no", the outcome, or the evidence where it was completed
    signed_with: str  # beginning of a fingerprint
    switches: str  # "switched", "at" the moment below, "held" or "no date yet"
    switches_at: datetime | None
    unlisted_kind: str  # kind of a next key that its metadata lists no algorithm for


@dataclass(frozen=True, slots=True)
class Told:
    """One step in the story of a request; no number stands in it."""

    at: datetime
    step: str
    detail: str
    words: object  # in the reader's language; empty where there are none


@dataclass(frozen=True, slots=True)
class Story:
    """What was decided of one request, and which services it was about."""

    services: frozenset[str]
    told: tuple[Told, ...]
    error: str | None  # the code of what went wrong last


class Watch(Protocol):
    def days(self, entity_id: str, since: date) -> Sequence[Counted]: ...

    def logins(self, since: date) -> Mapping[str, int]:
        """By entity id, how many assertions have left; those without any are left out."""

    def clocks(self, entities: Collection[str], now: datetime) -> Mapping[str, ClockSeen]:
        """Of the last thirty days."""

    def last_signed(self, entity_id: str) -> Mapping[str, datetime]:
        """By fingerprint, when each certificate vouched for a message last."""

    def fetched(self, entity_id: str) -> KeyFetch | None:
        """The latest fetch of our metadata; None: not known."""

    def own_certificates(self, now: datetime) -> Sequence[Certificate]:
        """Of the keys that sign answers, the published ones."""

    def key_board(self, entities: Collection[str], now: datetime) -> Sequence[BoardLine]:
        """A line for each of these."""

    def story(self, request_id: str) -> Story | None:
        """What the trace has of it; None if nothing."""
