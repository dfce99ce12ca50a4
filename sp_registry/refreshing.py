"""Fetch registered metadata again, and propose what has changed.

The policy of an approved service provider names the address and the pinned certificates,
so both were seen by an approver.  What is fetched only ever waits: somebody approves it as
they would a person's proposal.  One that has been rejected is not proposed again, and a
proposal of a person's is not replaced.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, func, select, update

from metadata.errors import MetadataError
from sp_registry import changes, encode, onboarding, source, tables
from sp_registry.changes import Entry
from sp_registry.desk import Desk
from sp_registry.errors import RegistryError
from sp_registry.onboarding import Mode, Options, Proposal
from sp_registry.seams import Audit, Database, Fetch
from sp_registry.service_provider import Policy

BY: Final = "metadata-refresh"  # who proposes what was fetched by night
NIGHT: Final = time(2)  # in UTC; each source is asked once after it
LONGEST_DETAIL: Final = 500


class Outcome(StrEnum):
    """What came of it; any other value is the code of a fault."""

    SAME = "same"  # it says what is in force
    PROPOSED = "proposed"
    WAITS = "waits"  # something that differs is waiting already
    REJECTED = "rejected"  # just this was rejected before


@dataclass(frozen=True, slots=True)
class Checked:
    """A source as it was last asked."""

    entity_id: str
    checked_at: datetime
    outcome: str
    detail: str
    worked_at: datetime | None  # when a document was last had from it

    @property
    def failed(self) -> bool:
        return self.outcome not in set(Outcome)


@dataclass(frozen=True, slots=True)
class Refreshing:
    database: Database
    audit: Audit
    mode: Mode
    fetch: Fetch

    def refresh(self, entity_id: str, by: str, now: datetime) -> Checked:
        """Ask one source; whatever fails is noted, not raised."""
        try:
            outcome, detail = str(self._looked(entity_id, by, now)), ""
        except (RegistryError, MetadataError) as fault:
            outcome, detail = fault.code, fault.detail[:LONGEST_DETAIL]
        return self.database.write(
            lambda connection: _note(connection, entity_id, outcome, detail, now)
        )

    def refresh_due(self, now: datetime) -> int:
        """Ask every source that was not asked since the last night began; how many."""
        asked = 0
        for entity_id in self.database.read(registered):
            if self.database.write(_claiming(entity_id, now)):
                self.refresh(entity_id, BY, now)
                asked += 1
        return asked

    def _looked(self, entity_id: str, by: str, now: datetime) -> Outcome:
        desk = Desk(self.database, self.audit, self.mode)
        entry = desk.show(entity_id)
        in_force = entry.approved
        if in_force is None or in_force.policy.source_url is None:
            raise source.SourceFault("source-none", f"{entity_id!r} has no address in force.")
        policy = in_force.policy
        document = source.believed(self.fetch(policy.source_url or ""), policy.source_pins)
        proposal = self._proposal(document, policy, in_force.entity_id, now)
        if proposal.description == in_force.description:
            return Outcome.SAME
        if (hindrance := _hindrance(entry, proposal, by)) is not None:
            return hindrance
        change = desk.propose(proposal, by, now, note=policy.source_url or "")
        return Outcome.PROPOSED if change.waits else Outcome.SAME

    def _proposal(
        self, document: bytes, policy: Policy, entity_id: str, now: datetime
    ) -> Proposal:
        read = onboarding.described(document)
        source.require_entity(read, entity_id)
        return onboarding.considered(document, read, Options(), policy, self.mode, now)


def registered(connection: Connection) -> Sequence[str]:
    """The entity ids of all that have an address in force and are not suspended."""
    change, version = tables.change, tables.entity_version
    newest = (
        select(func.max(change.c.number))
        .where(change.c.approved_at.is_not(None))
        .group_by(change.c.entity_id)
    )
    rows = connection.execute(
        select(change.c.entity_id, version.c.content)
        .join(version, version.c.hash == change.c.version)
        .where(change.c.number.in_(newest), version.c.content.like('%"source_url":"http%'))
        .order_by(change.c.entity_id)
    ).all()
    contents = ((row.entity_id, encode.read(row.content)) for row in rows)
    return [id for id, one in contents if one.active and one.policy.source_url]


def last_checked(connection: Connection, entity_id: str) -> Checked | None:
    table = tables.sp_source
    row = connection.execute(select(table).where(table.c.entity_id == entity_id)).first()
    if row is None:
        return None
    return Checked(row.entity_id, row.checked_at, row.outcome, row.detail, row.worked_at)


def last_night(now: datetime) -> datetime:
    """When the night began that was last."""
    tonight = datetime.combine(now.astimezone(UTC).date(), NIGHT, UTC)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def _hindrance(entry: Entry, proposal: Proposal, by: str) -> Outcome | None:
    """Why it is not put forward: the same is waiting, or was rejected, or a person's waits."""
    newest, proposed = entry.newest, entry.proposed
    is_same = (proposal.description, proposal.policy) == (proposed.description, proposed.policy)
    if newest.rejected_at is not None and is_same:
        return Outcome.REJECTED
    return Outcome.WAITS if newest.waits and (is_same or newest.proposed_by != by) else None


def _claiming(entity_id: str, now: datetime) -> Callable[[Connection], bool]:
    """Take the night's turn at a source in one statement, so that one worker asks it."""
    table = tables.sp_source
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)

    def job(connection: Connection) -> bool:
        tables.add_if_new(
            connection, table, entity_id=entity_id, checked_at=long_ago, outcome="", detail=""
        )
        claimed = connection.execute(
            update(table)
            .where(table.c.entity_id == entity_id, table.c.checked_at < last_night(now))
            .values(checked_at=now)
        )
        return claimed.rowcount == 1

    return job


def _note(
    connection: Connection, entity_id: str, outcome: str, detail: str, now: datetime
) -> Checked:
    table = tables.sp_source
    tables.add_if_new(
        connection, table, entity_id=entity_id, checked_at=now, outcome="", detail=""
    )
    noted = {"checked_at": now, "outcome": outcome, "detail": detail}
    if outcome in set(Outcome):
        noted["worked_at"] = now
    connection.execute(update(table).where(table.c.entity_id == entity_id).values(**noted))
    found = last_checked(connection, entity_id)
    if found is None:
        raise changes.not_registered(entity_id)
    return found
