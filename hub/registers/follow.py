"""What the population register tells, done to our accounts: the worker's `register-events`.

An event says only that something changed; what is so now, the register is asked for, in
bulk.  So a page that was half done when a worker was killed is done again to no harm, and
an event that was withdrawn meanwhile does nothing.  Address changes need nothing: no
address is kept here.  Those who moved in are for `cohort`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub import accounts
from hub.person import NationalId, Person
from hub.population import EventKind, RegisteredPerson
from hub.registers.freg import MOST_AT_ONCE
from hub.seams.records import AuditEvent
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store

FEED = "accounts"
WANTED = frozenset({EventKind.DEATH, EventKind.FALSE_IDENTITY, EventKind.NUMBER})
PAGES_IN_A_TURN = 20


def follow(register: PopulationRegister, store: Store, now: datetime) -> int:
    """Read on in the feed; how many accounts were changed.  Raises OutsideFailed."""
    after = store.cursors.find(FEED)
    if after is None:  # what happened before there were accounts concerns nobody
        store.cursors.move(FEED, register.latest_event(), now)
        return 0
    changed = 0
    for _page in range(PAGES_IN_A_TURN):
        page = register.events(after)
        numbers = {event.number for event in page.events if event.kind in WANTED}
        changed += brought_up_to_date(register, store, sorted_numbers(numbers), now)
        after = page.read_to
        store.cursors.move(FEED, after, now)
        if page.is_last:
            break
    return changed


def sorted_numbers(numbers: set[NationalId]) -> list[NationalId]:
    return sorted(numbers, key=lambda number: number.digits)


def brought_up_to_date(
    register: PopulationRegister, store: Store, numbers: Sequence[NationalId], now: datetime
) -> int:
    """How many of these people's accounts were changed.

    All are asked for, also those whom we do not know by this number: of two numbers of
    one person, the event may name the one that we have not heard of.
    """
    changed = 0
    for first in range(0, len(numbers), MOST_AT_ONCE):
        for registered in register.many(numbers[first : first + MOST_AT_ONCE]):
            changed += settled(store, registered, now)
    return changed


def settled(store: Store, registered: RegisteredPerson, now: datetime) -> bool:
    """Do to the account what the register's word asks for; False if there is nothing to do."""
    known = {
        person.id: person
        for number in (registered.number, *registered.former)
        if (person := store.people.find(number)) is not None
    }
    if registered.is_over:
        reason = "false-identity" if registered.is_false else registered.status.name.lower()
        return any([closed(store, person, reason, now) for person in known.values()])
    return renumbered(store, known, registered.number, now)


def closed(store: Store, person: Person, reason: str, now: datetime) -> bool:
    """Close an account for good: nobody is told, since nobody is there to be told."""
    held = store.sheets.held(person.id)
    if not person.is_registered and not held:
        return False

    def act() -> bool:
        event = AuditEvent("closed-by-register", now, person.id, details={"reason": reason})
        store.ledger.append(event)
        accounts.put_out(store, person.id, now)
        return True

    return store.together(act)


def renumbered(
    store: Store, known: Mapping[str, Person], number: NationalId, now: datetime
) -> bool:
    """Put the number in force under the person; account, NameIDs and locks follow it.

    Two accounts of one person are not merged by a machine: that is put on record, for staff.
    """
    if len(known) != 1:
        for person_id in known:
            store.ledger.append(AuditEvent("register-two-accounts", now, person_id))
        return False
    (person_id,) = known
    if store.people.current_number(person_id) == number.digits:
        return False

    def act() -> bool:
        store.ledger.append(AuditEvent("number-changed", now, person_id))
        return store.people.add_number(person_id, number, now)

    return store.together(act)
