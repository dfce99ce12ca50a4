"""The story of each request, and the messages as they came: `hub.seams.records.Trace`.

Both are written after the answer, in batches of their own, and under a storm the
oldest of them are lost rather than a login delayed.  Whoever reads here finds all that
this process has to tell by then.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select

from hub.keys.ring import KeyRing
from hub.seams.records import KeptMessage, Told
from hub.store.compiled import Compiled, Value
from hub.store.database import Database
from hub.store.tables import audit, inbound_message, micros, moment, trace

_NOTE = insert(trace)
_MESSAGE = insert(inbound_message)
_LATEST = (
    select(inbound_message.c.id, inbound_message.c.sealed, inbound_message.c.at)
    .where(
        inbound_message.c.entity_id == bindparam("of_entity"),
        inbound_message.c.kind == bindparam("of_kind"),
    )
    .order_by(inbound_message.c.at.desc())
    .limit(bindparam("most"))
)
_STORY = (
    select(trace.c.step, trace.c.detail, trace.c.at)
    .where(trace.c.request_id == bindparam("of_request"))
    .order_by(trace.c.id)
)
AROUND = timedelta(minutes=1)  # a note may be written after what it tells of
_SENDERS = select(inbound_message.c.entity_id).where(
    inbound_message.c.request_id == bindparam("of_request"),
    inbound_message.c.entity_id.is_not(None),
)
_DEEDS = select(audit.c.entity_id).where(
    audit.c.at.between(moment("first"), moment("last")),  # has an index, which request ids lack
    audit.c.request_id == bindparam("of_request"),
    audit.c.entity_id.is_not(None),
)


class TraceInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        dialect = database.engine.dialect
        told = ("request_id", "step", "detail", "at")
        self._note = Compiled(_NOTE, dialect, told)
        self._message = Compiled(_MESSAGE, dialect, inbound_message.c.keys())

    def note(self, request_id: str, step: str, detail: str, at: datetime) -> None:
        row: dict[str, Value] = {
            "request_id": request_id,
            "step": step,
            "detail": detail,
            "at": micros(at),
        }
        self._database.write_later(self._note, row)

    def keep_message(
        self, request_id: str, entity_id: str | None, kind: str, raw: bytes, at: datetime
    ) -> None:
        message_id = secrets.token_hex(16)
        row: dict[str, Value] = {
            "id": message_id,
            "request_id": request_id,
            "entity_id": entity_id,
            "kind": kind,
            "sealed": self._ring.seal(raw, _place(message_id)),
            "at": micros(at),
        }
        self._database.write_later(self._message, row)

    def messages(self, entity_id: str, kind: str, most: int) -> Sequence[KeptMessage]:
        values = {"of_entity": entity_id, "of_kind": kind, "most": most}
        self._database.write_waiting()
        rows = self._database.read(lambda db: db.execute(_LATEST, values).all())
        return [
            KeptMessage(self._ring.open(row.sealed, _place(row.id)), row.at) for row in rows
        ]

    def story(self, request_id: str) -> Sequence[Told]:
        values = {"of_request": request_id}
        self._database.write_waiting()
        rows = self._database.read(lambda db: db.execute(_STORY, values).all())
        return [Told(*row) for row in rows]

    def services(self, request_id: str, first: datetime, last: datetime) -> Collection[str]:
        values = {"of_request": request_id, "first": first - AROUND, "last": last + AROUND}

        def read(db: Connection) -> set[str]:
            return {*db.execute(_SENDERS, values).scalars(), *db.execute(_DEEDS, values).scalars()}

        self._database.write_waiting()
        return self._database.read(read)


def _place(message_id: str) -> str:
    return f"inbound_message:{message_id}"
