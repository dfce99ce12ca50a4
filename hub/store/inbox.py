"""Messages that development shows on a page instead of sending them."""

import json
import secrets
from datetime import datetime

from sqlalchemy import insert, select

from hub.key_ring import KeyRing
from hub.store.database import Database
from hub.store.tables import development_inbox as table

_ADD = insert(table)
_ALL = select(table.c.id, table.c.sealed, table.c.at).order_by(table.c.number)


class DevelopmentInbox:
    """Sealed at rest as everything personal is, though it is for synthetic people only."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def add(self, to: str, text: str, at: datetime) -> None:
        message_id = secrets.token_hex(16)
        payload = json.dumps({"to": to, "text": text}).encode()
        row = {"id": message_id, "sealed": self._ring.seal(payload, _place(message_id)), "at": at}
        self._database.write(lambda db: db.execute(_ADD, row).rowcount)

    def messages(self) -> list[tuple[str, str, datetime]]:
        """(to, text, at) of every message, the newest last."""
        found = []
        for row in self._database.read(lambda db: db.execute(_ALL).all()):
            message = json.loads(self._ring.open(row.sealed, _place(row.id)))
            found.append((message["to"], message["text"], row.at))
        return found


def _place(message_id: str) -> str:
    return f"development_inbox:{message_id}"
