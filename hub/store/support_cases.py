"""Cases of the help desk, and wishes that wait for a second colleague: `CaseRoom`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, insert, select, update

from hub.store.database import Database, upsert
from hub.store.tables import moment
from hub.store.tables import support_case as case_table
from hub.store.tables import support_wish as wish_table
from hub.support.cases import Act, Case, Reason, Wish

_OPEN = insert(case_table)
_FIND = select(case_table).where(
    case_table.c.handle == bindparam("of_handle"),
    case_table.c.staff_id == bindparam("of_staff"),
    case_table.c.until > moment("now"),
)
_WAITS = and_(wish_table.c.decided_at.is_(None), wish_table.c.until > moment("now"))
_WISHES = select(wish_table).where(_WAITS).order_by(wish_table.c.wished_at)
_DECIDE = (
    update(wish_table)
    .where(_WAITS, wish_table.c.id == bindparam("of_wish"))
    .values(decided_at=moment("now"))
)
_TAKE = _DECIDE.where(wish_table.c.wished_by != bindparam("by"))


class CasesInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        new = upsert(database.engine, wish_table)
        self._wish = new.on_conflict_do_update(
            index_elements=[wish_table.c.person_id, wish_table.c.act],
            set_={column.name: new.excluded[column.name] for column in wish_table.c},
            where=(wish_table.c.decided_at.is_not(None))
            | (wish_table.c.until <= new.excluded.wished_at),
        )

    def open(self, case: Case) -> None:
        row = {
            "handle": case.handle,
            "staff_id": case.staff_id,
            "person_id": case.person_id,
            "reason": case.reason.value,
            "words": case.words,
            "opened_at": case.opened_at,
            "until": case.until,
        }
        self._database.write(lambda db: db.execute(_OPEN, row).rowcount)

    def find(self, handle: str, staff_id: str, now: datetime) -> Case | None:
        values = {"of_handle": handle, "of_staff": staff_id, "now": now}
        row = self._database.read(lambda db: db.execute(_FIND, values).first())
        return None if row is None else _case(row)

    def wish(self, wish: Wish) -> bool:
        row = {
            "id": wish.id,
            "act": wish.act.value,
            "person_id": wish.person_id,
            "reason": wish.reason.value,
            "words": wish.words,
            "wished_by": wish.wished_by,
            "wished_at": wish.wished_at,
            "until": wish.until,
            "decided_at": None,
        }
        return self._database.write(lambda db: db.execute(self._wish, row).rowcount) == 1

    def wishes(self, now: datetime) -> Sequence[Wish]:
        rows = self._database.read(lambda db: db.execute(_WISHES, {"now": now}).all())
        return [_wish(row) for row in rows]

    def take(self, id: str, by: str, now: datetime) -> bool:
        values = {"of_wish": id, "by": by, "now": now}
        return self._database.write(lambda db: db.execute(_TAKE, values).rowcount) == 1

    def withdraw(self, id: str, now: datetime) -> bool:
        values = {"of_wish": id, "now": now}
        return self._database.write(lambda db: db.execute(_DECIDE, values).rowcount) == 1


def _case(row: Row[Any]) -> Case:
    return Case(
        row.handle, row.staff_id, row.person_id, Reason(row.reason), row.words, row.opened_at
    )


def _wish(row: Row[Any]) -> Wish:
    return Wish(
        row.id,
        Act(row.act),
        row.person_id,
        Reason(row.reason),
        row.words,
        row.wished_by,
        row.wished_at,
    )
