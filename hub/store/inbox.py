"""Messages that development shows on a page instead of sending them."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select

from hub.keys.ring import KeyRing
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
        self._add({"to": to, "text": text}, at)

    def add_mail(self, to: str, subject: str, text: str, at: datetime) -> None:
        self._add({"to": to, "subject": subject, "text": text}, at)

    def messages(self) -> list[tuple[str, str, datetime]]:
        """(to, text, at) of every SMS, the newest last."""
        kept = self._all()
        return [(one["to"], one["text"], at) for one, at in kept if "subject" not in one]

    def mails(self) -> list[tuple[str, str, str, datetime]]:
        """(to, subject, text, at) of every mail, the newest last."""
        kept = self._all()
        return [
            (one["to"], one["subject"], one["text"], at) for one, at in kept if "subject" in one
        ]

    def _add(self, message: Mapping[str, str], at: datetime) -> None:
        message_id = secrets.token_hex(16)
        payload = json.dumps(message).encode()
        row = {"id": message_id, "sealed": self._ring.seal(payload, _place(message_id)), "at": at}
        self._database.write(lambda db: db.execute(_ADD, row).rowcount)

    def _all(self) -> list[tuple[Mapping[str, str], datetime]]:
        rows = self._database.read(lambda db: db.execute(_ALL).all())
        return [
            (json.loads(self._ring.open(row.sealed, _place(row.id))), row.at) for row in rows
        ]


def _place(message_id: str) -> str:
    return f"development_inbox:{message_id}"
