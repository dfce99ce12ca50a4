"""What the help desk keeps: who looked at whom, and what waits for a second colleague.

Pure.  A case is opened by a look-up and is its opener's alone, for half an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

CASE_LIFE = timedelta(minutes=30)
WISH_LIFE = timedelta(hours=24)


class Reason(StrEnum):
    """Why somebody calls; the ones that come often come with their own acts."""

    LOST_CODES = "lost-codes"
    NO_SMS = "no-sms"
    LOCKED_OUT = "locked-out"
    MISUSED = "misused"
    LOGIN_FAILED = "login-failed"
    OTHER = "other"


class Act(StrEnum):
    """What the help desk may do to an account."""

    REPLACE = "replace"  # block the codes and order new ones
    BLOCK = "block"
    ORDER = "order"
    ORDER_BEYOND = "order-beyond"  # although a letter or the limits stand in the way
    LOST_MOBILE = "lost-mobile"  # a letter whose codes do without the registered mobile
    UNLOCK = "unlock"
    STOP_WAITS = "stop-waits"
    END_SESSIONS = "end-sessions"
    SECURE = "secure"  # somebody else may have been in
    CLOSE = "close"

    @property
    def takes_two(self) -> bool:
        return self in (Act.ORDER_BEYOND, Act.CLOSE)


# What helps with each call, the likeliest first.
USUAL: dict[Reason, tuple[Act, ...]] = {
    Reason.LOST_CODES: (Act.REPLACE, Act.ORDER),
    Reason.NO_SMS: (Act.UNLOCK, Act.LOST_MOBILE),
    Reason.LOCKED_OUT: (Act.UNLOCK, Act.ORDER),
    Reason.MISUSED: (Act.SECURE, Act.END_SESSIONS, Act.STOP_WAITS),
    Reason.LOGIN_FAILED: (Act.UNLOCK,),
    Reason.OTHER: (),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A look-up, and why it was made."""

    handle: str  # in the URL; worth nothing to anybody but its opener
    staff_id: str = field(repr=False)
    person_id: str = field(repr=False)
    reason: Reason
    words: str
    opened_at: datetime

    @property
    def until(self) -> datetime:
        return self.opened_at + CASE_LIFE


@dataclass(frozen=True, slots=True)
class Wish:
    """An act that one of the help desk asks for, and another one is to do."""

    id: str
    act: Act
    person_id: str = field(repr=False)
    reason: Reason
    words: str
    wished_by: str
    wished_at: datetime

    @property
    def until(self) -> datetime:
        return self.wished_at + WISH_LIFE


class CaseRoom(Protocol):
    def open(self, case: Case) -> None: ...

    def find(self, handle: str, staff_id: str, now: datetime) -> Case | None:
        """The case, to its opener alone and while it lives."""

    def wish(self, wish: Wish) -> bool:
        """Keep a wish; False if the same waits for this person already."""

    def wishes(self, now: datetime) -> Sequence[Wish]:
        """What waits for a second colleague, the oldest first."""

    def take(self, id: str, by: str, now: datetime) -> bool:
        """Decide a wish in one act; False if it is over, decided, or this colleague's own."""

    def withdraw(self, id: str, now: datetime) -> bool:
        """Decide that it is not to be, whoever says so."""
