"""The story of each request, and the messages as they came: `hub.seams.Trace`.

Both are written after the answer, in the batches of other writes, and under a storm
the oldest of them are lost rather than a login delayed.
"""

import secrets
from datetime import datetime

from sqlalchemy import insert

from hub.key_ring import KeyRing
from hub.store.compiled import Compiled, Value
from hub.store.database import Database
from hub.store.tables import inbound_message, micros, trace

_NOTE = insert(trace)
_MESSAGE = insert(inbound_message)


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
            "sealed": self._ring.seal(raw, f"inbound_message:{message_id}"),
            "at": micros(at),
        }
        self._database.write_later(self._message, row)
