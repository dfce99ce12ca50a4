"""First sheets: for those who turn 13 this year, and for those who have moved to Norway.

Idempotent: whoever has an account, or ever had an order, is passed by; so it may be run
every night, and again after it broke off.  Whether a person is still to have a letter, the
register is asked once more when it is printed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from hub.person import NationalId, NumberKind
from hub.population import MINIMUM_AGE, EventKind
from hub.registers.freg import MOST_AT_ONCE
from hub.seams.records import AuditEvent
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store

TURNS_13, NEW_RESIDENT = "turns-13", "new-resident"
FEED = "first-sheets"
TOGETHER = 200  # orders in a transaction


def unheard(_count: int) -> None:
    """Nobody asks how far the orders have come."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What first sheets are ordered with."""

    register: PopulationRegister
    store: Store
    kinds: frozenset[NumberKind]  # that may log in here
    now: datetime

    def turning_13(self) -> Sequence[NationalId]:
        """Every resident who does, of the register; raises OutsideFailed."""
        batches = self.register.residents_born_in(self.now.year - MINIMUM_AGE)
        return [number for batch in batches for number in batch]

    def order(
        self,
        numbers: Sequence[NationalId],
        reason: str,
        on_some: Callable[[int], object] = unheard,
    ) -> int:
        """How many orders were made for these people; `on_some` hears how many were looked at."""
        count = 0
        for first in range(0, len(numbers), TOGETHER):
            some = numbers[first : first + TOGETHER]
            new = [each for each in some if each.kind in self.kinds and self.is_without(each)]
            count += self.store.together(partial(self.order_all, new, reason))
            on_some(len(some))
        return count

    def is_without(self, number: NationalId) -> bool:
        """Whether this person has neither an account nor ever had a letter."""
        person = self.store.people.find(number)
        if person is None:
            return True
        has_sheet = self.store.sheets.held(person.id) or self.store.letters.of_person(person.id)
        return person.registered_at is None and not has_sheet

    def order_all(self, numbers: Sequence[NationalId], reason: str) -> int:
        count = 0
        for number in numbers:
            person = self.store.people.create(number, self.now)
            _order, is_new = self.store.letters.order(person.id, reason, self.now)
            if is_new:
                count += 1
                told = {"reason": reason}
                event = AuditEvent("pins-ordered", self.now, person.id, details=told)
                self.store.ledger.append(event)
        return count

    def order_for_new_residents(self) -> int:
        """Orders for those of whom the feed has told since the last time.

        The first time it only notes how far the feed goes.  Raises OutsideFailed.
        """
        after = self.store.cursors.find(FEED)
        if after is None:
            self.store.cursors.move(FEED, self.register.latest_event(), self.now)
            return 0
        count, is_last = 0, False
        while not is_last:
            page = self.register.events(after)
            moved_in = [e.number for e in page.events if e.kind is EventKind.NEW_RESIDENT]
            count += self.order(self.old_enough(moved_in), NEW_RESIDENT)
            after, is_last = page.read_to, page.is_last
            self.store.cursors.move(FEED, after, self.now)
        return count

    def old_enough(self, numbers: Sequence[NationalId]) -> Sequence[NationalId]:
        """Those who live and are old enough, with the number that is in force."""
        found = []
        for first in range(0, len(numbers), MOST_AT_ONCE):
            for each in self.register.many(numbers[first : first + MOST_AT_ONCE]):
                if not each.is_over and each.is_old_enough(self.now):
                    found.append(each.number)
        return found
