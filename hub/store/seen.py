"""Message ids seen before (bindings' replay rule): `hub.seams.logins.SeenRequests`."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from hub.seams.logins import Sighting
from hub.store.compiled import Compiled, Value
from hub.store.database import Database, upsert
from hub.store.tables import micros
from hub.store.tables import seen_request as table

_FIRST = select(table.c.digest, table.c.flow, table.c.browser).where(
    table.c.issuer == bindparam("issuer"), table.c.request_id == bindparam("request_id")
)


class SeenInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        remember = (
            upsert(database.engine, table)
            .on_conflict_do_nothing(index_elements=[table.c.issuer, table.c.request_id])
            .returning(table.c.issuer)
        )
        self._remember = Compiled(remember, database.engine.dialect, table.c.keys())

    def add(
        self, issuer: str, request_id: str, sighting: Sighting, until: datetime
    ) -> Sighting | None:
        row: dict[str, Value] = {
            "issuer": issuer,
            "request_id": request_id,
            "digest": sighting.digest,
            "flow": sighting.flow,
            "browser": sighting.browser,
            "until": micros(until),
        }

        def remember(db: Connection) -> Sighting | None:
            # The INSERT decides; a row that stood there is never changed, so it may be read after.
            if self._remember.first(db, row) is not None:
                return None
            first = db.execute(_FIRST, {"issuer": issuer, "request_id": request_id}).one()
            return Sighting(first.digest, first.flow, first.browser)

        return self._database.write(remember)
