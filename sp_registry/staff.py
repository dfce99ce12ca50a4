"""The staff: who has which role, and since when.

A person holds a role of the federation (administrator, auditor, support) or is the contact
of one organisation.  A role that is over is kept, so that history can name who acted.
How somebody proves who they are is not known here; how they are invited is in `invitations`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from sp_registry import humans, tables
from sp_registry.errors import RegistryError
from sp_registry.humans import STAFF
from sp_registry.onboarding import is_organisation_number
from sp_registry.seams import Audit, Database

LONGEST_NAME = 100  # characters


class BadGrant(RegistryError):
    """A role that nobody can have as it was asked for."""

    code = "staff-grant"


class NoSuchRole(RegistryError):
    """The person has no such role to take away."""

    code = "staff-role-unknown"


class LastAdministrator(RegistryError):
    """Without this administrator there would be none."""

    code = "staff-last-administrator"


class Role(StrEnum):
    ADMINISTRATOR = "federation-administrator"
    CONTACT = "agency-contact"  # of one organisation
    AUDITOR = "auditor"  # reads everything, changes nothing
    SUPPORT = "support"  # helps citizens; has no business in the registry


@dataclass(frozen=True, slots=True)
class Grant:
    person_id: str
    name: str
    role: Role
    organisation: str | None
    granted_by: str
    granted_at: datetime
    login_at: datetime | None = None  # of the newest login that was used here


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff, logged in.  Everything they may do is asked of these."""

    person_id: str
    name: str
    roles: frozenset[Role]
    organisations: tuple[str, ...]  # whose contact they are

    @property
    def by(self) -> str:
        return STAFF + self.person_id

    @property
    def decides(self) -> bool:
        """May approve, reject, suspend and go back."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def proposes(self) -> bool:
        return self.decides or bool(self.organisations)

    @property
    def has_registry_work(self) -> bool:
        return bool(self.roles - {Role.SUPPORT})

    @property
    def helps(self) -> bool:
        """May act for citizens who ask for help."""
        return Role.SUPPORT in self.roles

    @property
    def sees_help(self) -> bool:
        return bool(self.roles & {Role.SUPPORT, Role.AUDITOR})

    @property
    def sees_all(self) -> bool:
        return bool(self.roles & {Role.ADMINISTRATOR, Role.AUDITOR})

    def may_manage(self, role: Role, organisation: str | None) -> bool:
        """May invite to this role, and take it away: contacts do so among their own."""
        return self.decides or (role is Role.CONTACT and organisation in self.organisations)


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
        require_sound(name, role, organisation)
        self._audit("staff-granted", by, now, told(person_id, role, organisation))
        grant = Grant(person_id, name.strip(), role, organisation, by, now)
        self._database.write(lambda connection: give(connection, grant))

    def revoke(
        self, person_id: str, role: Role, organisation: str | None, by: str, now: datetime
    ) -> None:
        """Take a role away at once; raise NoSuchRole or LastAdministrator."""
        self._audit("staff-revoked", by, now, told(person_id, role, organisation))
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
            if role is Role.ADMINISTRATOR:
                _require_another_administrator(connection, person_id)
            if connection.execute(taken).rowcount == 0:
                raise NoSuchRole(f"that person is no {role.value} of {organisation or 'all'}")

        self._database.write(job)

    def bind_shell(self, user: str, person_id: str, by: str, now: datetime) -> None:
        """From now on what this user of the machine does counts as this person's."""
        self._audit("staff-shell-bound", by, now, {"shell": user, "person": person_id})
        self._database.write(
            lambda connection: humans.bind_shell(connection, user, person_id, by, now)
        )

    def listing(self) -> Sequence[Grant]:
        """Every role that somebody holds now, the oldest first."""
        return self._database.read(lambda connection: held(connection, None))

    def find(self, person_id: str) -> Colleague | None:
        """The person as one of the staff; None if they have no role."""
        return self._database.read(lambda connection: colleague(connection, person_id))

    def names(self) -> dict[str, str]:
        """What to show for each `by`, of those who have left too."""
        table = tables.staff_role

        def job(connection: Connection) -> dict[str, str]:
            rows = connection.execute(
                select(table.c.person_id, table.c.name).order_by(table.c.number)
            ).all()
            people = {STAFF + row.person_id: row.name for row in rows}
            shells = humans.shell_names(connection).items()
            return people | {
                shell: f"{people[human]} ({shell})" for shell, human in shells if human in people
            }

        return self._database.read(job)

    def human(self, by: str) -> str:
        """The name under which whoever did something counts, where two humans are wanted."""
        return self._database.read(lambda connection: humans.human_behind(connection, by))


def colleague(connection: Connection, person_id: str) -> Colleague | None:
    grants = held(connection, person_id)
    if not grants:
        return None
    organisations = (one.organisation for one in grants if one.role is Role.CONTACT)
    return Colleague(
        person_id,
        grants[-1].name,
        frozenset(one.role for one in grants),
        tuple(sorted({one for one in organisations if one})),
    )


def give(connection: Connection, grant: Grant) -> None:
    """Add a role unless it is held already."""
    grants = held(connection, grant.person_id)
    if any((one.role, one.organisation) == (grant.role, grant.organisation) for one in grants):
        return
    connection.execute(
        insert(tables.staff_role).values(
            person_id=grant.person_id,
            name=grant.name,
            role=grant.role.value,
            organisation=grant.organisation,
            granted_by=grant.granted_by,
            granted_at=grant.granted_at,
        )
    )


def held(connection: Connection, person_id: str | None) -> list[Grant]:
    """The roles of a person, or everybody's, the oldest first."""
    table, visit = tables.staff_role, tables.staff_visit
    wanted = (
        select(table, visit.c.login_at)
        .outerjoin(visit, visit.c.person_id == table.c.person_id)
        .where(table.c.revoked_at.is_(None))
        .order_by(table.c.number)
    )
    if person_id is not None:
        wanted = wanted.where(table.c.person_id == person_id)
    return [_grant(row) for row in connection.execute(wanted).all()]


def _require_another_administrator(connection: Connection, person_id: str) -> None:
    # Locked where rows can be: of two administrators who remove each other, one stays.
    table = tables.staff_role
    administrators = connection.execute(
        select(table.c.person_id)
        .where(table.c.role == Role.ADMINISTRATOR.value, table.c.revoked_at.is_(None))
        .order_by(table.c.number)
        .with_for_update()
    ).scalars()
    if set(administrators) == {person_id}:
        raise LastAdministrator("the last administrator cannot be removed; grant another first")


def _grant(row: Row[tuple[object, ...]]) -> Grant:
    return Grant(
        row.person_id,
        row.name,
        Role(row.role),
        row.organisation,
        row.granted_by,
        row.granted_at,
        row.login_at,
    )


def told(person_id: str, role: Role, organisation: str | None) -> dict[str, str]:
    """What the audit log keeps of a role."""
    return {"person": person_id, "role": role.value, "organisation": organisation or ""}


def require_sound(name: str, role: Role, organisation: str | None) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadGrant(f"a name has 1 to {LONGEST_NAME} characters")
    if role is not Role.CONTACT and organisation is not None:
        raise BadGrant(f"{role.value} is a role for every organisation; give none")
    if role is Role.CONTACT and not is_organisation_number(organisation or ""):
        raise BadGrant("an agency's contact needs its organisation number, of nine digits")
