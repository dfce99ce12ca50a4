"""The audit log, and answers on record before they leave: `hub.seams.records.Ledger`.

Each process numbers its own rows under (node, boot, worker).  A number is taken last
in its transaction, so a gap means that the transaction could not be committed.
Sealing rows into a signed chain is not done here.
"""

import json
import os
import secrets
import socket
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, insert, update

from hub.errors import SessionEnded
from hub.login_session import LoginSession
from hub.seams.logins import Participant
from hub.seams.records import AuditEvent
from hub.store.compiled import Compiled, Value
from hub.store.database import Database, upsert
from hub.store.sessions import PARTICIPANT, is_living, living
from hub.store.tables import at_micros, audit, login_session, micros, moment, participant

_APPEND = insert(audit)
_WRITTEN = [name for name in audit.c.keys() if name != "checkpoint"]  # that is the sealer's
_LIVING = update(login_session).where(is_living()).returning(login_session.c.id)
_USE = _LIVING.values(last_used_at=moment("now"))
# An UPDATE all the same: it holds the row, so that nobody ends the session in between.
_LOOK_AT = _LIVING.values(last_used_at=login_session.c.last_used_at)
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Origin:
    """Who numbers the rows: this process since it began."""

    node: str
    worker: int = field(default_factory=os.getpid)
    boot: str = field(default_factory=lambda: secrets.token_hex(8))
    numbers: "count[int]" = field(default_factory=lambda: count(1))


class LedgerInDatabase:
    def __init__(self, database: Database, node: str | None = None) -> None:
        self._database = database
        self._origin = Origin(node or socket.gethostname())
        dialect = database.engine.dialect
        self._append_row = Compiled(_APPEND, dialect, _WRITTEN)
        self._use = Compiled(_USE, dialect)
        self._look_at = Compiled(_LOOK_AT, dialect)
        join = (
            upsert(database.engine, participant)
            .on_conflict_do_update(
                index_elements=list(participant.primary_key),
                set_={"answered_at": participant.c.answered_at},  # as it was, only to be returned
            )
            .returning(*PARTICIPANT)
        )
        self._join = Compiled(join, dialect, participant.c.keys())

    def append(self, event: AuditEvent) -> None:
        self._database.write(lambda db: self.append_in(db, event))

    def append_in(self, db: Connection, event: AuditEvent) -> None:
        """Keep an event in the transaction of what it tells of."""
        self._append(db, event)

    def answered(
        self,
        session: LoginSession,
        entity_id: str,
        name_id_format: str,
        new_name_id: str,
        extends_idle: bool,
        event: AuditEvent,
    ) -> Participant:
        take = self._use if extends_idle else self._look_at
        lives: dict[str, Value] = {
            name: micros(value) if isinstance(value, datetime) else value
            for name, value in living(session.id, event.at).items()
        }
        participant_row: dict[str, Value] = {
            "session_id": session.id,
            "entity_id": entity_id,
            "name_id_format": name_id_format,
            "name_id": new_name_id,
            "session_index": "_" + secrets.token_hex(20),
            "answered_at": micros(event.at),
        }

        def answered(db: Connection) -> Participant:
            if take.first(db, lives) is None:
                raise SessionEnded(f"session {session.id} is over at {event.at}")
            row = self._join.first(db, participant_row)
            self._append(db, event)
            return Participant(
                row.session_id,
                row.entity_id,
                row.name_id,
                row.name_id_format,
                row.session_index,
                at_micros(row.answered_at),
            )

        return self._database.write(answered)

    def _append(self, db: Connection, event: AuditEvent) -> None:
        if self._origin.worker != os.getpid():  # a forked child numbers for itself
            self._origin = Origin(self._origin.node)
        origin = self._origin
        row: dict[str, Value] = {
            "node": origin.node,
            "boot": origin.boot,
            "worker": str(origin.worker),
            "sequence": next(origin.numbers),
            "at": micros(event.at),
            "event": event.event,
            "person_id": event.person_id,
            "entity_id": event.entity_id,
            "request_id": event.request_id,
            "details": _as_json(dict(event.details)),
            "done_by": event.details.get("by"),
        }
        self._append_row.run(db, [row])
