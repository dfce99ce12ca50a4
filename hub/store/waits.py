"""What waits before it takes effect: `hub.seams.people.Waits`."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from hub.seams.people import Wait, Waiting
from hub.store.database import Database, upsert
from hub.store.tables import moment
from hub.store.tables import waiting_act as table

_FIND = select(table.c.due_at).where(
    table.c.person_id == bindparam("of_person"),
    table.c.what == bindparam("of_kind"),
    table.c.until > moment("now"),
)
_TAKE = delete(table).where(
    table.c.person_id == bindparam("of_person"),
    table.c.what == bindparam("of_kind"),
    table.c.due_at <= moment("now"),
    table.c.until > moment("now"),
)
_CANCEL = (
    delete(table).where(table.c.person_id == bindparam("of_person")).returning(table.c.what)
)
_DUE = (
    select(table.c.person_id, table.c.due_at)
    .where(
        table.c.what == bindparam("of_kind"),
        table.c.due_at <= moment("now"),
        table.c.until > moment("now"),
    )
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
)


class WaitsInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        new = upsert(database.engine, table)
        self._ask = new.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={
                "asked_at": new.excluded.asked_at,
                "due_at": new.excluded.due_at,
                "until": new.excluded.until,
            },
            where=table.c.until <= new.excluded.asked_at,  # one that is worth nothing any more
        )

    def ask(
        self, person_id: str, what: Waiting, due_at: datetime, until: datetime, now: datetime
    ) -> bool:
        row = {"person_id": person_id, "what": what.value}
        times = {"asked_at": now, "due_at": due_at, "until": until}
        return self._database.write(lambda db: db.execute(self._ask, row | times).rowcount) == 1

    def find(self, person_id: str, what: Waiting, now: datetime) -> Wait | None:
        values = {"of_person": person_id, "of_kind": what.value, "now": now}
        due_at = self._database.read(lambda db: db.execute(_FIND, values).scalar())
        return None if due_at is None else Wait(person_id, what, due_at)

    def take(self, person_id: str, what: Waiting, now: datetime) -> bool:
        values = {"of_person": person_id, "of_kind": what.value, "now": now}
        return self._database.write(lambda db: db.execute(_TAKE, values).rowcount) == 1

    def cancel(self, person_id: str) -> Collection[Waiting]:
        values = {"of_person": person_id}
        kinds = self._database.write(lambda db: db.execute(_CANCEL, values).scalars().all())
        return {Waiting(kind) for kind in kinds}

    def due(self, what: Waiting, most: int, now: datetime) -> Sequence[Wait]:
        values = {"of_kind": what.value, "most": most, "now": now}
        rows = self._database.read(lambda db: db.execute(_DUE, values).all())
        return [Wait(row.person_id, what, row.due_at) for row in rows]
