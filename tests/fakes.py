"""Stand-ins for the world outside: what they were told can be looked at afterwards."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from hub.errors import OutsideFailed
from hub.person import NationalId
from hub.population import EventKind, EventPage, PersonStatus, RegisteredPerson, RegisterEvent
from hub.seams.logins import Limit, Sighting
from hub.seams.outside import Sms
from hub.seams.records import AuditEvent
from hub.seams.registers import PostalAddress
from hub.store.errors import StoreFailed


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    time: datetime

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class SmsOutbox:
    """Takes every message, or none while it `is_down`."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False

    @property
    def gateways(self) -> Sequence[str]:
        return ("fake",)

    def send(self, sms: Sms, gateway: str) -> str:
        if self.is_down:
            raise OutsideFailed("the gateway does not answer")
        self.sent.append((sms.to, sms.text))
        return sms.reference

    @property
    def newest_code(self) -> str:
        return self.sent[-1][1].split()[0]


@dataclass
class Register:
    """A population register that knows everybody as grown up, save those it is told of."""

    told: dict[str, RegisteredPerson | None] = field(default_factory=dict)
    feed: list[tuple[EventKind, NationalId]] = field(default_factory=list)
    address: PostalAddress = PostalAddress("Máret Guovža", ("Čuoldu 3", "9730 KÁRÁŠJOHKA"))
    born_in: dict[int, list[NationalId]] = field(default_factory=dict)
    fault: OutsideFailed | None = None

    def person(self, number: NationalId) -> RegisteredPerson | None:
        self._answer()
        grown_up = RegisteredPerson(number, (), "Máret Guovža", PersonStatus.RESIDENT, 1980)
        return self.told.get(number.digits, grown_up)

    def postal_address(self, number: NationalId) -> PostalAddress:
        self._answer()
        return self.address

    def many(self, numbers: Sequence[NationalId]) -> Sequence[RegisteredPerson]:
        found = [self.person(number) for number in numbers]
        return [person for person in found if person is not None]

    def events(self, after: int) -> EventPage:
        self._answer()
        page = enumerate(self.feed[after:], start=after + 1)
        events = tuple(RegisterEvent(place, kind, number) for place, (kind, number) in page)
        return EventPage(events, len(self.feed), is_last=True)

    def latest_event(self) -> int:
        self._answer()
        return len(self.feed)

    def residents_born_in(self, year: int) -> Iterator[Sequence[NationalId]]:
        self._answer()
        yield self.born_in.get(year, [])

    def _answer(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class SeenInMemory:
    """`hub.seams.logins.SeenRequests` for tests of pure functions."""

    first: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    until: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def add(
        self, issuer: str, request_id: str, sighting: Sighting, until: datetime
    ) -> Sighting | None:
        key = (issuer, request_id)
        if key in self.first:
            return self.first[key]
        self.first[key], self.until[key] = sighting, until
        return None


@dataclass
class CountedAttempts:
    """`hub.seams.logins.Attempts` that refuses the limits it is told to, and counts the others."""

    refused: dict[str, datetime] = field(default_factory=dict)
    counted: dict[tuple[str, str], int] = field(default_factory=dict)

    def charge(self, limit: Limit, subject: str, now: datetime) -> datetime | None:
        if limit.name in self.refused:
            return self.refused[limit.name]
        key = (limit.name, subject)
        self.counted[key] = self.counted.get(key, 0) + 1
        return None

    def refund(self, limit: Limit, subject: str, now: datetime) -> None:
        self.counted[(limit.name, subject)] -= 1


@dataclass
class BrokenLedger:
    """A ledger whose disk is full."""

    def append(self, event: AuditEvent) -> NoReturn:
        raise StoreFailed("the disk is full")

    def answered(self, *_given: object) -> NoReturn:
        raise StoreFailed("the disk is full")


@dataclass
class Meddling:
    """Calls through to what it stands before, after it has done something of its own."""

    inner: object
    name: str
    first: Callable[[], object]

    def __getattr__(self, wanted: str) -> object:
        if wanted == self.name:
            self.first()
        return getattr(self.inner, wanted)
