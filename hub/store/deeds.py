"""What staff did, read from the audit log: `sp_registry.seams.Deeds`.

Every event that says who did it (`by`) is one.  Nothing of citizens' logins is.
"""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select

from hub.store.database import Database
from hub.store.tables import audit
from sp_registry.seams import Deed, DeedsWanted
from sp_registry.tables import sp_ident

_ORDER = (audit.c.at.desc(), audit.c.boot, audit.c.worker, audit.c.sequence.desc())
OF_A_TEAM = ("staff-", "feed-", "hook-")


class DeedsInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: DeedsWanted, at_once: int, skip: int) -> tuple[Sequence[Deed], int]:
        matching = select(audit).where(*_rules(wanted))
        counting = select(func.count()).select_from(audit).where(*_rules(wanted))

        def job(db: Connection) -> tuple[Sequence[Deed], int]:
            rows = db.execute(matching.order_by(*_ORDER).limit(at_once).offset(skip)).all()
            return [_deed(row) for row in rows], db.execute(counting).scalar_one()

        return self._database.read(job)


def _rules(wanted: DeedsWanted) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [audit.c.done_by.is_not(None)]
    if wanted.entity_id is not None:
        rules.append(audit.c.entity_id == wanted.entity_id)
    if wanted.by is not None:
        rules.append(audit.c.done_by == wanted.by)
    if wanted.kinds:
        rules.append(or_(*(audit.c.event.startswith(kind) for kind in wanted.kinds)))
    if wanted.since is not None:
        rules.append(audit.c.at >= wanted.since)
    if wanted.before is not None:
        rules.append(audit.c.at < wanted.before)
    if wanted.organisations is not None:
        rules.append(or_(false(), *map(_of_organisation, wanted.organisations)))
    return rules


def _of_organisation(number: str) -> ColumnElement[bool]:
    """Done to what it owns now, to its people, or to what its team is told by."""
    owned = select(sp_ident.c.entity_id).where(sp_ident.c.owner == number)
    told = and_(
        or_(*(audit.c.event.startswith(kind) for kind in OF_A_TEAM)),
        audit.c.details.contains(f'"organisation": {json.dumps(number)}', autoescape=True),
    )
    return or_(audit.c.entity_id.in_(owned), told)


def _deed(row: Row[tuple[object, ...]]) -> Deed:
    # What was done to a citizen is for the support desk's own log to tell in full.
    details = {} if row.person_id else json.loads(row.details)
    return Deed(row.event, row.at, row.done_by, row.entity_id, details)
