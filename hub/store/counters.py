"""Totals of what was counted: `hub.seams.counts.CounterRoom`.

All processes of a node add to the same rows, a few times a minute, so the totals are
right whichever process is asked, and outlive every one of them.
"""

import socket
from collections.abc import Mapping

from sqlalchemy import bindparam, select

from hub.store.database import Database, upsert
from hub.store.tables import counter as table

_OF_NODE = select(table.c.name, table.c.label, table.c.count).where(
    table.c.node == bindparam("of_node")
)


class CountersInDatabase:
    def __init__(self, database: Database, node: str | None = None) -> None:
        self._database = database
        self._node = node or socket.gethostname()
        new = upsert(database.engine, table)
        self._add = new.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={"count": table.c.count + new.excluded.count},
        )

    def add(self, counted: Mapping[tuple[str, str], int]) -> None:
        # Sorted, so that two processes never wait for each other's rows crosswise.
        rows = [
            {"node": self._node, "name": name, "label": label, "count": count}
            for (name, label), count in sorted(counted.items())
        ]
        if rows:
            self._database.write(lambda db: db.execute(self._add, rows).rowcount)

    def totals(self) -> Mapping[tuple[str, str], int]:
        values = {"of_node": self._node}
        rows = self._database.read(lambda db: db.execute(_OF_NODE, values).all())
        return {(name, label): count for name, label, count in rows}
