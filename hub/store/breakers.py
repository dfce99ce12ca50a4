"""Circuit breakers: `hub.seams.outbox.Breakers`.

Kept in the database, so that what one process has suffered spares all others.  After
`FAILURES` in a row a gateway is left alone; when the wait is over one process probes
it, and the others go on waiting until that one knows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, or_, select, update

from hub.store.database import Database, upsert
from hub.store.tables import breaker as table
from hub.store.tables import moment

FAILURES = 3
REST = timedelta(seconds=30)  # how long it is left alone, and how long a probe may take

_STATE = select(table.c.open_since, table.c.closed_until).where(
    table.c.gateway == bindparam("of_gateway")
)
_PROBE = (
    update(table)
    .where(table.c.gateway == bindparam("of_gateway"), table.c.closed_until <= moment("now"))
    .values(closed_until=moment("until"))
)
# Forgotten rather than zeroed: a gateway that always works costs no write.
_WORKED = delete(table).where(table.c.gateway == bindparam("of_gateway"))
_ALL = select(table.c.gateway, table.c.open_since)


class BreakersInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        fresh = upsert(database.engine, table)
        is_last = table.c.failures + 1 >= FAILURES
        opens = or_(table.c.open_since.is_not(None), is_last)
        self._failed = fresh.on_conflict_do_update(
            index_elements=[table.c.gateway],
            set_={
                "failures": table.c.failures + 1,
                "open_since": case(
                    (table.c.open_since.is_not(None), table.c.open_since),
                    (is_last, moment("now")),
                ),
                "closed_until": case((opens, moment("until"))),
            },
        )

    def may_try(self, gateway: str, now: datetime) -> bool:
        values = {"of_gateway": gateway}
        row = self._database.read(lambda db: db.execute(_STATE, values).first())
        if row is None or row.open_since is None:
            return True
        if row.closed_until > now:
            return False
        probe = {"of_gateway": gateway, "now": now, "until": now + REST}
        return self._database.write(lambda db: db.execute(_PROBE, probe).rowcount) == 1

    def worked(self, gateway: str) -> None:
        values = {"of_gateway": gateway}
        if self._database.read(lambda db: db.execute(_STATE, values).first()) is not None:
            self._database.write(lambda db: db.execute(_WORKED, values).rowcount)

    def failed(self, gateway: str, now: datetime) -> None:
        row = {"gateway": gateway, "failures": 1, "now": now, "until": now + REST}
        self._database.write(lambda db: db.execute(self._failed, row).rowcount)

    def open_since(self) -> Mapping[str, datetime | None]:
        rows = self._database.read(lambda db: db.execute(_ALL).all())
        return {row.gateway: row.open_since for row in rows}
