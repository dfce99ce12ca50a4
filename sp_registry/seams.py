"""What the registry asks of the hub: a database to write in, and an audit log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Database(Protocol):
    def write(self, job: Callable[[Connection], T]) -> T:
        """Run the job in one transaction that is durably committed when this returns.

        The job may be run again from the start if the database asks for it.
        """

    def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job that only reads."""


class Audit(Protocol):
    def __call__(
        self, event: str, by: str, now: datetime, details: Mapping[str, str]
    ) -> None:
        """Put on record what is about to be done; the deed is left undone if this fails."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that one of the staff did, as the audit log has it."""

    event: str
    at: datetime
    by: str
    entity_id: str | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeedsWanted:
    """Which deeds are looked for; None and empty: all of them."""

    entity_id: str | None = None
    by: str | None = None
    kinds: tuple[str, ...] = ()  # how the event's name begins
    since: datetime | None = None
    before: datetime | None = None
    organisations: tuple[str, ...] | None = None  # what these own, and what was done to them


class Deeds(Protocol):
    def page(self, wanted: DeedsWanted, at_once: int, skip: int) -> tuple[Sequence[Deed], int]:
        """Some of what staff did, the newest first, and how many there are in all."""


class Vault(Protocol):
    """Seals what the database must give back; `place` says where it stands."""

    def seal(self, plaintext: bytes, place: str, /) -> bytes: ...

    def open(self, sealed: bytes, place: str, /) -> bytes: ...


class Fetch(Protocol):
    def __call__(self, url: str) -> bytes:
        """The metadata at this address, from the public network alone; raises SourceFault."""
