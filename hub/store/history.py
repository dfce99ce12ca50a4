"""History read from the audit log, a person's own and sums: `hub.seams.records.History`."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from hub.seams.records import AuditEvent
from hub.store.database import Database
from hub.store.tables import audit, moment

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
_ANSWERED = (
    select(audit.c.entity_id, func.count())
    .where(
        audit.c.event == "answered", audit.c.at >= moment("since"), audit.c.entity_id.is_not(None)
    )
    .group_by(audit.c.entity_id)
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

    def answered_since(self, since: datetime) -> Mapping[str, int]:
        rows = self._database.read(lambda db: db.execute(_ANSWERED, {"since": since}).all())
        return {entity_id: count for entity_id, count in rows}


def _event(
    event: str,
    at: datetime,
    person_id: str | None,
    entity_id: str | None,
    request_id: str | None,
    details: str,
) -> AuditEvent:
    return AuditEvent(event, at, person_id, entity_id, request_id, json.loads(details))
