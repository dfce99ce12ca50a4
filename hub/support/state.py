"""What staff may see of an account: how it stands, and nothing that opens it.

No number, address, password or code; of the mobile its last two digits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub import attempts
from hub.letters.order_rules import standing_for
from hub.person import Person
from hub.seams.letters import LetterOrder
from hub.seams.logins import Limit
from hub.seams.outbox import Sent
from hub.seams.people import HeldSheet, Wait, Waiting
from hub.seams.records import AuditEvent
from hub.seams.store import Store
from hub.support.cases import Act

LOGINS = ("logged-in", "answered")
HELP = ("support-looked-up", "support-acted", "support-wished", "support-refused")
# Count what is told, and stand in nobody's way.
TELLS_ONLY = (attempts.PINS_SUSPENDED, attempts.TOTP_SUSPENDED)
SHOWN = 10
SUFFIX = 2  # digits of a mobile that are shown


class Account(StrEnum):
    REGISTERED = "registered"
    WAITING = "waiting"  # has only the letter, or not even that
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Lock:
    """Failures that are counted; `until`: nothing passes before that."""

    limit: str
    failures: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """An account at a moment."""

    account: Account
    number: str  # its first six digits
    has_password: bool
    needs_new_password: bool
    mobile_ending: str | None
    has_email: bool
    has_app: bool  # an authenticator app
    passkeys: int
    sheets: Sequence[HeldSheet]
    letters: Sequence[LetterOrder]  # the newest first
    stands: LetterOrder | None  # the letter that stands in the way of a new one
    locks: Sequence[Lock]
    waits: Sequence[Wait]
    logins: Sequence[AuditEvent]
    messages: Sequence[Sent]
    sessions: int
    help: Sequence[AuditEvent]

    @property
    def possible(self) -> frozenset[Act]:
        """What can be done to it now."""
        return frozenset(self._possible())

    def _possible(self) -> Iterator[Act]:
        is_registered = self.account is Account.REGISTERED
        if self.sheets:
            yield from (Act.BLOCK, Act.REPLACE)
        if self.stands is None:
            yield Act.ORDER
        else:
            yield Act.ORDER_BEYOND
        if is_registered:
            yield Act.SECURE
        if is_registered and self.mobile_ending and self.stands is None:
            yield Act.LOST_MOBILE
        if self.locks:
            yield Act.UNLOCK
        if self.waits:
            yield Act.STOP_WAITS
        if self.sessions:
            yield Act.END_SESSIONS
        if is_registered or self.sheets:
            yield Act.CLOSE


def masked(number: str) -> str:
    """Enough for its owner to know it by; the individual digits stand nowhere."""
    return f"{number[:6]} *****"


def state_of(store: Store, person: Person, now: datetime) -> State:
    letters = store.letters.of_person(person.id)
    return State(
        account=_account(person),
        number=masked(store.people.current_number(person.id)),
        has_password=person.is_registered,
        needs_new_password=person.needs_new_password,
        mobile_ending=person.mobile[-SUFFIX:] if person.mobile else None,
        has_email=person.email is not None,
        has_app=store.methods.app(person.id) is not None,
        passkeys=len(store.methods.passkeys(person.id)),
        sheets=store.sheets.held(person.id),
        letters=letters[:SHOWN],
        stands=standing_for(letters, now),
        locks=list(_locks(store, person, now)),
        waits=list(_waits(store, person, now)),
        logins=store.history.of_person(person.id, LOGINS, SHOWN),
        messages=store.outbox.of_person(person.id)[:SHOWN],
        sessions=len(store.sessions.living(person.id, now)),
        help=store.history.of_person(person.id, HELP, SHOWN),
    )


def watched(store: Store, person: Person) -> Sequence[tuple[Limit, str]]:
    """Every limit that can stand in this person's way, but those of devices they know."""
    digits = store.people.current_number(person.id)
    by_number = (
        attempts.PASSWORD,
        attempts.REGISTRATION_PINS,
        attempts.PINS_ASKED,
        attempts.PINS_CODE_SENT,
        attempts.PINS_CODE_TRIED,
    )
    by_person = (
        attempts.LOGIN_PIN,
        attempts.PINS_SUSPENDED,
        attempts.LOGIN_TOTP,
        attempts.TOTP_SUSPENDED,
        attempts.LOGIN_PASSKEY,
        attempts.NEW_TOTP,
        attempts.SMS_CODE,
        attempts.SMS_UNANSWERED,
        attempts.MAIL_CODE,
        attempts.MAIL_UNANSWERED,
    )
    found = [(limit, digits) for limit in by_number]
    found += [(limit, person.id) for limit in by_person]
    if person.mobile:
        found.append((attempts.SMS_UNANSWERED, person.mobile))
    if person.email:
        found.append((attempts.MAIL_UNANSWERED, person.email))
    return found


def _account(person: Person) -> Account:
    if person.is_registered:
        return Account.REGISTERED
    return Account.WAITING if person.registered_at is None else Account.CLOSED


def _locks(store: Store, person: Person, now: datetime) -> Iterator[Lock]:
    """The worst of each limit, which may have several subjects."""
    worst: dict[str, Lock] = {}
    for limit, subject in watched(store, person):
        standing = store.attempts.standing(limit, subject, now)
        if standing is None or limit in TELLS_ONLY:
            continue
        lock = Lock(limit.name, standing.failures, standing.until)
        known = worst.get(limit.name)
        if known is None or lock.failures > known.failures:
            worst[limit.name] = lock
    yield from worst.values()


def _waits(store: Store, person: Person, now: datetime) -> Iterator[Wait]:
    for what in Waiting:
        found = store.waits.find(person.id, what, now)
        if found is not None:
            yield found
