"""What was in force at a moment, and who approved it.

The time says which snapshot, its signed manifest says what was in it, and the history of
changes says who proposed and approved each version.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from certs.certificate import Certificate
from sp_registry import changes, manifest, materialise, publishing, rollouts, tables
from sp_registry.changes import Change
from sp_registry.publishing import Term
from sp_registry.seams import Database
from sp_registry.service_provider import ServiceProvider
from sp_registry.staging import Staged, Then

AT_ONCE = 500  # versions asked for by one statement


@dataclass(frozen=True, slots=True)
class InForce:
    """One service provider as logins met it; `change` is what brought this version."""

    sp: ServiceProvider
    version: str
    change: Change
    staged: Staged | None = None  # for some logins only, beside the one in force for all


@dataclass(frozen=True, slots=True)
class Past:
    at: datetime
    term: Term
    providers: tuple[InForce, ...]  # by entity id


def in_force_at(
    database: Database,
    certificates: Sequence[Certificate],
    at: datetime,
    entity_id: str | None = None,
) -> Past:
    """Everything at a moment, or one service provider alone.

    Raises UnknownSnapshot before the first publication, SnapshotDamaged if it is not what
    was signed.
    """
    term = database.read(lambda connection: publishing.term_at(connection, at))
    found = {
        version: sp
        for version, sp in materialise.versions(database, certificates, term.snapshot).items()
        if entity_id in (None, sp.key)
    }
    approvals = database.read(lambda connection: _approvals(connection, list(found), at))
    in_force = [InForce(sp, version, approvals[version]) for version, sp in found.items()]
    staged = database.read(lambda connection: _staged(connection, certificates, term, at))
    wanted = (one for one in staged if entity_id in (None, one.sp.key))
    return Past(at, term, (*in_force, *wanted))


def _staged(
    connection: Connection, certificates: Sequence[Certificate], term: Term, at: datetime
) -> list[InForce]:
    """What some logins met: approved by whoever decided on the rollout."""
    checked = manifest.verified(publishing.stored(connection, term.snapshot), certificates)
    found = []
    for one in checked.staged:
        rollout = rollouts.numbered(connection, one.rollout)
        was_over = rollout.ended_at is not None and rollout.ended_at <= term.since
        if was_over or (one.then is Then.BACK and at >= one.until):
            continue
        change = replace(
            changes.numbered(connection, rollout.change),
            approved_by=rollout.decided_by,
            approved_at=rollout.decided_at,
        )
        sp = changes.service_provider(connection, change)
        found.append(InForce(sp, one.version, change, one))
    return found


def _approvals(
    connection: Connection, versions: Sequence[str], at: datetime
) -> dict[str, Change]:
    """The latest approval of each version until then."""
    change, found = tables.change, dict[str, Change]()
    for start in range(0, len(versions), AT_ONCE):
        end = start + AT_ONCE
        approved = (change.c.version.in_(versions[start:end]), change.c.approved_at.is_not(None))
        rows = connection.execute(select(change).where(*approved).order_by(change.c.number))
        for row in rows.all():
            # The first one in any case: the clocks of two machines may differ a little.
            if row.version not in found or row.approved_at <= at:
                found[row.version] = changes.change_of(row)
    return found
