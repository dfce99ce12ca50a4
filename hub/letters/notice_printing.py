"""Notices on paper: from the outbox to a letter that goes the way of all letters.

A notice is leased, its address is asked of the register, and it is set and sealed in
memory.  One transaction stores the letter, under the row's own id, and closes the row: so
whoever is killed anywhere, each notice becomes one letter.  The printer is told of it as
of any other, and what comes back is noted at the row too.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from hub.errors import OutsideFailed
from hub.letters.notice_letter import TEMPLATE, NoticeLetter, as_json
from hub.letters.printing import PRINTER, WAIT, Office, number_of
from hub.letters.sealing import sealed
from hub.seams.letters import LetterKind, LetterOrder, LetterState
from hub.seams.outbox import Leased, MessageKind, MessageState
from hub.seams.records import AuditEvent
from hub.sending.outbox import payload_of

AT_ONCE = 50
LEASE = timedelta(minutes=5)  # longer than so many may take


class _NotOurs(Exception):
    """The lease ran out, or it is too late: undoes what the transaction has done."""


def print_notices(office: Office) -> int:
    """Make letters of the notices that are due; how many were looked at.

    Raises OutsideFailed if the register is away: then they wait.
    """
    kinds, outbox, seen = (MessageKind.LETTER_NOTICE,), office.store.outbox, 0
    while leased := outbox.claim(kinds, AT_ONCE, office.clock.now(), LEASE):
        for each in leased:
            print_notice(office, each)
        seen += len(leased)
    return seen


def print_notice(office: Office, leased: Leased) -> None:
    now = office.clock.now()
    try:
        envelope = _envelope(office, leased, now)
    except OutsideFailed as fault:
        if not fault.permanent:
            office.store.outbox.put_off(leased, now + WAIT, fault.code)
            raise
        _keep(office, leased, _letter(leased, LetterState.MANUAL, now, fault.code), None)
    else:
        _keep(office, leased, _letter(leased, LetterState.RENDERED, now), envelope)


def _envelope(office: Office, leased: Leased, now: datetime) -> bytes:
    number = number_of(office.store, leased.message.person_id or "")
    address = office.register.postal_address(number)
    letter = NoticeLetter((address.name, *address.lines), now, payload_of(leased.message))
    return sealed(office.typesetter.pdf(as_json(letter), TEMPLATE), office.certificate)


def _keep(office: Office, leased: Leased, letter: LetterOrder, envelope: bytes | None) -> None:
    """The letter in, the row of the outbox closed; nothing if somebody else was faster."""
    outbox, now = office.store.outbox, letter.told_at
    details = {"letter": letter.id, "notice": letter.reason}
    event = AuditEvent(f"notice-{letter.state}", now, letter.person_id, details=details)

    def keep() -> None:
        if not outbox.begin(leased, PRINTER, now):
            raise _NotOurs
        if letter.fault is None:
            outbox.sent(leased, letter.id, now)
        else:
            outbox.close(leased, MessageState.REFUSED, letter.fault, now)
        office.store.letters.keep_notice(letter, envelope)
        office.store.ledger.append(event)

    with suppress(_NotOurs):
        office.store.together(keep)


def _letter(
    leased: Leased, state: LetterState, now: datetime, fault: str | None = None
) -> LetterOrder:
    message = leased.message
    return LetterOrder(
        id=message.id,
        person_id=message.person_id or "",
        reason=message.purpose,
        state=state,
        ordered_at=now,
        told_at=now,
        fault=fault,
        kind=LetterKind.NOTICE,
    )
