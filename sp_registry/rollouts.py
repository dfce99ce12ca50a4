"""Changes that are approved now and come in force later, or for some logins first.

The change waits until its rollout ends well; then it is approved, by whoever decided on the
rollout.  Which logins meet it stands in the published manifest (`staging`), so what was in
force is known afterwards.  Publishing is for the caller, as after every approval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from sp_registry import changes, humans, onboarding, remarks, tables, unpublished
from sp_registry.changes import Change
from sp_registry.errors import RegistryError
from sp_registry.onboarding import Mode, NeedsApproval
from sp_registry.seams import Audit, Database
from sp_registry.service_provider import ServiceProvider
from sp_registry.staging import Staged, Then, is_worse
from sp_registry.traffic import Tallies, Traffic

MACHINE = "the hub"  # who ends a rollout when nobody does
LONGEST = timedelta(days=90)
LONGEST_STAGED = timedelta(days=14)  # as long as what is known of its logins is kept


class BadRollout(RegistryError):
    """A rollout that cannot be: its time, its share, or what it is of."""

    code = "rollout-impossible"


class NoRollout(RegistryError):
    """The service provider has no open rollout."""

    code = "rollout-unknown"


class Kind(StrEnum):
    SCHEDULED = "scheduled"  # for all, at a time
    SHARE = "share"  # for a share of logins until a time, then for all
    TRIAL = "trial"  # for a share of logins or all until a time, then back


class Outcome(StrEnum):
    FULL = "full"  # in force for all
    BACK = "back"  # the old version is in force for all
    CANCELLED = "cancelled"  # before it began
    REPLACED = "replaced"  # by something that was decided on since


@dataclass(frozen=True, slots=True)
class Plan:
    kind: Kind
    due_at: datetime
    share: int = 100  # percent of logins


@dataclass(frozen=True, slots=True)
class Rollout:
    number: int
    entity_id: str
    change: int
    version: str
    plan: Plan
    decided_by: str
    decided_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    outcome: Outcome | None = None
    reason: str = ""

    @property
    def is_staged(self) -> bool:
        return self.plan.kind is not Kind.SCHEDULED


class Rollouts:
    def __init__(self, database: Database, audit: Audit, mode: Mode) -> None:
        self._database = database
        self._audit = audit
        self._mode = mode

    def begin(self, entity_id: str, plan: Plan, by: str, now: datetime, version: str) -> Rollout:
        """Approve the change that was seen, to come in force by this plan.

        Raises BadRollout, and what an approval raises: NothingToApprove, NeedsApproval.
        """
        _require_sound(plan, now)

        def look(connection: Connection) -> tuple[Change, list[str]]:
            waiting = changes.waiting_of(connection, entity_id, version)
            names = (waiting.proposed_by, by)
            return waiting, [humans.human_behind(connection, name) for name in names]

        waiting, (proposer, approver) = self._database.read(look)
        onboarding.require_approver(proposer, approver, self._mode)
        sp = self._approvable(waiting, now)
        if plan.kind is not Kind.SCHEDULED:
            self._require_way_back(sp)
        self._audit("sp-rollout-begun", by, now, _told_of(plan, entity_id, version))

        def job(connection: Connection) -> Rollout:
            changes.waiting_of(connection, entity_id, version)
            end_open(connection, entity_id, Outcome.REPLACED, by, now)
            return _begun(connection, waiting, plan, by, now)

        return self._database.write(job)

    def complete(self, entity_id: str, by: str, now: datetime) -> Rollout:
        """Bring what is rolled out in force for all; raises NoRollout or NeedsApproval."""
        rollout = self._open(entity_id)
        change = self._database.read(
            lambda connection: changes.numbered(connection, rollout.change)
        )
        sp = self._approvable(change, now)
        self._on_record("sp-rollout-full", rollout, by, now, "")

        def job(connection: Connection) -> Rollout:
            changes.mark_rolled_out(connection, change, rollout.decided_by, now)
            changes.hand_over(connection, entity_id, sp.policy.organisation_number)
            return _ended(connection, rollout, Outcome.FULL, by, now)

        return self._database.write(job)

    def take_back(self, entity_id: str, by: str, now: datetime, reason: str) -> Rollout:
        """Leave the old version in force for all, now or for good; raises NoRollout."""
        rollout = self._open(entity_id)
        outcome = Outcome.BACK if rollout.is_staged else Outcome.CANCELLED
        self._on_record("sp-rollout-back", rollout, by, now, reason)
        return self._database.write(
            lambda connection: _ended(connection, rollout, outcome, by, now, reason)
        )

    def to_end(self, traffic: Traffic, now: datetime) -> list[tuple[Rollout, str]]:
        """What is due or fails, with why it is to go back; empty if it is to be full."""
        verdicts = (
            (rollout, self._verdict(rollout, traffic, now))
            for rollout in self._database.read(all_open)
        )
        return [(rollout, verdict) for rollout, verdict in verdicts if verdict is not None]

    def _verdict(self, rollout: Rollout, traffic: Traffic, now: datetime) -> str | None:
        if rollout.is_staged:
            tallies = traffic.tallies(rollout.number)
            if is_worse(tallies):
                return _told(tallies)
        if now < rollout.plan.due_at:
            return None
        return remarks.TIME_OVER if rollout.plan.kind is Kind.TRIAL else ""

    def end(self, rollout: Rollout, verdict: str, now: datetime) -> Rollout:
        """Carry a verdict out; what cannot be full goes back.  Raises NoRollout."""
        entity_id = rollout.entity_id
        if verdict:
            return self.take_back(entity_id, MACHINE, now, verdict)
        try:
            return self.complete(entity_id, MACHINE, now)
        except (NeedsApproval, changes.NothingToApprove) as fault:
            return self.take_back(entity_id, MACHINE, now, fault.detail)

    def _open(self, entity_id: str) -> Rollout:
        found = self._database.read(lambda connection: open_of(connection, entity_id))
        if found is None:
            raise NoRollout(f"{entity_id!r} has no rollout that is open")
        return found

    def _approvable(self, change: Change, now: datetime) -> ServiceProvider:
        """What the change leads to; raises NeedsApproval."""
        sp = self._database.read(lambda connection: changes.service_provider(connection, change))
        onboarding.require_approvable(sp.description, sp.policy, self._mode, now)
        return sp

    def _require_way_back(self, sp: ServiceProvider) -> None:
        """Staged is only what has a version in force to go back to."""

        def is_in_force(connection: Connection) -> bool:
            approved = changes.approved_of(connection, sp.key)
            return (
                approved is not None and changes.service_provider(connection, approved).active
            )

        if not (sp.active and self._database.read(is_in_force)):
            raise BadRollout(f"{sp.key!r} has nothing in force to go back to")

    def _on_record(
        self, event: str, rollout: Rollout, by: str, now: datetime, reason: str
    ) -> None:
        told = {
            "entity_id": rollout.entity_id,
            "version": rollout.version,
            "rollout": str(rollout.number),
            "reason": reason,
        }
        self._audit(event, by, now, told)


def _require_sound(plan: Plan, now: datetime) -> None:
    longest = LONGEST if plan.kind is Kind.SCHEDULED else LONGEST_STAGED
    if not now < plan.due_at <= now + longest:
        raise BadRollout(f"it ends at {plan.due_at}; wanted is within {longest.days} days from now")
    most = 99 if plan.kind is Kind.SHARE else 100
    if not 1 <= plan.share <= most:
        raise BadRollout(f"its share is {plan.share} percent; wanted is 1 to {most}")


def _told_of(plan: Plan, entity_id: str, version: str) -> dict[str, str]:
    """What the log has of its beginning."""
    return {
        "entity_id": entity_id,
        "version": version,
        "kind": plan.kind.value,
        "share": str(plan.share),
        "due_at": plan.due_at.isoformat(),
    }


def _told(tallies: Tallies) -> str:
    new, old = tallies.new, tallies.old
    signs = ", ".join(f"{sign} {count}" for sign, count in new.failures)
    return remarks.FAILED.format(new.failed, new.tried, signs, old.failed, old.tried)


# --- rows, inside a transaction ---------------------------------------------------------


def _begun(
    connection: Connection, change: Change, plan: Plan, by: str, now: datetime
) -> Rollout:
    unpublished.add(connection, change.entity_id, by, now)
    table = tables.rollout
    row = {
        "entity_id": change.entity_id,
        "change": change.number,
        "version": change.version,
        "kind": plan.kind.value,
        "share": plan.share,
        "due_at": plan.due_at,
        "decided_by": by,
        "decided_at": now,
    }
    added = insert(table).values(**row).returning(*table.c)
    return _rollout(connection.execute(added).one())


def end_open(
    connection: Connection,
    entity_id: str,
    outcome: Outcome,
    by: str,
    now: datetime,
    reason: str = "",
) -> None:
    """End the open rollout, if there is one."""
    found = open_of(connection, entity_id)
    if found is not None:
        _ended(connection, found, outcome, by, now, reason)


def end_all(connection: Connection, by: str, now: datetime, reason: str) -> None:
    for one in all_open(connection):
        _ended(connection, one, Outcome.REPLACED, by, now, reason)


def _ended(
    connection: Connection,
    rollout: Rollout,
    outcome: Outcome,
    by: str,
    now: datetime,
    reason: str = "",
) -> Rollout:
    table = tables.rollout
    row = connection.execute(
        update(table)
        .where(table.c.number == rollout.number, table.c.ended_at.is_(None))
        .values(ended_at=now, ended_by=by, outcome=outcome.value, reason=reason)
        .returning(*table.c)
    ).first()
    if row is None:
        raise NoRollout(f"rollout {rollout.number} was ended meanwhile")
    unpublished.add(connection, rollout.entity_id, by, now)
    return _rollout(row)


def open_of(connection: Connection, entity_id: str) -> Rollout | None:
    return next((one for one in of(connection, entity_id) if one.ended_at is None), None)


def numbered(connection: Connection, number: int) -> Rollout:
    table = tables.rollout
    wanted = select(table).where(table.c.number == number)
    return _rollout(connection.execute(wanted).one())


def of(connection: Connection, entity_id: str) -> Sequence[Rollout]:
    """Every rollout of a service provider, the newest first."""
    table = tables.rollout
    wanted = select(table).where(table.c.entity_id == entity_id)
    rows = connection.execute(wanted.order_by(table.c.number.desc())).all()
    return [_rollout(row) for row in rows]


def all_open(connection: Connection) -> Sequence[Rollout]:
    table = tables.rollout
    wanted = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.number)
    return [_rollout(row) for row in connection.execute(wanted).all()]


def staged(connection: Connection) -> tuple[Staged, ...]:
    """What a publication now says of them."""
    return tuple(
        Staged(
            one.version,
            one.number,
            one.plan.share,
            one.plan.due_at,
            Then.BACK if one.plan.kind is Kind.TRIAL else Then.FULL,
        )
        for one in all_open(connection)
        if one.is_staged
    )


def _rollout(row: Row[tuple[object, ...]]) -> Rollout:
    return Rollout(
        row.number,
        row.entity_id,
        row.change,
        row.version,
        Plan(Kind(row.kind), row.due_at, row.share),
        row.decided_by,
        row.decided_at,
        row.ended_at,
        row.ended_by,
        None if row.outcome is None else Outcome(row.outcome),
        row.reason or "",
    )
