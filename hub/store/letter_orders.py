"""Orders of sheets by post: `hub.seams.letters.LetterOrders`.

When one may be ordered is decided in `hub.letters.order_rules`.  Each step is one
conditional UPDATE, so printers that work side by side never take the same step twice.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from hub.letters.order_rules import SEALED_LETTERS_KEPT, standing_for
from hub.seams.letters import Batch, LetterKind, LetterOrder, LetterState, SealedLetter
from hub.store.database import Database
from hub.store.tables import letter_order as table
from hub.store.tables import moment, person, pin_sheet

# Every column but the letter itself, which is large.
_COLUMNS = [column for column in table.c if column.name != "sealed"]
# What the printer may tell, and of letters in which states.
_TELLS_NEWS: Mapping[LetterState, tuple[LetterState, ...]] = {
    LetterState.PRINTED: (LetterState.RENDERED, LetterState.PRINTED),
    LetterState.POSTED: (LetterState.RENDERED, LetterState.PRINTED),
    LetterState.RETURNED: (LetterState.RENDERED, LetterState.PRINTED, LetterState.POSTED),
    LetterState.MANUAL: (LetterState.RENDERED, LetterState.PRINTED),
    LetterState.WITHDRAWN: (LetterState.RENDERED, LetterState.PRINTED),
}
_NEVER_CAME = (LetterState.RETURNED, LetterState.MANUAL, LetterState.WITHDRAWN)

_NEW = insert(table)
_IS_VOID = exists().where(
    pin_sheet.c.id == table.c.sheet_id, pin_sheet.c.revoked_at.is_not(None)
)
_OF_PERSON: Any = (  # more columns than its type can count
    select(*_COLUMNS, _IS_VOID.label("is_void"))
    .where(
        table.c.person_id == bindparam("of_person"), table.c.kind == LetterKind.PINS.value
    )
    .order_by(table.c.ordered_at.desc())
)
_FIND: Any = select(*_COLUMNS, _IS_VOID.label("is_void")).where(
    table.c.id == bindparam("of_order")
)
_WAITING = (
    select(*_COLUMNS)
    .where(table.c.state == LetterState.ORDERED.value)
    .order_by(table.c.ordered_at)
    .limit(bindparam("most"))
)
_DUE = _WAITING.where(or_(table.c.not_before.is_(None), table.c.not_before <= moment("now")))
_TELL = (
    update(table)
    .where(table.c.id == bindparam("of_order"))
    .values(state=bindparam("new_state"), told_at=moment("now"))
)
_THIS_WAITS = and_(
    table.c.id == bindparam("of_order"), table.c.state == LetterState.ORDERED.value
)
_PUT_OFF = (
    update(table)
    .where(_THIS_WAITS)
    .values(not_before=moment("until"), fault=bindparam("new_fault"))
)
_SET_ASIDE = (
    update(table)
    .where(_THIS_WAITS)
    .values(state=LetterState.MANUAL.value, fault=bindparam("new_fault"), told_at=moment("now"))
)
_RENDERED = (
    update(table)
    .where(_THIS_WAITS)
    .values(
        state=LetterState.RENDERED.value,
        sheet_id=bindparam("new_sheet"),
        sealed=bindparam("new_sealed"),
        fault=null(),
        told_at=moment("now"),
    )
)
_IS_LOOSE = and_(table.c.state == LetterState.RENDERED.value, table.c.batch.is_(None))
_WITHDRAW: Any = (
    update(table)
    .where(_IS_LOOSE, _IS_VOID)
    .values(state=LetterState.WITHDRAWN.value, sealed=null(), told_at=moment("now"))
    .returning(*_COLUMNS)
)
# What the printer may have and has not posted, as far as we know.
_TAKE_BACK = (
    update(table)
    .where(
        table.c.state.in_((LetterState.PRINTED.value, LetterState.WITHDRAWN.value)),
        table.c.listed_in.is_(None),
        table.c.told_at > moment("since"),
        _IS_VOID,
    )
    .values(listed_in=bindparam("new_batch"))
)
_TO_TAKE_BACK = (
    select(table.c.id, pin_sheet.c.revoked_at)
    .join(pin_sheet, pin_sheet.c.id == table.c.sheet_id)
    .where(
        table.c.state == LetterState.PRINTED.value,
        table.c.listed_in.is_(None),
        table.c.told_at > moment("since"),
        pin_sheet.c.revoked_at.is_not(None),
    )
    .order_by(table.c.id)
)
_LIST = (
    update(table)
    .where(table.c.id.in_(bindparam("of_orders", expanding=True)), table.c.listed_in.is_(None))
    .values(listed_in=bindparam("new_batch"))
)
_TAKEN_BACK = (
    select(table.c.id)
    .where(table.c.listed_in == bindparam("of_batch"))
    .order_by(table.c.id)
)
_LOOSE = (
    select(table.c.id)
    .where(_IS_LOOSE)
    .order_by(table.c.told_at, table.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_MAKE_BATCH = (
    update(table).where(table.c.id.in_(_LOOSE)).values(batch=bindparam("new_batch"))
)
_OPEN_BATCHES = (
    select(table.c.batch)
    .where(table.c.state == LetterState.RENDERED.value, table.c.batch.is_not(None))
    .group_by(table.c.batch)
    .order_by(func.min(table.c.told_at))
)
_LETTERS = (
    select(table.c.id, table.c.sealed)
    .where(table.c.batch == bindparam("of_batch"), table.c.sealed.is_not(None))
    .order_by(table.c.id)
)
_HANDED_OVER = (
    update(table)
    .where(
        table.c.batch == bindparam("of_batch"), table.c.state == LetterState.RENDERED.value
    )
    .values(state=LetterState.PRINTED.value, told_at=moment("now"))
)
_RECEIPT = (
    update(table)
    .where(
        table.c.id == bindparam("of_order"),
        table.c.state.in_(bindparam("from_states", expanding=True)),
        or_(table.c.state != bindparam("new_state"), table.c.sealed.is_not(None)),
    )
    .values(
        state=bindparam("new_state"),
        sealed=null(),
        fault=bindparam("new_fault"),
        told_at=moment("now"),
    )
    .returning(table.c.sheet_id)
)
_VOID = (
    update(pin_sheet)
    .where(pin_sheet.c.id == bindparam("of_sheet"), pin_sheet.c.revoked_at.is_(None))
    .values(revoked_at=moment("now"))
)
_WIPE = (
    update(table)
    .where(
        table.c.state == LetterState.PRINTED.value,
        table.c.sealed.is_not(None),
        table.c.told_at <= moment("before"),
    )
    .values(sealed=null())
)
_KEPT = (
    select(table)
    .where(table.c.sealed.is_not(None))
    .order_by(table.c.told_at.desc())
    .limit(bindparam("most"))
)
_ASIDE = (
    select(*_COLUMNS)
    .where(table.c.state == LetterState.MANUAL.value)
    .order_by(table.c.ordered_at)
)
_COUNTS = select(table.c.state, func.count().label("orders")).group_by(table.c.state)
# Holds the person's row, so that two orders at once do not both find none.
_HOLD = (
    update(person)
    .where(person.c.id == bindparam("of_person"))
    .values(changed_at=person.c.changed_at)
)


class LetterOrdersInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    def order(
        self, person_id: str, reason: str, now: datetime, beyond_limits: bool = False
    ) -> tuple[LetterOrder, bool]:
        made = LetterOrder(
            secrets.token_hex(16), person_id, reason, LetterState.ORDERED, now, now
        )
        row = {
            "id": made.id,
            "person_id": person_id,
            "reason": reason,
            "state": made.state.value,
            "ordered_at": now,
            "told_at": now,
        }

        def order(db: Connection) -> tuple[LetterOrder, bool]:
            db.execute(_HOLD, {"of_person": person_id})
            earlier = db.execute(_OF_PERSON, {"of_person": person_id}).all()
            stands = standing_for([_order(known) for known in earlier], now)
            if stands is not None and not beyond_limits:
                return stands, False
            db.execute(_NEW, row)
            return made, True

        return self._database.write(order)

    def of_person(self, person_id: str) -> Sequence[LetterOrder]:
        return self._orders(_OF_PERSON, {"of_person": person_id})

    def find(self, order_id: str) -> LetterOrder | None:
        return next(iter(self._orders(_FIND, {"of_order": order_id})), None)

    def waiting(self, most: int) -> Sequence[LetterOrder]:
        return self._orders(_WAITING, {"most": most})

    def due(self, most: int, now: datetime) -> Sequence[LetterOrder]:
        return self._orders(_DUE, {"most": most, "now": now})

    def tell(self, order_id: str, state: LetterState, now: datetime) -> None:
        self._change(_TELL, {"of_order": order_id, "new_state": state.value, "now": now})

    def put_off(self, order_id: str, until: datetime, fault: str) -> None:
        self._change(_PUT_OFF, {"of_order": order_id, "until": until, "new_fault": fault})

    def set_aside(self, order_id: str, fault: str, now: datetime) -> None:
        self._change(_SET_ASIDE, {"of_order": order_id, "new_fault": fault, "now": now})

    def rendered(self, order_id: str, sheet_id: str, sealed: bytes, now: datetime) -> bool:
        values = {
            "of_order": order_id,
            "new_sheet": sheet_id,
            "new_sealed": sealed,
            "now": now,
        }
        return self._change(_RENDERED, values) == 1

    def keep_notice(self, notice: LetterOrder, sealed: bytes | None) -> None:
        row = {
            "id": notice.id,
            "person_id": notice.person_id,
            "reason": notice.reason,
            "state": notice.state.value,
            "ordered_at": notice.ordered_at,
            "told_at": notice.told_at,
            "fault": notice.fault,
            "sealed": sealed,
            "kind": LetterKind.NOTICE.value,
        }
        self._change(_NEW, row)

    def withdraw_void(self, now: datetime) -> Sequence[LetterOrder]:
        rows = self._database.write(lambda db: db.execute(_WITHDRAW, {"now": now}).all())
        return [_order(row) for row in rows]

    def make_batch(self, batch: str, most: int, now: datetime) -> int:
        values = {"new_batch": batch, "most": most, "since": now - SEALED_LETTERS_KEPT}

        def make(db: Connection) -> int:
            count: int = db.execute(_MAKE_BATCH, values).rowcount
            if count:
                db.execute(_TAKE_BACK, values)
            return count

        return self._database.write(make)

    def to_take_back(self, now: datetime) -> Mapping[str, datetime]:
        values = {"since": now - SEALED_LETTERS_KEPT}
        rows = self._database.read(lambda db: db.execute(_TO_TAKE_BACK, values).all())
        return {row.id: row.revoked_at for row in rows}

    def taken_back(self, letters: Collection[str], batch: str) -> None:
        self._change(_LIST, {"of_orders": list(letters), "new_batch": batch})

    def open_batches(self) -> Sequence[str]:
        return self._database.read(lambda db: list(db.execute(_OPEN_BATCHES).scalars()))

    def batch(self, name: str) -> Batch:
        values = {"of_batch": name}
        letters = self._database.read(lambda db: db.execute(_LETTERS, values).all())
        back = self._database.read(lambda db: list(db.execute(_TAKEN_BACK, values).scalars()))
        return Batch(name, [SealedLetter(row.id, row.sealed) for row in letters], back)

    def handed_over(self, batch: str, now: datetime) -> int:
        return self._change(_HANDED_OVER, {"of_batch": batch, "now": now})

    def receipt(self, order_id: str, state: LetterState, now: datetime) -> bool:
        values = {
            "of_order": order_id,
            "new_state": state.value,
            "from_states": [each.value for each in _TELLS_NEWS[state]],
            "new_fault": "print-rejected" if state is LetterState.MANUAL else None,
            "now": now,
        }

        def receipt(db: Connection) -> bool:
            row = db.execute(_RECEIPT, values).first()
            if row is None:
                return False
            if state in _NEVER_CAME:
                db.execute(_VOID, {"of_sheet": row.sheet_id, "now": now})
            return True

        return self._database.write(receipt)

    def wipe(self, handed_over_before: datetime) -> int:
        return self._change(_WIPE, {"before": handed_over_before})

    def kept(self, most: int) -> Sequence[tuple[LetterOrder, SealedLetter]]:
        rows = self._database.read(lambda db: db.execute(_KEPT, {"most": most}).all())
        return [(_order(row), SealedLetter(row.id, row.sealed)) for row in rows]

    def set_aside_orders(self) -> Sequence[LetterOrder]:
        return self._orders(_ASIDE, {})

    def counts(self) -> Mapping[LetterState, int]:
        rows = self._database.read(lambda db: db.execute(_COUNTS).all())
        return {LetterState(row.state): row.orders for row in rows}

    def _orders(self, statement: Any, values: Mapping[str, object]) -> Sequence[LetterOrder]:
        rows = self._database.read(lambda db: db.execute(statement, values).all())
        return [_order(row) for row in rows]

    def _change(self, statement: Any, values: Mapping[str, object]) -> int:
        changed: int = self._database.write(lambda db: db.execute(statement, values).rowcount)
        return changed


def _order(row: Row[Any]) -> LetterOrder:
    return LetterOrder(
        row.id,
        row.person_id,
        row.reason,
        LetterState(row.state),
        row.ordered_at,
        row.told_at,
        row.sheet_id,
        row.fault,
        bool(row._mapping.get("is_void")),
        LetterKind(row.kind),
    )
