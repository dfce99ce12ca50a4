"""Care of services: what runs out, whom nobody looks after, who gets the identity number.

Nothing is switched off here; people are told, once for each step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, true
from sqlalchemy.dialects import postgresql, sqlite

from sp_registry import tables
from sp_registry.digest import Digest, Service
from sp_registry.seams import Audit, Database
from sp_registry.staff import Role

STEPS = (1, 3, 7, 14, 30, 90)  # days before a certificate runs out
SOON = max(STEPS)
YEAR = timedelta(days=365)


def step_of(days_left: int) -> int | None:
    """Which alert is due; None: it is too early, or too late for any."""
    return next((step for step in STEPS if 0 <= days_left <= step), None)


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the registry's tables know of a service, beside its snapshot."""

    owner: str | None
    approved_at: datetime | None  # for the first time
    attested_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unattended:
    service: Service
    owner: str | None
    has_no_contact: bool
    is_unused: bool  # for a year


@dataclass(frozen=True, slots=True)
class NumberHolder:
    """A service that is given the identity number."""

    service: Service
    owner: str | None
    attested_at: datetime | None  # last, or else when it was approved first
    was_attested: bool
    logins: int

    def is_overdue(self, now: datetime) -> bool:
        return self.attested_at is None or now - self.attested_at > YEAR


def ownerships(connection: Connection) -> dict[str, Ownership]:
    """By the key of each service that was ever approved."""
    ident, change, attested = tables.sp_ident, tables.change, tables.care_attestation
    approval = select(change.c.entity_id, func.min(change.c.approved_at).label("at"))
    first = approval.group_by(change.c.entity_id).subquery("first")
    attestation = select(attested.c.entity_id, func.max(attested.c.attested_at).label("at"))
    last = attestation.group_by(attested.c.entity_id).subquery("latest")
    rows = connection.execute(
        select(ident.c.entity_id, ident.c.owner, first.c.at, last.c.at.label("attested"))
        .join(first, first.c.entity_id == ident.c.entity_id)
        .outerjoin(last, last.c.entity_id == ident.c.entity_id)
    )
    return {row.entity_id: Ownership(row.owner, row.at, row.attested) for row in rows}


def teams(connection: Connection) -> frozenset[str]:
    """The organisations that have a contact on the staff now."""
    role = tables.staff_role
    wanted = select(role.c.organisation).where(
        role.c.role == Role.CONTACT.value, role.c.revoked_at.is_(None)
    )
    return frozenset(connection.execute(wanted).scalars())


def unattended(
    digest: Digest,
    known: Mapping[str, Ownership],
    active_teams: Iterable[str],
    logins: Mapping[str, int],
    now: datetime,
) -> list[Unattended]:
    """Those whose last contact is gone, or where nobody has logged in for a year."""
    found, at_work = [], frozenset(active_teams)
    for service in digest.services:
        of = known.get(service.key, Ownership(None, None, None))
        is_old = of.approved_at is not None and now - of.approved_at > YEAR
        one = Unattended(
            service, of.owner, of.owner not in at_work,
            is_old and not logins.get(service.entity_id),
        )  # fmt: skip
        if one.has_no_contact or one.is_unused:
            found.append(one)
    return found


def number_holders(
    digest: Digest, known: Mapping[str, Ownership], logins: Mapping[str, int]
) -> list[NumberHolder]:
    found = []
    for service in digest.services:
        if service.gets_number:
            of = known.get(service.key, Ownership(None, None, None))
            at = of.attested_at or of.approved_at
            count = logins.get(service.entity_id, 0)
            found.append(
                NumberHolder(service, of.owner, at, of.attested_at is not None, count)
            )
    return found


def attest(database: Database, audit: Audit, key: str, by: str, now: datetime) -> None:
    """Its owner says that it still needs the identity number."""
    audit("sp-attested", by, now, {"entity_id": key})
    row = {"entity_id": key, "attested_by": by, "attested_at": now}
    database.write(
        lambda connection: connection.execute(insert(tables.care_attestation), row).rowcount
    )


def take_alert(connection: Connection, subject: str, step: int, now: datetime) -> bool:
    """Whether this alert is new; from now on it is not, in the transaction of the caller."""
    table = tables.care_alert
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    taken = dialect.insert(table).values(subject=subject, step=step, sent_at=now)
    new = taken.on_conflict_do_nothing().returning(table.c.step)
    return connection.execute(new).first() is not None


def visible_keys(connection: Connection, organisations: Iterable[str] | None) -> frozenset[str]:
    """The keys of what these organisations own; None: of everything."""
    ident = tables.sp_ident
    own = true() if organisations is None else ident.c.owner.in_(list(organisations))
    return frozenset(connection.execute(select(ident.c.entity_id).where(own)).scalars())
