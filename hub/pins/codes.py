"""Order new PIN codes and block the old ones; who may, is for the pages to find out.

A block that nothing proves takes effect 24 hours after it was asked for, if nobody logs in
before.  Many at once are an attack on everybody's logins: an alarm goes off, and the
blocks are carried out no faster than so many an hour.
"""

import logging
from datetime import datetime, timedelta

from hub import audit
from hub.letters import order_rules
from hub.person import Person
from hub.seams.logins import Limit
from hub.seams.people import Wait, Waiting
from hub.seams.records import AuditEvent
from hub.seams.store import Store
from hub.sending import notices
from hub.sending.notices import Notice
from hub.settings import Settings

BLOCK_PERIOD = timedelta(hours=24)
KEPT = timedelta(days=7)  # a backlog of blocks is worth nothing after that
HOUR = timedelta(hours=1)
# Of the whole installation.  Asked for faster than this: an alarm.
ALARM = Limit("pins-blocks-asked", free=100, longest=HOUR, window=HOUR, most=100)
# Carried out without a proof, of the whole installation.
PACE = Limit("pins-blocks-done", free=200, longest=HOUR, window=HOUR, most=200)
EVERYBODY = "everybody"
A_TURN = 50
FEW = 5  # codes left, from which on a new sheet is offered
# Why a letter was ordered.
OWN_WISH, NOT_ME, BY_HELP_DESK = "own-wish", "not-me", "by-help-desk"
LOST_MOBILE = "lost-mobile"  # the help desk's: its codes do without the mobile

log = logging.getLogger("minid")


def codes_left(store: Store, person_id: str) -> int:
    """On all valid sheets of a person."""
    return sum(sheet.codes_left for sheet in store.sheets.held(person_id))


def is_new_sheet_due(store: Store, person_id: str, now: datetime) -> bool:
    """Whether few codes are left, and no letter is on its way that brings more."""
    if codes_left(store, person_id) > FEW:
        return False
    return order_rules.standing_for(store.letters.of_person(person_id), now) is None


def order(
    store: Store, settings: Settings, person: Person, reason: str, request_id: str, now: datetime
) -> bool:
    """Order a sheet by post, unless one was ordered lately; the old one stays valid.

    Whether it was ordered is for its owner, and for nobody who is not logged in.
    """

    def act() -> bool:
        _order, is_new = store.letters.order(person.id, reason, now)
        if is_new:
            store.ledger.append(audit.of_person("pins-ordered", person.id, request_id, now))
            notices.put(store, settings, person.id, Notice.PINS_ORDERED, now)
        return is_new

    return store.together(act)


def block(
    store: Store, settings: Settings, person: Person, request_id: str, now: datetime
) -> None:
    """Block all sheets at once: somebody has proved to be their owner."""

    def act() -> None:
        # Or what waits would block the new sheet as well.
        store.waits.cancel(person.id)
        store.sheets.block(person.id, now)
        store.ledger.append(audit.of_person("pins-blocked", person.id, request_id, now))
        notices.put(store, settings, person.id, Notice.PINS_BLOCKED, now)

    store.together(act)


def block_later(
    store: Store, settings: Settings, person: Person, request_id: str, now: datetime
) -> None:
    """Let the sheets be blocked in 24 hours; their owner is told, and can stop it."""
    due_at = now + BLOCK_PERIOD

    def act() -> bool:
        is_new = store.waits.ask(person.id, Waiting.PINS_BLOCK, due_at, due_at + KEPT, now)
        if is_new:
            store.ledger.append(audit.of_person("pins-block-asked", person.id, request_id, now))
            notices.put(store, settings, person.id, Notice.PINS_BLOCK_WAITS, now)
        return is_new

    if store.together(act) and store.attempts.charge(ALARM, EVERYBODY, now) is not None:
        log.error("%s pins-block-alarm: more than %d blocks an hour", request_id, ALARM.most)
        store.ledger.append(AuditEvent("pins-block-alarm", now, request_id=request_id))


def block_due(store: Store, settings: Settings, now: datetime) -> int:
    """Carry out the blocks whose 24 hours are over; how many.  For the worker."""
    done = 0
    for wait in store.waits.due(Waiting.PINS_BLOCK, A_TURN, now):
        if store.attempts.charge(PACE, EVERYBODY, now) is not None:
            log.error("pins-block-alarm: more than %d blocks an hour are due", PACE.most)
            break
        done += _block_waiting(store, settings, wait, now)
    return done


def _block_waiting(store: Store, settings: Settings, wait: Wait, now: datetime) -> bool:
    def act() -> bool:
        if not store.waits.take(wait.person_id, Waiting.PINS_BLOCK, now):
            return False  # a login was quicker
        store.sheets.block(wait.person_id, now)
        store.ledger.append(AuditEvent("pins-blocked", now, person_id=wait.person_id))
        notices.put(store, settings, wait.person_id, Notice.PINS_BLOCKED, now)
        return True

    return store.together(act)
