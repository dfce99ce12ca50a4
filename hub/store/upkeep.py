"""The latest turns of the workers' jobs, and how far the log is sealed.

Keeps `hub.operations.upkeep.Upkeep`.
"""

import socket
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from hub.operations.upkeep import Round, Sealing
from hub.store.database import Database, upsert
from hub.store.tables import audit, audit_checkpoint, audit_cut, worker_round

_ROUNDS = select(worker_round).order_by(worker_round.c.job, worker_round.c.node)
_LAST = select(audit_checkpoint.c.number, audit_checkpoint.c.sealed_at).order_by(
    audit_checkpoint.c.number.desc()
)
_UNSEALED = select(func.min(audit.c.at)).where(audit.c.checkpoint.is_(None))
_CUT = select(func.max(audit_cut.c.number))


class UpkeepInDatabase:
    def __init__(self, database: Database, node: str | None = None) -> None:
        self._database = database
        self._node = node or socket.gethostname()
        new = upsert(database.engine, worker_round)
        self._ran = new.on_conflict_do_update(
            index_elements=list(worker_round.primary_key),
            set_={"ended_at": new.excluded.ended_at, "fault": new.excluded.fault},
        )

    def ran(self, job: str, fault: str | None, now: datetime) -> None:
        row = {"node": self._node, "job": job, "ended_at": now, "fault": fault}
        self._database.write(lambda db: db.execute(self._ran, row).rowcount)

    def rounds(self) -> Sequence[Round]:
        rows = self._database.read(lambda db: db.execute(_ROUNDS).all())
        return [Round(row.node, row.job, row.ended_at, row.fault) for row in rows]

    def sealing(self) -> Sealing:
        return self._database.read(_sealing)


def _sealing(db: Connection) -> Sealing:
    last = db.execute(_LAST.limit(1)).first()
    cut = db.execute(_CUT).scalar() or 0
    oldest = db.execute(_UNSEALED).scalar()
    return Sealing(last.number if last else cut, last and last.sealed_at, oldest, cut)
