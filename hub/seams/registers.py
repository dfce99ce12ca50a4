"""What the hub asks of the population register and the contact register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from hub.person import NationalId
from hub.population import EventPage, RegisteredPerson


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where the population register says that a person's letters go, line by line."""

    name: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


class PopulationRegister(Protocol):
    """Folkeregisteret.  Every method raises OutsideFailed; no fault of its own is permanent."""

    def person(self, number: NationalId) -> RegisteredPerson | None:
        """Whoever has or had this number; None if the register knows it not."""

    def postal_address(self, number: NationalId) -> PostalAddress:
        """The address to print, a protected person's too; it is kept and shown nowhere.

        Raises OutsideFailed; a permanent one says that this person gets no letter.
        """

    def many(self, numbers: Sequence[NationalId]) -> Sequence[RegisteredPerson]:
        """At most a thousand at once; those that the register does not know are left out."""

    def events(self, after: int) -> EventPage:
        """What changed after this event of the feed, a page of it."""

    def latest_event(self) -> int:
        """How far the feed goes now."""

    def residents_born_in(self, year: int) -> Iterator[Sequence[NationalId]]:
        """Everybody living in Norway who was born in that year, some at a time."""


class ContactStatus(StrEnum):
    """What the contact register knows of a person, in ID-porten's words."""

    ACTIVE = "AKTIV"
    NOT_REGISTERED = "IKKE_REGISTRERT"
    FAILED = "SYSTEMFEIL"


@dataclass(frozen=True, slots=True)
class Contact:
    """How public services may reach a person."""

    status: ContactStatus
    email: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    is_reserved: bool = False  # against digital post
    mailbox: str | None = None  # the name of their digital mailbox's provider


class ContactRegister(Protocol):
    def find(self, person_id: str) -> Contact:
        """The person's contact data; raises OutsideFailed."""
