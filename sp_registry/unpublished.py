"""What is decided and no publication has taken yet.

A decision leaves a row here in its own transaction, and a publication takes all rows away in
its own.  So nothing is left unpublished by a process that was killed between the two: what
lies here for a while is published by whoever looks (`publishing.settle`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from sp_registry import remarks, tables

QUIET = timedelta(seconds=30)  # a command that decides on many publishes once, at its end
MOST_TOLD = 10  # decisions that are named in a note


@dataclass(frozen=True, slots=True)
class Decision:
    entity_id: str
    by: str
    at: datetime


def add(connection: Connection, entity_id: str, by: str, now: datetime) -> None:
    row = {"entity_id": entity_id, "decided_by": by, "decided_at": now}
    connection.execute(insert(tables.unpublished).values(**row))


def take(connection: Connection) -> None:
    """To be called before what is approved is read: what is decided meanwhile stays."""
    connection.execute(delete(tables.unpublished))


def left(connection: Connection, now: datetime) -> Sequence[Decision]:
    """What somebody decided and left; nothing while somebody is at it."""
    table = tables.unpublished
    wanted = select(table.c.entity_id, table.c.decided_by, table.c.decided_at)
    rows = connection.execute(wanted.order_by(table.c.number.desc())).all()
    if not rows or rows[0].decided_at > now - QUIET:
        return ()
    return [Decision(*row) for row in reversed(rows)]


def told(decisions: Sequence[Decision]) -> str:
    """Who decided on what, for the record."""
    named = [f"{one.entity_id} by {one.by}" for one in decisions[:MOST_TOLD]]
    more = len(decisions) - len(named)
    return remarks.LEFT.format(", ".join(named) + (f" and {more} more" if more else ""))
