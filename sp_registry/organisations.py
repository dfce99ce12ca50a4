"""The organisations that service providers belong to: a number, and a name to show."""

from datetime import datetime

from sqlalchemy import Connection, select

from sp_registry import tables
from sp_registry.errors import RegistryError
from sp_registry.onboarding import is_organisation_number

LONGEST_NAME = 100  # characters


class BadOrganisation(RegistryError):
    """The number is none, or an organisation that is new here has no name."""

    code = "organisation-unsound"


def names(connection: Connection) -> dict[str, str]:
    """The name of each known organisation, by number."""
    table = tables.organisation
    rows = connection.execute(select(table.c.number, table.c.name).order_by(table.c.number))
    return {row.number: row.name for row in rows}


def keep(connection: Connection, number: str, name: str, by: str, now: datetime) -> None:
    """Add one that is new; a known one keeps the name that it has.  Raises BadOrganisation."""
    _require_number(number)
    if number in names(connection):
        return
    require_sound(number, name)
    tables.add_if_new(
        connection,
        tables.organisation,
        number=number,
        name=name.strip(),
        added_by=by,
        added_at=now,
    )


def require_sound(number: str, name: str) -> None:
    """Raise BadOrganisation for what cannot be added."""
    _require_number(number)
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadOrganisation(
            f"{number} is new here, so it needs a name of 1 to {LONGEST_NAME} characters"
        )


def _require_number(number: str) -> None:
    if not is_organisation_number(number):
        raise BadOrganisation(
            f"{number[:20]!r} is no organisation number: nine digits, the last one a check"
        )
