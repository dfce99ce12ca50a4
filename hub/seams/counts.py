"""What is counted, and how far feeds have been read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class CounterRoom(Protocol):
    """Totals of what the processes of each node have counted."""

    def add(self, counted: Mapping[tuple[str, str], int]) -> None:
        """Add to this node's totals, by name and label."""

    def totals(self) -> Mapping[tuple[str, str], int]:
        """This node's totals."""


LOGIN, REFUSED, LOGOUT, FETCHED, CLOCK = "login", "refused", "logout", "fetched", "clock"


@dataclass(frozen=True, slots=True, order=True)
class ServiceCount:
    """What is counted of a service on a day of UTC's."""

    entity_id: str
    day: date
    what: str  # one of those above
    label: str = ""  # a code of ours, never a value that somebody sent


@dataclass(frozen=True, slots=True)
class ServiceDay:
    day: date
    what: str
    label: str
    count: int  # at least so many: what was counted last may not be written yet


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a message came, and how many seconds after its IssueInstant; negative: before it."""

    seconds: int
    at: datetime


class ServiceDays(Protocol):
    """What is counted of each service, by day; kept thirteen months, clocks thirty days."""

    def add(
        self, counted: Mapping[ServiceCount, int], latest: Mapping[str, Arrival]
    ) -> None:
        """Add to the counts, and keep the latest arrival by entity id."""

    def of(self, entity_id: str, since: date) -> Sequence[ServiceDay]:
        """Everything but clocks, by day."""

    def sums(self, what: str, since: date) -> Mapping[str, int]:
        """By entity id; those without any are left out."""

    def clocks(self, entities: Collection[str], since: date) -> Mapping[str, Mapping[int, int]]:
        """By entity id, how many messages came so many seconds after their IssueInstant."""

    def latest(self, entities: Collection[str]) -> Mapping[str, Arrival]: ...


class Cursors(Protocol):
    """How far feeds have been read, each under its name."""

    def find(self, feed: str) -> int | None:
        """The last event that was dealt with; None before the first."""

    def move(self, feed: str, position: int, now: datetime) -> None:
        """All up to there is dealt with.  It never goes back."""
