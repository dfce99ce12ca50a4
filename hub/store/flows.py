"""Held logins: `hub.seams.logins.Flows`.

A flow lives for 60 minutes, and 60 more when its person asks, two hours at most.  When it
is finished its payload goes but for the service's name, and the row stays for a day so that
a late reload can be told that the login is over.  One that no browser claimed is unknown to
every browser.
"""

import dataclasses
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from hub.errors import FlowError, FlowOver, NotAwaited
from hub.flow import LIFE, LONGEST
from hub.keys.ring import KeyRing
from hub.seams.logins import HeldFlow
from hub.store.database import Database
from hub.store.tables import flow as table
from hub.store.tables import moment

CLAIM_WITHIN = timedelta(seconds=60)
REMEMBERED = timedelta(hours=24)  # after it was finished


def _is_open() -> ColumnElement[bool]:
    """This flow, unfinished and in its time; the values come from `_open`."""
    return and_(
        table.c.handle == bindparam("of_handle"),
        table.c.finished_at.is_(None),
        table.c.held_at > moment("longest_since"),
        or_(
            table.c.held_at > moment("alive_since"), table.c.extended_at > moment("alive_since")
        ),
    )


def _open(handle: str, now: datetime) -> dict[str, object]:
    return {"of_handle": handle, "longest_since": now - LONGEST, "alive_since": now - LIFE}


_HOLD = insert(table)
_CLAIM = (
    update(table)
    .where(
        table.c.handle == bindparam("of_handle"),
        table.c.browser.is_(None),
        table.c.finished_at.is_(None),
        table.c.held_at > moment("claimable_since"),
    )
    .values(browser=bindparam("by_browser"))
)
_FIND = select(table).where(table.c.handle == bindparam("handle"))
_AS_READ = (
    update(table)
    .where(
        table.c.handle == bindparam("of_handle"),
        table.c.awaiting == bindparam("was_awaiting"),
        table.c.version == bindparam("was_version"),
        table.c.finished_at.is_(None),
    )
    .values(version=table.c.version + 1)
)
_MOVE = _AS_READ.values(awaiting=bindparam("now_awaiting"), payload=bindparam("now_payload"))
_FINISH = _AS_READ.values(payload=bindparam("now_payload"), finished_at=moment("now"))
_STATE = select(table.c.awaiting, table.c.finished_at).where(table.c.handle == bindparam("handle"))
_OPEN = select(table.c.handle).where(_is_open())
_EXTEND = (
    update(table)
    .where(_is_open(), table.c.browser == bindparam("by_browser"))
    .values(extended_at=moment("now"))
)


class FlowsInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def hold(
        self, handle: str, browser: str | None, awaiting: str, payload: bytes, now: datetime
    ) -> None:
        row = {
            "handle": handle,
            "browser": browser,
            "awaiting": awaiting,
            "version": 1,
            "payload": self._ring.seal(payload, _place(handle)),
            "held_at": now,
        }
        self._database.write(lambda db: db.execute(_HOLD, row).rowcount)

    def claim(self, handle: str, browser: str, now: datetime) -> None:
        values = {
            "of_handle": handle,
            "by_browser": browser,
            "claimable_since": now - CLAIM_WITHIN,
        }
        self._database.write(lambda db: db.execute(_CLAIM, values).rowcount)

    def find(self, handle: str, browser: str, now: datetime) -> HeldFlow:
        row = self._database.read(lambda db: db.execute(_FIND, {"handle": handle}).first())
        if row is None or row.browser is None:
            raise FlowError("no flow of this handle is claimed", "flow-unknown")
        if row.browser != browser:
            raise FlowError("the flow is another browser's", "flow-foreign")
        if row.finished_at is not None:
            kept = self._ring.open(row.payload, _place(handle)).decode()
            raise FlowOver(f"the flow was answered at {row.finished_at}", kept or None)
        ends_at = _ends_at(row)
        if ends_at <= now:
            raise FlowError(f"the flow of {row.held_at} is too old at {now}", "flow-unknown")
        payload = self._ring.open(row.payload, _place(handle))
        return HeldFlow(handle, row.awaiting, row.version, payload, row.held_at, ends_at)

    def extend(self, handle: str, browser: str, now: datetime) -> None:
        values = _open(handle, now) | {"by_browser": browser, "now": now}
        self._database.write(lambda db: db.execute(_EXTEND, values).rowcount)

    def move(self, flow: HeldFlow, awaiting: str, payload: bytes, now: datetime) -> HeldFlow:
        values = _as_read(flow) | {
            "now_awaiting": awaiting,
            "now_payload": self._ring.seal(payload, _place(flow.handle)),
        }

        def move(db: Connection) -> None:
            if db.execute(_MOVE, values).rowcount != 1:
                raise _not_awaited(db, flow)

        self._database.write(move)
        return dataclasses.replace(
            flow, awaiting=awaiting, version=flow.version + 1, payload=payload
        )

    def finish(self, flow: HeldFlow, leads_to: str | None, now: datetime) -> None:
        kept = self._ring.seal((leads_to or "").encode(), _place(flow.handle))
        values = _as_read(flow) | {"now_payload": kept, "now": now}

        def finish(db: Connection) -> None:
            if db.execute(_FINISH, values).rowcount != 1:
                raise _not_awaited(db, flow)

        self._database.write(finish)

    def is_open(self, handle: str, now: datetime) -> bool:
        values = _open(handle, now)
        return self._database.read(lambda db: db.execute(_OPEN, values).first()) is not None


def _ends_at(row: Row[tuple[object, ...]]) -> datetime:
    begun: datetime = row.held_at
    last: datetime = row.extended_at or begun
    return min(last + LIFE, begun + LONGEST)


def _place(handle: str) -> str:
    return f"flow:{handle}"


def _as_read(flow: HeldFlow) -> dict[str, object]:
    return {
        "of_handle": flow.handle,
        "was_awaiting": flow.awaiting,
        "was_version": flow.version,
    }


def _not_awaited(db: Connection, flow: HeldFlow) -> NotAwaited:
    state = db.execute(_STATE, {"handle": flow.handle}).first()
    if state is None or state.finished_at is not None:
        return NotAwaited(flow.awaiting, "nothing more")
    return NotAwaited(flow.awaiting, state.awaiting)
