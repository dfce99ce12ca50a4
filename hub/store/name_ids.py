"""Name identifiers, stored and living: `hub.seams.logins.NameIds`.

A persistent one belongs to a person and a service for good.  A transient one is
its participant's, and is over with the session.
"""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from hub.login_session import IDLE, LONGEST
from hub.store.database import Database, upsert
from hub.store.tables import login_session, moment
from hub.store.tables import name_id as table
from hub.store.tables import participant
from metadata import names

_FIND = select(table.c.value).where(
    table.c.person_id == bindparam("person_id"), table.c.entity_id == bindparam("entity_id")
)
_LIVING = (
    select(participant.c.name_id)
    .join(login_session, login_session.c.id == participant.c.session_id)
    .where(
        participant.c.entity_id == bindparam("entity_id"),
        participant.c.name_id == bindparam("value"),
        participant.c.name_id_format == names.TRANSIENT,
        login_session.c.person_id == bindparam("person_id"),
        login_session.c.ended_at.is_(None),
        login_session.c.last_used_at > moment("used_since"),
        login_session.c.started_at > moment("started_since"),
    )
    .limit(1)
)


class NameIdsInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = upsert(database.engine, table).on_conflict_do_nothing(
            index_elements=[table.c.person_id, table.c.entity_id]
        )

    def find(self, person_id: str, entity_id: str) -> str | None:
        pair = {"person_id": person_id, "entity_id": entity_id}
        return self._database.read(lambda db: db.execute(_FIND, pair).scalar())

    def is_current(
        self, person_id: str, entity_id: str, value: str, format: str | None, now: datetime
    ) -> bool:
        if format in (None, names.PERSISTENT) and self.find(person_id, entity_id) == value:
            return True
        return format in (None, names.TRANSIENT) and self._is_living(
            {
                "person_id": person_id,
                "entity_id": entity_id,
                "value": value,
                "used_since": now - IDLE,
                "started_since": now - LONGEST,
            }
        )

    def persistent(self, person_id: str, entity_id: str, new: str, now: datetime) -> str:
        found = self.find(person_id, entity_id)
        if found is not None:
            return found
        pair = {"person_id": person_id, "entity_id": entity_id}

        def store(db: Connection) -> str:
            # The first to come decides; what stands is never changed.
            db.execute(self._store, pair | {"value": new, "created_at": now})
            return str(db.execute(_FIND, pair).scalar_one())

        return self._database.write(store)

    def _is_living(self, values: dict[str, str | datetime]) -> bool:
        return self._database.read(lambda db: db.execute(_LIVING, values).first()) is not None
