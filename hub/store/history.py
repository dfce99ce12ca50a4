"""A person's own history, read from the audit log: `hub.seams.History`."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from hub.seams import AuditEvent
from hub.store.database import Database
from hub.store.tables import audit

_OF_PERSON = (
    select(
        audit.c.event,
        audit.c.at,
        audit.c.person_id,
        audit.c.entity_id,
        audit.c.request_id,
        audit.c.details,
    )
    .where(
        audit.c.person_id == bindparam("of_person"),
        audit.c.event.in_(bindparam("events", expanding=True)),
    )
    .order_by(audit.c.at.desc(), audit.c.sequence.desc())
    .limit(bindparam("most"))
)


class HistoryInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_person(
        self, person_id: str, events: Collection[str], most: int
    ) -> Sequence[AuditEvent]:
        values = {"of_person": person_id, "events": list(events), "most": most}
        rows = self._database.read(lambda db: db.execute(_OF_PERSON, values).all())
        return [_event(*row) for row in rows]


def _event(
    event: str,
    at: datetime,
    person_id: str | None,
    entity_id: str | None,
    request_id: str | None,
    details: str,
) -> AuditEvent:
    return AuditEvent(event, at, person_id, entity_id, request_id, json.loads(details))
