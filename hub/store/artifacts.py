"""Answers that wait to be fetched by artifact: `hub.seams.logins.Artifacts`.

Whoever reads the database finds neither the handle, of which a hash is kept, nor the
message, which is sealed.  To fetch is to delete, in one statement.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, insert

from hub.keys.ring import KeyRing
from hub.seams.logins import WaitingAnswer
from hub.store.database import Database
from hub.store.tables import artifact as table
from hub.store.tables import moment

_KEEP = insert(table)
_TAKE = (
    delete(table)
    .where(
        table.c.handle_hash == bindparam("of_handle"),
        table.c.entity_id == bindparam("of_entity"),
        table.c.expires_at > moment("now"),
    )
    .returning(table.c.request_id, table.c.assertion_id, table.c.sealed)
)


class ArtifactsInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def keep(
        self, handle: bytes, entity_id: str, answer: WaitingAnswer, until: datetime
    ) -> None:
        handle_hash = _hash(handle)
        row = {
            "handle_hash": handle_hash,
            "entity_id": entity_id,
            "request_id": answer.request_id,
            "assertion_id": answer.assertion_id,
            "sealed": self._ring.seal(answer.message, _place(handle_hash)),
            "expires_at": until,
        }
        self._database.write(lambda db: db.execute(_KEEP, row).rowcount)

    def take(self, handle: bytes, entity_id: str, now: datetime) -> WaitingAnswer | None:
        handle_hash = _hash(handle)
        values = {"of_handle": handle_hash, "of_entity": entity_id, "now": now}
        row = self._database.write(lambda db: db.execute(_TAKE, values).first())
        if row is None:
            return None
        message = self._ring.open(row.sealed, _place(handle_hash))
        return WaitingAnswer(message, row.request_id, row.assertion_id)


def _hash(handle: bytes) -> str:
    return sha256(handle).hexdigest()


def _place(handle_hash: str) -> str:
    return f"artifact:{handle_hash}"
