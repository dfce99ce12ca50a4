"""Persistent name identifiers, one per person and service: `hub.seams.NameIds`."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from hub.store.database import Database, upsert
from hub.store.tables import name_id as table

_FIND = select(table.c.value).where(
    table.c.person_id == bindparam("person_id"), table.c.entity_id == bindparam("entity_id")
)


class NameIdsInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = upsert(database.engine, table).on_conflict_do_nothing(
            index_elements=[table.c.person_id, table.c.entity_id]
        )

    def persistent(self, person_id: str, entity_id: str, new: str, now: datetime) -> str:
        pair = {"person_id": person_id, "entity_id": entity_id}
        found = self._database.read(lambda db: db.execute(_FIND, pair).scalar())
        if found is not None:
            return str(found)

        def store(db: Connection) -> str:
            # The first to come decides; what stands is never changed.
            db.execute(self._store, pair | {"value": new, "created_at": now})
            return str(db.execute(_FIND, pair).scalar_one())

        return self._database.write(store)
