"""Who somebody is who acts from a shell: so that one human counts once.

A user of the machine may be bound to a person of the staff.  What they do keeps the name
that they did it under (`shell:kari`, `staff:…`); where two are wanted, both names are asked
whose they are.  Whoever may bind users may do anything here: this guards against mistakes
and shortcuts, not against the machine's own root.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from sp_registry import tables

STAFF = "staff:"  # before a person's id, where the registry names who did something
SHELL = "shell:"  # before the name of a user of the machine


def bind_shell(
    connection: Connection, user: str, person_id: str, by: str, now: datetime
) -> None:
    row = {"shell_user": user, "person_id": person_id, "bound_by": by, "bound_at": now}
    connection.execute(insert(tables.staff_shell).values(row))


def human_behind(connection: Connection, by: str) -> str:
    """The one name under which this human counts; an unbound user's own."""
    if not by.startswith(SHELL):
        return by
    table = tables.staff_shell
    wanted = select(table.c.person_id).where(table.c.shell_user == by.removeprefix(SHELL))
    person_id = connection.execute(wanted.order_by(table.c.number.desc()).limit(1)).scalar()
    return by if person_id is None else STAFF + person_id


def shell_names(connection: Connection) -> dict[str, str]:
    """The name of every bound user, with the person's name under which they count."""
    table = tables.staff_shell
    rows = connection.execute(select(table).order_by(table.c.number)).all()
    return {SHELL + row.shell_user: STAFF + row.person_id for row in rows}
