"""How messages to webhooks fared: one line for each, which each try makes truer.

What was said stands here no more than to whom; the last tries of a webhook are for its team.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from sp_registry.tables import care_hook_call as table

KEPT = timedelta(days=90)
SHOWN = 20


class Fate(StrEnum):
    WAITING = "waiting"  # for its first try, or for the next
    TAKEN = "taken"
    REFUSED = "refused"  # trying again would not help
    GIVEN_UP = "given-up"  # nobody took it in time


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try."""

    at: datetime
    status: int | None  # None: there was no answer
    fault: str | None = None  # code; None: it was taken
    is_final: bool = True
    again_at: datetime | None = None  # None: there is no time for another


@dataclass(frozen=True, slots=True)
class HookCall:
    id: str  # of the message
    hook: str
    type: str
    made_at: datetime
    gives_up_at: datetime
    tries: int = 0
    last: Tried | None = None

    def fate(self, now: datetime) -> Fate:
        if self.last and self.last.is_final:
            return Fate.TAKEN if self.last.fault is None else Fate.REFUSED
        comes_again = self.last is None or self.last.again_at is not None
        return Fate.WAITING if comes_again and now < self.gives_up_at else Fate.GIVEN_UP

    def is_untried(self, now: datetime) -> bool:
        return self.last is None and now < self.gives_up_at


def put(connection: Connection, call: HookCall) -> None:
    """A message that is on its way; what is old of the same webhook is forgotten."""
    of_hook = table.c.hook == call.hook
    connection.execute(delete(table).where(of_hook, table.c.made_at < call.made_at - KEPT))
    row = {
        "id": call.id, "hook": call.hook, "type": call.type, "made_at": call.made_at,
        "gives_up_at": call.gives_up_at, "tries": 0, "is_final": False,
    }  # fmt: skip
    connection.execute(insert(table), row)


def tell(connection: Connection, id: str, tried: Tried) -> None:
    told = update(table).where(table.c.id == id).values(
        tries=table.c.tries + 1, tried_at=tried.at, status=tried.status, fault=tried.fault,
        is_final=tried.is_final, again_at=tried.again_at,
    )  # fmt: skip
    connection.execute(told)


def latest(connection: Connection, hook: str, how_many: int = SHOWN) -> list[HookCall]:
    """The newest first."""
    wanted = select(table).where(table.c.hook == hook).order_by(table.c.made_at.desc())
    return [
        HookCall(
            row.id, row.hook, row.type, row.made_at, row.gives_up_at, row.tries,
            Tried(row.tried_at, row.status, row.fault, row.is_final, row.again_at)
            if row.tried_at else None,
        )
        for row in connection.execute(wanted.limit(how_many))
    ]  # fmt: skip
