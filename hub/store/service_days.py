"""What is counted of each service by day: `hub.seams.counts.ServiceDays`.

Rows are added to in batches, a few times a minute, and never one by one in a login.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, func, select

from hub.seams.counts import CLOCK, Arrival, ServiceCount, ServiceDay
from hub.store.database import Database, upsert
from hub.store.tables import service_clock, service_day

_DAY = service_day.c
_OF_SERVICE = (
    select(_DAY.day, _DAY.what, _DAY.label, _DAY["count"])
    .where(
        _DAY.entity_id == bindparam("of_entity"),
        _DAY.day >= bindparam("since"),
        _DAY.what != CLOCK,
    )
    .order_by(_DAY.day, _DAY.what, _DAY.label)
)
_SUMS = (
    select(_DAY.entity_id, func.sum(_DAY["count"]))
    .where(_DAY.what == bindparam("of_what"), _DAY.day >= bindparam("since"))
    .group_by(_DAY.entity_id)
)
_CLOCKS = (
    select(_DAY.entity_id, _DAY.label, func.sum(_DAY["count"]))
    .where(
        _DAY.entity_id.in_(bindparam("entities", expanding=True)),
        _DAY.what == CLOCK,
        _DAY.day >= bindparam("since"),
    )
    .group_by(_DAY.entity_id, _DAY.label)
)
_LATEST = select(service_clock).where(
    service_clock.c.entity_id.in_(bindparam("entities", expanding=True))
)


class ServiceDaysInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        new = upsert(database.engine, service_day)
        self._add = new.on_conflict_do_update(
            index_elements=list(service_day.primary_key),
            set_={"count": _DAY["count"] + new.excluded.count},
        )
        latest = upsert(database.engine, service_clock)
        self._arrived = latest.on_conflict_do_update(
            index_elements=[service_clock.c.entity_id],
            set_={"seconds": latest.excluded.seconds, "at": latest.excluded.at},
            where=service_clock.c.at < latest.excluded.at,
        )

    def add(
        self, counted: Mapping[ServiceCount, int], latest: Mapping[str, Arrival]
    ) -> None:
        # Sorted, so that two processes never wait for each other's rows crosswise.
        days = [
            {
                "entity_id": one.entity_id,
                "day": one.day.isoformat(),
                "what": one.what,
                "label": one.label,
                "count": count,
            }
            for one, count in sorted(counted.items())
        ]
        clocks = [
            {"entity_id": entity_id, "seconds": arrival.seconds, "at": arrival.at}
            for entity_id, arrival in sorted(latest.items(), key=lambda item: item[0])
        ]

        def job(db: Connection) -> None:
            if days:
                db.execute(self._add, days)
            if clocks:
                db.execute(self._arrived, clocks)

        if days or clocks:
            self._database.write(job)

    def of(self, entity_id: str, since: date) -> Sequence[ServiceDay]:
        values = {"of_entity": entity_id, "since": since.isoformat()}
        rows = self._database.read(lambda db: db.execute(_OF_SERVICE, values).all())
        return [ServiceDay(date.fromisoformat(day), *rest) for day, *rest in rows]

    def sums(self, what: str, since: date) -> Mapping[str, int]:
        values = {"of_what": what, "since": since.isoformat()}
        rows = self._database.read(lambda db: db.execute(_SUMS, values).all())
        return {entity_id: int(count) for entity_id, count in rows}

    def clocks(self, entities: Collection[str], since: date) -> Mapping[str, Mapping[int, int]]:
        values = {"entities": list(entities), "since": since.isoformat()}
        rows = self._database.read(lambda db: db.execute(_CLOCKS, values).all())
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for entity_id, label, count in rows:
            found[entity_id][int(label)] = int(count)
        return found

    def latest(self, entities: Collection[str]) -> Mapping[str, Arrival]:
        values = {"entities": list(entities)}
        rows = self._database.read(lambda db: db.execute(_LATEST, values).all())
        return {row.entity_id: Arrival(row.seconds, row.at) for row in rows}
