"""Orders of sheets by post: `hub.seams.LetterOrders`.

An order that is not posted yet, or was made less than a week ago, is not made twice:
whoever asks again only wants to be sure.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from hub.seams import LetterOrder, LetterState
from hub.store.database import Database
from hub.store.tables import letter_order as table
from hub.store.tables import moment, person

BETWEEN_ORDERS = timedelta(days=7)

_NEW = insert(table)
_LATELY = (
    select(table)
    .where(
        table.c.person_id == bindparam("of_person"),
        or_(table.c.state != LetterState.POSTED.value, table.c.ordered_at > moment("since")),
    )
    .order_by(table.c.ordered_at.desc())
    .limit(1)
)
_OF_PERSON = (
    select(table)
    .where(table.c.person_id == bindparam("of_person"))
    .order_by(table.c.ordered_at.desc())
)
_WAITING = (
    select(table)
    .where(table.c.state == LetterState.ORDERED.value)
    .order_by(table.c.ordered_at)
    .limit(bindparam("most"))
)
_TELL = (
    update(table)
    .where(table.c.id == bindparam("of_order"))
    .values(state=bindparam("new_state"), told_at=moment("now"))
)
# Holds the person's row, so that two orders at once do not both find none.
_HOLD = (
    update(person)
    .where(person.c.id == bindparam("of_person"))
    .values(changed_at=person.c.changed_at)
)


class LetterOrdersInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    def order(self, person_id: str, reason: str, now: datetime) -> tuple[LetterOrder, bool]:
        new_id = secrets.token_hex(16)
        row = {
            "id": new_id,
            "person_id": person_id,
            "reason": reason,
            "state": LetterState.ORDERED.value,
            "ordered_at": now,
            "told_at": now,
        }

        def order(db: Connection) -> tuple[LetterOrder, bool]:
            db.execute(_HOLD, {"of_person": person_id})
            lately = {"of_person": person_id, "since": now - BETWEEN_ORDERS}
            known = db.execute(_LATELY, lately).first()
            if known is not None:
                return _order(known), False
            db.execute(_NEW, row)
            made = LetterOrder(new_id, person_id, reason, LetterState.ORDERED, now, now)
            return made, True

        return self._database.write(order)

    def of_person(self, person_id: str) -> Sequence[LetterOrder]:
        values = {"of_person": person_id}
        rows = self._database.read(lambda db: db.execute(_OF_PERSON, values).all())
        return [_order(row) for row in rows]

    def waiting(self, most: int) -> Sequence[LetterOrder]:
        rows = self._database.read(lambda db: db.execute(_WAITING, {"most": most}).all())
        return [_order(row) for row in rows]

    def tell(self, order_id: str, state: LetterState, now: datetime) -> None:
        values = {"of_order": order_id, "new_state": state.value, "now": now}
        self._database.write(lambda db: db.execute(_TELL, values).rowcount)


def _order(row: Row[tuple[object, ...]]) -> LetterOrder:
    return LetterOrder(
        row.id, row.person_id, row.reason, LetterState(row.state), row.ordered_at, row.told_at
    )
