"""How far feeds have been read: `hub.seams.counts.Cursors`."""

from datetime import datetime

from sqlalchemy import bindparam, select

from hub.store.database import Database, upsert
from hub.store.tables import feed_cursor as table

_FIND = select(table.c.position).where(table.c.feed == bindparam("of_feed"))


class CursorsInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        new = upsert(database.engine, table)
        self._move = new.on_conflict_do_update(
            index_elements=[table.c.feed],
            set_={"position": new.excluded.position, "moved_at": new.excluded.moved_at},
            where=table.c.position < new.excluded.position,
        )

    def find(self, feed: str) -> int | None:
        return self._database.read(lambda db: db.execute(_FIND, {"of_feed": feed}).scalar())

    def move(self, feed: str, position: int, now: datetime) -> None:
        row = {"feed": feed, "position": position, "moved_at": now}
        self._database.write(lambda db: db.execute(self._move, row).rowcount)
