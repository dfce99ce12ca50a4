"""Invitations to the staff, by a link that works once or for one known person.

A link's secret is random, shown once and kept as a hash; whoever accepts it is the person
who was logged in then.  What waits for a person is theirs when they come next.  Who invited
must still be allowed to when it is accepted.  How an invitation reaches anybody is not
known here, nor any identity number.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from sp_registry import organisations, staff, tables
from sp_registry.errors import RegistryError
from sp_registry.humans import STAFF
from sp_registry.seams import Audit, Database
from sp_registry.staff import Grant, Role

LINK_LIFE = timedelta(days=7)
PERSON_LIFE = timedelta(days=30)  # of one that waits for a known person


class InvitationOver(RegistryError):
    """There is no such invitation, it was used, withdrawn or is too old, or is one's own."""

    code = "staff-invitation-over"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody is to be invited to."""

    name: str  # what colleagues will be shown
    role: Role
    organisation: str | None = None
    organisation_name: str = ""  # of one that is new here


@dataclass(frozen=True, slots=True)
class Invitation:
    number: int
    person_id: str | None  # whom it waits for; None: whoever has the link
    name: str
    role: Role
    organisation: str | None
    invited_by: str
    invited_at: datetime
    expires_at: datetime


class Invitations:
    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def by_link(self, wish: Wish, by: str, now: datetime) -> tuple[Invitation, str]:
        """An invitation and the secret of its link, which is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        added = self._add(
            wish, by, now, {"secret_hash": _hash(secret), "expires_at": now + LINK_LIFE}
        )
        return added, secret

    def by_person(self, wish: Wish, person_id: str, by: str, now: datetime) -> Invitation:
        """An invitation for one person, theirs when they come next."""
        return self._add(
            wish, by, now, {"person_id": person_id, "expires_at": now + PERSON_LIFE}
        )

    def _add(
        self, wish: Wish, by: str, now: datetime, kind: Mapping[str, object]
    ) -> Invitation:
        staff.require_sound(wish.name, wish.role, wish.organisation)
        who = str(kind.get("person_id", ""))
        self._audit("staff-invited", by, now, staff.told(who, wish.role, wish.organisation))
        row = {
            "name": wish.name.strip(),
            "role": wish.role.value,
            "organisation": wish.organisation,
            "invited_by": by,
            "invited_at": now,
            **kind,
        }

        def job(connection: Connection) -> Invitation:
            if wish.organisation is not None:
                organisations.keep(
                    connection, wish.organisation, wish.organisation_name, by, now
                )
            table = tables.staff_invitation
            added = connection.execute(insert(table).values(row).returning(*table.c))
            return _invitation(added.one())

        return self._database.write(job)

    def of_link(self, secret: str, now: datetime) -> Invitation:
        """The open invitation of a link; raise InvitationOver."""
        table = tables.staff_invitation
        wanted = select(table).where(table.c.secret_hash == _hash(secret), is_open(now))
        row = self._database.read(lambda connection: connection.execute(wanted).first())
        if row is None:
            raise InvitationOver("no open invitation has this link")
        return _invitation(row)

    def accept(self, secret: str, person_id: str, now: datetime) -> Invitation:
        """Give the role to the person who has the link; it works once.  Raises InvitationOver."""
        found = self.of_link(secret, now)
        if found.invited_by == STAFF + person_id:
            raise InvitationOver("nobody accepts an invitation of their own")
        self._audit("staff-invitation-accepted", STAFF + person_id, now, _told(found))

        return self._database.write(partial(_take, found.number, person_id, now))

    def accept_waiting(self, person_id: str, now: datetime) -> None:
        """Give the person what waits for them, as they come."""
        table = tables.staff_invitation
        wanted = select(table).where(table.c.person_id == person_id, is_open(now))
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        for found in map(_invitation, rows):
            self._audit("staff-invitation-accepted", STAFF + person_id, now, _told(found))
            try:
                self._database.write(partial(_take, found.number, person_id, now))
            except InvitationOver:
                continue  # withdrawn meanwhile, or by somebody who may invite no longer

    def withdraw(self, number: int, by: str, now: datetime) -> None:
        """Nobody can accept it from now on; raise InvitationOver."""
        self._audit("staff-invitation-withdrawn", by, now, {"number": str(number)})
        table = tables.staff_invitation
        withdrawn = (
            update(table)
            .where(table.c.number == number, is_open(now))
            .values(withdrawn_by=by, withdrawn_at=now)
        )

        def job(connection: Connection) -> None:
            if connection.execute(withdrawn).rowcount == 0:
                raise InvitationOver(f"invitation {number} is not open")

        self._database.write(job)

    def listing(self, now: datetime) -> Sequence[Invitation]:
        """Those that are open, the newest first."""
        table = tables.staff_invitation
        wanted = select(table).where(is_open(now)).order_by(table.c.number.desc())
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        return [_invitation(row) for row in rows]


def _take(number: int, person_id: str, now: datetime, connection: Connection) -> Invitation:
    """The one act that uses an invitation up."""
    table = tables.staff_invitation
    taken = connection.execute(
        update(table)
        .where(table.c.number == number, is_open(now))
        .values(accepted_at=now, person_id=person_id)
        .returning(*table.c)
    ).first()
    if taken is None:
        raise InvitationOver("it was used, withdrawn or ran out meanwhile")
    found = _invitation(taken)
    _require_still_allowed(connection, found)
    grant = Grant(person_id, found.name, found.role, found.organisation, found.invited_by, now)
    staff.give(connection, grant)
    return found


def _require_still_allowed(connection: Connection, found: Invitation) -> None:
    if not found.invited_by.startswith(STAFF):
        return  # from a shell
    inviter = staff.colleague(connection, found.invited_by.removeprefix(STAFF))
    if inviter is None or not inviter.may_manage(found.role, found.organisation):
        raise InvitationOver("whoever invited may do so no longer")


def is_open(now: datetime) -> ColumnElement[bool]:
    table = tables.staff_invitation
    return and_(
        table.c.accepted_at.is_(None), table.c.withdrawn_at.is_(None), table.c.expires_at > now
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _told(found: Invitation) -> dict[str, str]:
    return {"number": str(found.number), "role": found.role.value,
            "organisation": found.organisation or ""}  # fmt: skip


def _invitation(row: Row[tuple[object, ...]]) -> Invitation:
    return Invitation(
        row.number,
        row.person_id,
        row.name,
        Role(row.role),
        row.organisation,
        row.invited_by,
        row.invited_at,
        row.expires_at,
    )
