"""Counters of failures: `hub.seams.logins.Attempts`.

One UPSERT decides and counts.  A window begins with the first failure, and when it
is past everything in it is forgotten.  Subjects are kept as keyed hashes.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    cast,
    delete,
    literal,
    or_,
    select,
    update,
)

from hub.keys.ring import KeyRing
from hub.seams.logins import Limit, Standing
from hub.store.database import Database, upsert
from hub.store.tables import at_micros
from hub.store.tables import attempt as table
from hub.store.tables import micros

SECOND = 1_000_000
NO_MOST = 2**31 - 1

_THIS = and_(
    table.c.limit_name == bindparam("of_limit"), table.c.subject == bindparam("of_subject")
)
_WHEN = select(table.c.failures, table.c.retry_at, table.c.forgotten_at).where(_THIS)
_REFUND = (
    update(table)
    .where(_THIS, table.c.failures > 0)
    .values(failures=table.c.failures - 1, retry_at=0)
)
_FORGET = delete(table).where(_THIS)


def _number(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger)


def _delay_after(failures: ColumnElement[int]) -> ColumnElement[int]:
    """Microseconds to wait: 2, 4, 8 … seconds after the free failures, up to the longest."""
    above = failures - _number("free")
    doubled = literal(SECOND, BigInteger).bitwise_lshift(cast(above, Integer))
    return case(
        (above <= 0, literal(0, BigInteger)),
        (above >= _number("longest_from"), _number("longest")),
        else_=doubled,
    )


def _retry_at(now: ColumnElement[int], failures: ColumnElement[int]) -> ColumnElement[int]:
    """When the next try may come; no moment at all while there is no delay, since another
    process whose clock is a little behind would else be refused."""
    is_free = failures <= _number("free")
    return case((is_free, literal(0, BigInteger)), else_=now + _delay_after(failures))


class AttemptsInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        now = _number("now")
        is_past = table.c.forgotten_at <= now
        failures = case((is_past, 1), else_=table.c.failures + 1)
        first = upsert(database.engine, table).values(
            failures=1,
            retry_at=_retry_at(now, literal(1, BigInteger)),
            forgotten_at=now + _number("window"),
        )
        self._charge = first.on_conflict_do_update(
            index_elements=[table.c.limit_name, table.c.subject],
            set_={
                "failures": failures,
                "retry_at": _retry_at(now, failures),
                "forgotten_at": case(
                    (is_past, now + _number("window")), else_=table.c.forgotten_at
                ),
            },
            where=or_(
                is_past, and_(table.c.retry_at <= now, table.c.failures < _number("most"))
            ),
        ).returning(table.c.failures)

    def charge(self, limit: Limit, subject: str, now: datetime) -> datetime | None:
        hashed = self._ring.subject(limit.name, subject)
        row = _bounds(limit) | {"limit_name": limit.name, "subject": hashed, "now": micros(now)}

        def charge(db: Connection) -> datetime | None:
            if db.execute(self._charge, row).first() is not None:
                return None
            when = db.execute(_WHEN, {"of_limit": limit.name, "of_subject": hashed}).one()
            is_full = when.failures >= row["most"]
            until: int = when.forgotten_at if is_full else when.retry_at
            return at_micros(until)

        retry_at = self._database.write(charge)
        return None if retry_at is None else max(retry_at, now)

    def refund(self, limit: Limit, subject: str, now: datetime) -> None:
        values = self._of(limit, subject)
        self._database.write(lambda db: db.execute(_REFUND, values).rowcount)

    def standing(self, limit: Limit, subject: str, now: datetime) -> Standing | None:
        values = self._of(limit, subject)
        row = self._database.read(lambda db: db.execute(_WHEN, values).first())
        if row is None or row.failures == 0 or row.forgotten_at <= micros(now):
            return None
        is_full = limit.most is not None and row.failures >= limit.most
        until: int = row.forgotten_at if is_full else row.retry_at
        return Standing(row.failures, at_micros(until) if until > micros(now) else None)

    def forget(self, limit: Limit, subject: str) -> None:
        values = self._of(limit, subject)
        self._database.write(lambda db: db.execute(_FORGET, values).rowcount)

    def _of(self, limit: Limit, subject: str) -> dict[str, str | bytes]:
        return {"of_limit": limit.name, "of_subject": self._ring.subject(limit.name, subject)}


def _bounds(limit: Limit) -> dict[str, int | str | bytes]:
    longest = micros(limit.longest)
    return {
        "free": limit.free,
        "longest": longest,
        "longest_from": (longest // SECOND).bit_length(),
        "window": micros(limit.window),
        "most": NO_MOST if limit.most is None else limit.most,
    }
