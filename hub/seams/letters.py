"""Orders of sheets by post, and the batches that carry them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class LetterKind(StrEnum):
    PINS = "pins"  # a sheet of codes
    NOTICE = "notice"  # to somebody with neither mobile nor e-mail; holds no codes


class LetterState(StrEnum):
    ORDERED = "ordered"
    RENDERED = "rendered"  # its codes are stored, its letter is sealed to the printer
    PRINTED = "printed"  # handed over to the printer
    POSTED = "posted"
    RETURNED = "returned"  # came back: its sheet is void
    MANUAL = "manual"  # cannot be printed as it is: somebody must look at it
    WITHDRAWN = "withdrawn"  # its codes died before it was posted: it was taken out


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """An order for a sheet of PIN codes by post; or a notice, which is born rendered."""

    id: str
    person_id: str
    reason: str
    state: LetterState
    ordered_at: datetime
    told_at: datetime  # when its state became what it is
    sheet_id: str | None = None  # of the sheet in it, once that is made
    fault: str | None = None  # code of what held it up last
    is_void: bool = False  # its sheet has been blocked, or a newer one is in use
    kind: LetterKind = LetterKind.PINS


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """A letter that the print provider alone can open."""

    id: str  # of its order
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is handed over at once; the same letters and bytes each time."""

    name: str
    letters: Sequence[SealedLetter]
    withdrawn: Sequence[str] = ()  # letters that are not to be posted, if the printer has them


class LetterOrders(Protocol):
    def order(
        self, person_id: str, reason: str, now: datetime, beyond_limits: bool = False
    ) -> tuple[LetterOrder, bool]:
        """Order a sheet.  False: one was ordered lately, and that is given back unchanged.

        `beyond_limits`: two of the staff have decided that it goes all the same.
        """

    def of_person(self, person_id: str) -> Sequence[LetterOrder]:
        """The person's orders of sheets, the newest first."""

    def waiting(self, most: int) -> Sequence[LetterOrder]:
        """Orders that nobody has printed, the oldest first."""

    def tell(self, order_id: str, state: LetterState, now: datetime) -> None:
        """How far a letter has come."""

    def find(self, order_id: str) -> LetterOrder | None: ...

    def due(self, most: int, now: datetime) -> Sequence[LetterOrder]:
        """Orders to be printed now, the oldest first; those put off come later."""

    def put_off(self, order_id: str, until: datetime, fault: str) -> None:
        """Try this order again then."""

    def set_aside(self, order_id: str, fault: str, now: datetime) -> None:
        """The order waits for somebody to look at it."""

    def rendered(self, order_id: str, sheet_id: str, sealed: bytes, now: datetime) -> bool:
        """Keep its letter, sealed to the printer; False if the order is not waiting any more.

        To be in the transaction that stores the sheet (`Store.together`).
        """

    def keep_notice(self, notice: LetterOrder, sealed: bytes | None) -> None:
        """A notice's letter, RENDERED; or MANUAL without one.

        To be in the transaction that takes it out of the outbox (`Store.together`).
        """

    def withdraw_void(self, now: datetime) -> Sequence[LetterOrder]:
        """Take out the letters that are in no batch and whose sheets are out of use."""

    def make_batch(self, batch: str, most: int, now: datetime) -> int:
        """Put rendered letters that are in no batch into this one; how many.

        If there are any, it also takes back what was handed over and is out of use since.
        """

    def to_take_back(self, now: datetime) -> Mapping[str, datetime]:
        """Letters that the printer may have, that no manifest takes back yet and whose sheets
        are out of use: since when, by letter id."""

    def taken_back(self, letters: Collection[str], batch: str) -> None:
        """The printer has a manifest of this name that takes them back."""

    def open_batches(self) -> Sequence[str]:
        """Batches that may not have been handed over, the oldest first."""

    def batch(self, name: str) -> Batch:
        """What was put into it, in a fixed order."""

    def handed_over(self, batch: str, now: datetime) -> int:
        """Its letters are with the printer; how many.  They are kept until their receipt."""

    def receipt(self, order_id: str, state: LetterState, now: datetime) -> bool:
        """What the printer tells of a letter: PRINTED, POSTED, RETURNED, MANUAL or WITHDRAWN.

        The sealed letter is wiped, and one that came back or was not posted takes its sheet
        out of use.  False, and nothing done, if it tells nothing new.
        """

    def wipe(self, handed_over_before: datetime) -> int:
        """Forget sealed letters whose receipt never came; how many."""

    def kept(self, most: int) -> Sequence[tuple[LetterOrder, SealedLetter]]:
        """The letters that are not wiped yet, the newest first."""

    def set_aside_orders(self) -> Sequence[LetterOrder]:
        """The orders that wait for somebody to look at them, the oldest first."""

    def counts(self) -> Mapping[LetterState, int]:
        """How many orders are in each state."""
