"""From an order to the printer: `minid letters print`, and a job of the worker.

Each order by itself: the address is asked of the register and kept nowhere, the codes are
drawn, the letter is set and sealed in memory, and one transaction stores the verifiers, the
sealed letter and the state.  Then rendered letters are handed over in batches; a batch once
made has the same letters and bytes for ever, so one that broke off is handed over again
under the same number.  Killed anywhere, it loses nothing, and prints nothing twice.

A letter whose codes died meanwhile is taken out before its batch is made; one that was
handed over by then is taken back by the next batch's manifest, or by one without letters
if none comes for two hours.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.x509 import Certificate

from hub.errors import HubError, OutsideFailed
from hub.letters.pin_letter import TEMPLATE, PinLetter, as_json, new_codes
from hub.letters.sealing import sealed
from hub.person import NationalId, read_number
from hub.seams.letters import Batch, LetterKind, LetterOrder, LetterState
from hub.seams.outbox import Receipt
from hub.seams.outside import Clock, Typesetter
from hub.seams.records import AuditEvent
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store
from hub.web.pages import DEFAULT_LOCALE

MOST_IN_BATCH = 500
ORDERS_AT_ONCE = 100
WAIT = timedelta(minutes=10)  # before an order is tried again
TAKE_BACK_AFTER = timedelta(hours=2)  # that no batch took the word along
PRINTER = "printer"  # its name among the gateways, at notices
NEVER_CAME = frozenset({LetterState.RETURNED, LetterState.MANUAL, LetterState.WITHDRAWN})


class Printer(Protocol):
    def hand_over(self, batch: Batch) -> None:
        """Give a batch to the printer; nothing, if it has one of this name already."""


class Provider(Printer, Protocol):
    """A printer that reports come from."""

    def take_reports(self, use: Callable[[str], object]) -> int:
        """Give each report's text to `use`, then put it aside; how many there were."""


@dataclass(frozen=True, slots=True)
class Office:
    """What printing works with."""

    store: Store
    register: PopulationRegister
    typesetter: Typesetter
    certificate: Certificate  # of the print provider
    clock: Clock
    help_contacts: tuple[str, ...]


def unheard(_told: object) -> None:
    """Nobody asks how far the printing has come."""


class _NotWaiting(Exception):
    """Somebody else has printed the order: undoes what the transaction has done."""


def print_due(office: Office, on_each: Callable[[LetterState], object] = unheard) -> int:
    """Render what is due; how many orders were looked at.

    Raises OutsideFailed if the register is away: then all letters wait.
    """
    seen = 0
    while orders := office.store.letters.due(ORDERS_AT_ONCE, office.clock.now()):
        for order in orders:
            on_each(print_one(office, order))
        seen += len(orders)
    return seen


def print_one(office: Office, order: LetterOrder) -> LetterState:
    """Render one order; the state that it has then."""
    letters, now = office.store.letters, office.clock.now()
    try:
        return _rendered(office, order, now)
    except OutsideFailed as fault:
        if not fault.permanent:
            letters.put_off(order.id, now + WAIT, fault.code)
            raise
        letters.set_aside(order.id, fault.code, now)
        return LetterState.MANUAL


def _rendered(office: Office, order: LetterOrder, now: datetime) -> LetterState:
    store = office.store
    person = store.people.get(order.person_id)
    address = office.register.postal_address(number_of(store, person.id))
    sheet = store.sheets.make(person.id, new_codes(), now)
    letter = PinLetter(
        language=person.language or DEFAULT_LOCALE,
        address=(address.name, *address.lines),
        sheet_label=sheet.label,
        issued_at=sheet.issued_at,
        codes=sheet.codes,
        help_contacts=office.help_contacts,
    )
    envelope = sealed(office.typesetter.pdf(as_json(letter), TEMPLATE), office.certificate)

    def keep() -> None:
        store.ledger.append(_event("letter-rendered", order, now))
        store.sheets.keep(sheet)
        if not store.letters.rendered(order.id, sheet.id, envelope, now):
            raise _NotWaiting

    try:
        store.together(keep)
    except _NotWaiting:
        found = store.letters.find(order.id)
        return found.state if found else LetterState.MANUAL
    return LetterState.RENDERED


def number_of(store: Store, person_id: str) -> NationalId:
    return read_number(store.people.current_number(person_id))


def hand_over_all(
    office: Office, printer: Printer, on_each: Callable[[int], object] = unheard
) -> int:
    """Hand over batches that broke off, then all letters that are in none; how many letters."""
    letters, count = office.store.letters, 0
    while True:
        for batch in letters.open_batches():
            printer.hand_over(letters.batch(batch))
            given = letters.handed_over(batch, office.clock.now())
            on_each(given)
            count += given
        withdraw_void(office)
        now = office.clock.now()
        if not letters.make_batch(new_batch(now), MOST_IN_BATCH, now):
            take_back(office.store, printer, now)
            return count


def take_back(store: Store, printer: Printer, now: datetime) -> int:
    """Tell the printer of dead codes by a batch without letters, if no other came; how many.

    Killed before that is on record it tells them again, under another name: they are no
    deader for it.
    """
    dead = store.letters.to_take_back(now)
    if not any(since <= now - TAKE_BACK_AFTER for since in dead.values()):
        return 0
    batch = Batch(new_batch(now), (), tuple(dead))
    printer.hand_over(batch)
    store.letters.taken_back(batch.withdrawn, batch.name)
    return len(dead)


def withdraw_void(office: Office) -> int:
    """Take out rendered letters whose sheets are out of use; how many."""
    now = office.clock.now()

    def withdraw() -> int:
        taken = office.store.letters.withdraw_void(now)
        for letter in taken:
            office.store.ledger.append(_event("letter-withdrawn", letter, now))
        return len(taken)

    return office.store.together(withdraw)


def new_batch(now: datetime) -> str:
    """A name that sorts by day and says nothing else."""
    return f"{now:%Y%m%d}-{secrets.token_hex(8)}"


def receive(store: Store, order_id: str, state: LetterState, now: datetime) -> bool:
    """What the printer tells of a letter, put on record; False if it is no news."""
    order = store.letters.find(order_id)
    if order is None:
        raise HubError(f"the hub has no letter {order_id}", "letter-unknown")

    def record() -> bool:
        store.ledger.append(_event(f"letter-{state}", order, now))
        if not store.letters.receipt(order_id, state, now):
            raise _NoNews
        if order.kind is LetterKind.NOTICE and state in NEVER_CAME:
            store.outbox.receive(Receipt(PRINTER, order_id, False, now))
        return True

    try:
        return store.together(record)
    except _NoNews:
        return False


class _NoNews(Exception):
    """The receipt tells what is known: no second line on record."""


def _event(event: str, order: LetterOrder, now: datetime) -> AuditEvent:
    return AuditEvent(event, now, person_id=order.person_id, details={"letter": order.id})
