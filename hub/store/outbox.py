"""Messages on their way out: `hub.seams.outbox.Outbox`.

A row is leased by one UPDATE, so several processes and nodes share the queue.  Each
lease has a number, and only the newest may change the row.  `begin` puts on disk that
the message may leave: a process that dies before it has sent nothing, one that dies
after it may have.  Then what may go once only is closed as uncertain, and the rest goes
again to the same gateway, under the same reference.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from hub.keys.ring import KeyRing
from hub.seams.outbox import (
    Failing,
    Leased,
    MessageKind,
    MessageState,
    Outgoing,
    Queue,
    Receipt,
    Sent,
)
from hub.store.database import Database, upsert
from hub.store.tables import early_receipt, moment
from hub.store.tables import outbox as table

WAITING, SENDING = MessageState.WAITING, MessageState.SENDING

_PUT = insert(table)
_IS_FREE = or_(table.c.leased_until.is_(None), table.c.leased_until <= moment("now"))
_IS_DUE = and_(
    table.c.kind.in_(bindparam("kinds", expanding=True)),
    table.c.not_before <= moment("now"),
    table.c.expires_at > moment("now"),
    _IS_FREE,
    or_(table.c.state == WAITING, and_(table.c.state == SENDING, table.c.once.is_(False))),
)
_NEXT = (
    select(table.c.id)
    .where(_IS_DUE)
    .order_by(table.c.not_before)
    .limit(bindparam("how_many"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(table)
    .where(table.c.id.in_(_NEXT))
    .values(lease=table.c.lease + 1, leased_until=moment("until"))
    .returning(*table.c)
)
_MINE = and_(
    table.c.id == bindparam("of_id"),
    table.c.lease == bindparam("of_lease"),
    table.c.state.in_((WAITING, SENDING)),
)
_BEGIN = (
    update(table)
    .where(_MINE, table.c.expires_at > moment("now"), table.c.leased_until > moment("now"))
    .values(state=SENDING, gateway=bindparam("new_gateway"))
)
_SENT = (
    update(table)
    .where(_MINE)
    .values(
        state=MessageState.SENT,
        gateway_id=bindparam("new_gateway_id"),
        sealed=null(),
        leased_until=null(),
        reason=null(),
        told_at=moment("now"),
    )
)
_PUT_OFF = (
    update(table)
    .where(_MINE)
    .values(
        # What may have left stays with its gateway.
        state=bindparam("new_state"),
        gateway=bindparam("new_gateway"),
        not_before=moment("until"),
        leased_until=null(),
        reason=bindparam("new_reason"),
    )
)
_CLOSE = (
    update(table)
    .where(_MINE)
    .values(
        state=bindparam("new_state"),
        sealed=null(),
        leased_until=null(),
        reason=bindparam("new_reason"),
        told_at=moment("now"),
    )
)
_SETTLE = (
    update(table)
    .where(
        _IS_FREE,
        or_(
            and_(
                table.c.state.in_((WAITING, SENDING)), table.c.expires_at <= moment("now")
            ),
            and_(table.c.state == SENDING, table.c.once.is_(True)),
        ),
    )
    .values(
        state=case(
            (table.c.state == WAITING, MessageState.EXPIRED), else_=MessageState.UNCERTAIN
        ),
        sealed=null(),
        leased_until=null(),
        told_at=moment("now"),
    )
)
_TOLD = update(table).where(
    table.c.gateway == bindparam("of_gateway"), table.c.gateway_id == bindparam("of_gateway_id")
)
_ARRIVED = _TOLD.values(state=MessageState.DELIVERED, told_at=moment("at"))
# That it arrived is never taken back by a receipt that was overtaken.
_DID_NOT_ARRIVE = _TOLD.values(
    state=case(
        (table.c.state == MessageState.DELIVERED, table.c.state),
        else_=MessageState.UNDELIVERED,
    ),
    told_at=case(
        (table.c.state == MessageState.DELIVERED, table.c.told_at), else_=moment("at")
    ),
)
_EARLY = select(early_receipt).join(
    table,
    and_(
        table.c.gateway == early_receipt.c.gateway,
        table.c.gateway_id == early_receipt.c.gateway_id,
    ),
)
_MATCHED = delete(early_receipt).where(
    early_receipt.c.gateway == bindparam("of_gateway"),
    early_receipt.c.gateway_id == bindparam("of_gateway_id"),
)
_OF_PERSON = (
    select(table)
    .where(table.c.person_id == bindparam("of_person"))
    .order_by(table.c.queued_at.desc())
)
_QUEUES = (
    select(
        table.c.kind,
        table.c.state,
        func.count().label("length"),
        func.min(table.c.queued_at).label("oldest"),
    )
    .group_by(table.c.kind, table.c.state)
    .order_by(table.c.kind, table.c.state)
)

_FAILS = and_(table.c.state.in_((WAITING, SENDING)), table.c.reason.is_not(None))
_FAILING = (
    select(
        table.c.kind,
        table.c.reason,
        func.count().label("length"),
        func.min(table.c.queued_at).label("since"),
        func.min(table.c.not_before).label("next_try"),
    )
    .where(_FAILS)
    .group_by(table.c.kind, table.c.reason)
    .order_by(table.c.kind, table.c.reason)
)
_HURRY = (
    update(table)
    .where(_FAILS, table.c.kind == bindparam("of_kind"), table.c.not_before > moment("now"))
    .values(not_before=moment("now"))
)


class OutboxInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        early = upsert(database.engine, early_receipt)
        self._keep_early = early.on_conflict_do_update(
            index_elements=[early_receipt.c.gateway, early_receipt.c.gateway_id],
            set_={"arrived": or_(early_receipt.c.arrived, early.excluded.arrived)},
        )

    def put(self, messages: Sequence[Outgoing], now: datetime) -> None:
        rows = [self._row(message, now) for message in messages]
        if rows:
            self._database.write(lambda db: db.execute(_PUT, rows).rowcount)

    def put_leased(self, message: Outgoing, now: datetime, lease: timedelta) -> Leased:
        row = self._row(message, now) | {"lease": 1, "leased_until": now + lease}
        self._database.write(lambda db: db.execute(_PUT, row).rowcount)
        return Leased(message, 1, None)

    def claim(
        self, kinds: Collection[MessageKind], how_many: int, now: datetime, lease: timedelta
    ) -> Sequence[Leased]:
        values = {"kinds": list(kinds), "how_many": how_many, "now": now, "until": now + lease}
        rows = self._database.write(lambda db: db.execute(_CLAIM, values).all())
        return [self._leased(row) for row in sorted(rows, key=lambda row: row.not_before)]

    def begin(self, leased: Leased, gateway: str, now: datetime) -> bool:
        values = _named(leased) | {"new_gateway": gateway, "now": now}
        return self._database.write(lambda db: db.execute(_BEGIN, values).rowcount) == 1

    def sent(self, leased: Leased, gateway_id: str, now: datetime) -> None:
        # An empty id is no id: no receipt may find it.
        values = _named(leased) | {"new_gateway_id": gateway_id or None, "now": now}
        self._database.write(lambda db: db.execute(_SENT, values).rowcount)

    def put_off(
        self, leased: Leased, until: datetime, reason: str, stays: str | None = None
    ) -> None:
        values = _named(leased) | {
            "new_state": SENDING if stays else WAITING,
            "new_gateway": stays,
            "new_reason": reason,
            "until": until,
        }
        self._database.write(lambda db: db.execute(_PUT_OFF, values).rowcount)

    def close(self, leased: Leased, state: MessageState, reason: str, now: datetime) -> None:
        values = _named(leased) | {"new_state": state, "new_reason": reason, "now": now}
        self._database.write(lambda db: db.execute(_CLOSE, values).rowcount)

    def receive(self, receipt: Receipt) -> None:
        row = {
            "gateway": receipt.gateway,
            "gateway_id": receipt.gateway_id,
            "arrived": receipt.arrived,
            "at": receipt.at,
        }

        def receive(db: Connection) -> None:
            if not _apply(db, receipt):
                db.execute(self._keep_early, row)

        self._database.write(receive)

    def settle(self, now: datetime) -> int:
        return self._database.write(lambda db: _settle(db, now))

    def of_person(self, person_id: str) -> Sequence[Sent]:
        values = {"of_person": person_id}
        rows = self._database.read(lambda db: db.execute(_OF_PERSON, values).all())
        return [
            Sent(
                MessageKind(row.kind),
                row.purpose,
                MessageState(row.state),
                row.queued_at,
                row.told_at,
                row.reason,
            )
            for row in rows
        ]

    def queues(self) -> Sequence[Queue]:
        rows = self._database.read(lambda db: db.execute(_QUEUES).all())
        return [
            Queue(MessageKind(row.kind), MessageState(row.state), row.length, row.oldest)
            for row in rows
        ]

    def failing(self) -> Sequence[Failing]:
        rows = self._database.read(lambda db: db.execute(_FAILING).all())
        return [
            Failing(MessageKind(row.kind), row.reason, row.length, row.since, row.next_try)
            for row in rows
        ]

    def hurry(self, kind: MessageKind, now: datetime) -> int:
        values = {"of_kind": kind, "now": now}
        return self._database.write(lambda db: db.execute(_HURRY, values).rowcount)

    def _row(self, message: Outgoing, now: datetime) -> dict[str, object]:
        return {
            "id": message.id,
            "kind": message.kind,
            "purpose": message.purpose,
            "person_id": message.person_id,
            "sealed": self._ring.seal(message.payload, _place(message.id)),
            "once": message.once,
            "state": WAITING,
            "lease": 0,
            "leased_until": None,
            "queued_at": now,
            "not_before": message.not_before or now,
            "expires_at": message.expires_at,
        }

    def _leased(self, row: Row[tuple[object, ...]]) -> Leased:
        message = Outgoing(
            id=row.id,
            kind=MessageKind(row.kind),
            purpose=row.purpose,
            payload=self._ring.open(row.sealed, _place(row.id)),
            expires_at=row.expires_at,
            not_before=row.not_before,
            person_id=row.person_id,
            once=row.once,
        )
        return Leased(message, row.lease, row.gateway if row.state == SENDING else None)


def _settle(db: Connection, now: datetime) -> int:
    closed = db.execute(_SETTLE, {"now": now}).rowcount
    early = db.execute(_EARLY).all()
    for row in early:
        _apply(db, Receipt(row.gateway, row.gateway_id, row.arrived, row.at))
        db.execute(
            _MATCHED, {"of_gateway": row.gateway, "of_gateway_id": row.gateway_id}
        )
    return closed + len(early)


def _apply(db: Connection, receipt: Receipt) -> bool:
    """Whether a row is known by this id; its state is then what the receipt tells."""
    statement = _ARRIVED if receipt.arrived else _DID_NOT_ARRIVE
    values = {
        "of_gateway": receipt.gateway,
        "of_gateway_id": receipt.gateway_id,
        "at": receipt.at,
    }
    return db.execute(statement, values).rowcount > 0


def _named(leased: Leased) -> dict[str, object]:
    return {"of_id": leased.message.id, "of_lease": leased.lease}


def _place(message_id: str) -> str:
    return f"outbox:{message_id}"
