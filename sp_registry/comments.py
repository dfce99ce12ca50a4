"""What colleagues say of a proposal; a comment is added and never edited.

Whoever sees the service provider reads them, and who may propose for it writes them: that
is asked by the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from sp_registry import changes, tables
from sp_registry.seams import Audit, Database

LONGEST = 2000  # characters


@dataclass(frozen=True, slots=True)
class Comment:
    change: int  # number of the change that was the newest then
    by: str
    at: datetime
    text: str


def add(
    database: Database, audit: Audit, entity_id: str, text: str, by: str, now: datetime
) -> None:
    """Say something of the newest change; raises NotRegistered."""
    audit("sp-commented", by, now, {"entity_id": entity_id})

    def job(connection: Connection) -> None:
        newest = changes.newest_of(connection, entity_id)
        if newest is None:
            raise changes.not_registered(entity_id)
        row = {
            "entity_id": entity_id,
            "change": newest.number,
            "said_by": by,
            "said_at": now,
            "text": text,
        }
        connection.execute(insert(tables.sp_comment).values(**row))

    database.write(job)


def of(connection: Connection, entity_id: str) -> Sequence[Comment]:
    """Everything that was said of a service provider's changes, the oldest first."""
    table = tables.sp_comment
    rows = connection.execute(
        select(table.c.change, table.c.said_by, table.c.said_at, table.c.text)
        .where(table.c.entity_id == entity_id)
        .order_by(table.c.number)
    ).all()
    return [Comment(*row) for row in rows]
