"""One of the staff comes to the registry: what waited is theirs, and their login is noted."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from sp_registry import staff, tables
from sp_registry.invitations import Invitations, is_open
from sp_registry.seams import Audit, Database
from sp_registry.staff import Colleague


def arrived(
    database: Database, audit: Audit, person_id: str, login_at: datetime, now: datetime
) -> Colleague | None:
    """Somebody comes, logged in then: what waited is theirs.  None if they have no role."""
    table, visit = tables.staff_invitation, tables.staff_visit
    waiting = select(table.c.number).where(table.c.person_id == person_id, is_open(now)).limit(1)
    known = select(visit.c.login_at).where(visit.c.person_id == person_id)
    waits, last, who = database.read(
        lambda connection: (
            connection.execute(waiting).first() is not None,
            connection.execute(known).scalar(),
            staff.colleague(connection, person_id),
        )
    )
    if waits:
        Invitations(database, audit).accept_waiting(person_id, now)
        who = staff.Staff(database, audit).find(person_id)
    if who is not None and (last is None or last < login_at):
        database.write(lambda connection: _keep_visit(connection, person_id, login_at))
    return who


def _keep_visit(connection: Connection, person_id: str, login_at: datetime) -> None:
    is_postgres = connection.dialect.name == "postgresql"
    add = (postgresql.insert if is_postgres else sqlite.insert)(tables.staff_visit)
    connection.execute(
        add.values(person_id=person_id, login_at=login_at).on_conflict_do_update(
            index_elements=["person_id"], set_={"login_at": login_at}
        )
    )
