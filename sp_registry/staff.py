"""The registry's staff: who has which role, and since when.

A person holds a role of the federation (administrator, auditor) or is the contact
of one organisation.  A role that is over is kept, so that history can name who acted.
How somebody proves who they are is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from sp_registry import tables
from sp_registry.errors import RegistryError
from sp_registry.onboarding import is_organisation_number
from sp_registry.seams import Audit, Database

MARK = "staff:"  # before a person's id, where the registry names who did something
LONGEST_NAME = 100  # characters


class BadGrant(RegistryError):
    """A role that nobody can have as it was asked for."""

    code = "staff-grant"


class NoSuchRole(RegistryError):
    """The person has no such role to take away."""

    code = "staff-role-unknown"


class Role(StrEnum):
    ADMINISTRATOR = "federation-administrator"
    CONTACT = "agency-contact"  # of one organisation
    AUDITOR = "auditor"  # reads everything, changes nothing


@dataclass(frozen=True, slots=True)
class Grant:
    person_id: str
    name: str
    role: Role
    organisation: str | None
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff, logged in.  Everything they may do is asked of these."""

    person_id: str
    name: str
    roles: frozenset[Role]
    organisations: tuple[str, ...]  # whose contact they are

    @property
    def by(self) -> str:
        return MARK + self.person_id

    @property
    def decides(self) -> bool:
        """May approve, reject, suspend and go back."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def proposes(self) -> bool:
        return self.decides or bool(self.organisations)

    @property
    def sees_all(self) -> bool:
        return bool(self.roles & {Role.ADMINISTRATOR, Role.AUDITOR})


class Staff:
    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def grant(
        self,
        person_id: str,
        name: str,
        role: Role,
        organisation: str | None,
        by: str,
        now: datetime,
    ) -> None:
        """Give a role; one that is held already stays as it was.  Raises BadGrant."""
        _require_sound(name, role, organisation)
        self._audit("staff-granted", by, now, _told(person_id, role, organisation))
        row = {
            "person_id": person_id,
            "name": name.strip(),
            "role": role.value,
            "organisation": organisation,
            "granted_by": by,
            "granted_at": now,
        }

        def job(connection: Connection) -> None:
            held = _held(connection, person_id)
            if not any((one.role, one.organisation) == (role, organisation) for one in held):
                connection.execute(insert(tables.staff_role).values(**row))

        self._database.write(job)

    def revoke(
        self, person_id: str, role: Role, organisation: str | None, by: str, now: datetime
    ) -> None:
        """Take a role away at once; raise NoSuchRole."""
        self._audit("staff-revoked", by, now, _told(person_id, role, organisation))
        table = tables.staff_role
        taken = (
            update(table)
            .where(
                table.c.person_id == person_id,
                table.c.role == role.value,
                table.c.organisation.is_not_distinct_from(organisation),
                table.c.revoked_at.is_(None),
            )
            .values(revoked_by=by, revoked_at=now)
        )

        def job(connection: Connection) -> None:
            if connection.execute(taken).rowcount == 0:
                raise NoSuchRole(f"that person is no {role.value} of {organisation or 'all'}")

        self._database.write(job)

    def listing(self) -> Sequence[Grant]:
        """Every role that somebody holds now, the oldest first."""
        return self._database.read(lambda connection: _held(connection, None))

    def find(self, person_id: str) -> Colleague | None:
        """The person as one of the staff; None if they have no role."""
        held = self._database.read(lambda connection: _held(connection, person_id))
        if not held:
            return None
        organisations = (one.organisation for one in held if one.role is Role.CONTACT)
        return Colleague(
            person_id,
            held[-1].name,
            frozenset(one.role for one in held),
            tuple(sorted({one for one in organisations if one})),
        )

    def names(self) -> dict[str, str]:
        """What to show for each `by`, of those who have left too."""
        table = tables.staff_role
        rows = self._database.read(
            lambda connection: connection.execute(
                select(table.c.person_id, table.c.name).order_by(table.c.number)
            ).all()
        )
        return {MARK + row.person_id: row.name for row in rows}


def _held(connection: Connection, person_id: str | None) -> list[Grant]:
    table = tables.staff_role
    wanted = select(table).where(table.c.revoked_at.is_(None)).order_by(table.c.number)
    if person_id is not None:
        wanted = wanted.where(table.c.person_id == person_id)
    return [_grant(row) for row in connection.execute(wanted).all()]


def _grant(row: Row[tuple[object, ...]]) -> Grant:
    return Grant(
        row.person_id,
        row.name,
        Role(row.role),
        row.organisation,
        row.granted_by,
        row.granted_at,
    )


def _told(person_id: str, role: Role, organisation: str | None) -> dict[str, str]:
    return {"person": person_id, "role": role.value, "organisation": organisation or ""}


def _require_sound(name: str, role: Role, organisation: str | None) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadGrant(f"a name has 1 to {LONGEST_NAME} characters")
    if role is not Role.CONTACT and organisation is not None:
        raise BadGrant(f"{role.value} is a role for every organisation; give none")
    if role is Role.CONTACT and not is_organisation_number(organisation or ""):
        raise BadGrant("an agency's contact needs its organisation number, of nine digits")
