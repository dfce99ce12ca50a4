"""The desk: proposals, approvals, suspensions, and the history of them all.

What is approved reaches no login before it is published (`publishing`).
Whether a proposal is sound was judged in `onboarding`; here stands who may
approve what, and when.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from sp_registry import changes, humans, onboarding, proposing, remarks, rollouts, tables
from sp_registry.changes import Change, ChangeKind, Entry
from sp_registry.onboarding import Mode, NeedsApproval, Proposal
from sp_registry.rollouts import Outcome
from sp_registry.seams import Audit, Database


class Desk:
    def __init__(self, database: Database, audit: Audit, mode: Mode) -> None:
        self._database = database
        self._audit = audit
        self._mode = mode

    def propose(
        self,
        proposal: Proposal,
        by: str,
        now: datetime,
        note: str = "",
        organisation: str | None = None,
        id: str | None = None,
        active: bool = True,
    ) -> Change:
        """Put a proposal forward; what is proposed already is left as it is.

        A suspended service provider stays so: only `resume` brings it back.  On behalf of
        an organisation: raises OthersProvider for what it does not own.  `id` and `active`
        are of one that is new here and was known elsewhere.
        """
        entity_id = proposal.key
        self._audit("sp-proposed", by, now, {"entity_id": entity_id, "note": note})

        def job(connection: Connection) -> Change:
            own_id = changes.id_of(connection, entity_id, id)
            if organisation is not None:
                changes.require_owner(connection, entity_id, organisation, own_id)
            (change,) = proposing.put(connection, [proposal], by, now, note, active)
            return change

        return self._database.write(job)

    def propose_all(
        self, proposals: Sequence[Proposal], by: str, now: datetime, note: str = ""
    ) -> list[Change]:
        """Propose what has different keys, all of them or none, in one transaction."""

        def job(connection: Connection) -> list[Change]:
            for each in proposals:
                self._audit("sp-proposed", by, now, {"entity_id": each.key, "note": note})
            return proposing.put(connection, proposals, by, now, note)

        return self._database.write(job)

    def restore(self, entity_id: str, version: str, by: str, now: datetime) -> Change:
        """Propose an earlier version once more; raise NotRegistered if it is no version of it.

        A suspended service provider stays so, and what was proposed last is kept in history.
        """
        self._audit("sp-restoration-proposed", by, now, {"entity_id": entity_id, "from": version})

        def job(connection: Connection) -> Change:
            content, document = changes.version_of(connection, entity_id, version)
            approved = changes.approved_of(connection, entity_id)
            active = approved is None or changes.service_provider(connection, approved).active
            again = changes.keep_version(
                connection, replace(content, active=active), document, now
            )
            newest = changes.newest_of(connection, entity_id)
            if newest is not None and newest.version == again and newest.rejected_at is None:
                return newest
            return changes.add(connection, entity_id, again, ChangeKind.RESTORATION, by, now, "")

        return self._database.write(job)

    def approve(
        self, entity_id: str, by: str, now: datetime, version: str | None = None
    ) -> Change:
        """Approve the newest change; `version` is what the approver has seen.

        Raises NothingToApprove, and NeedsApproval if this person may not, or if
        nobody may before something else is in order.
        """
        waiting = self._database.read(
            lambda connection: changes.waiting_of(connection, entity_id, version)
        )
        proposer, approver = self._humans(waiting.proposed_by, by)
        onboarding.require_approver(proposer, approver, self._mode)
        proposed = self.show(entity_id).proposed
        onboarding.require_approvable(proposed.description, proposed.policy, self._mode, now)
        self._audit(
            "sp-approved",
            by,
            now,
            {
                "entity_id": entity_id,
                "version": waiting.version,
                "proposed_by": waiting.proposed_by,
                "self_approved": str(proposer == approver),
            },
        )

        def job(connection: Connection) -> Change:
            is_full = _is_rolled_out(connection, waiting)
            outcome = Outcome.FULL if is_full else Outcome.REPLACED
            rollouts.end_open(connection, entity_id, outcome, by, now)
            marked = changes.mark_approved(connection, waiting, by, now)
            changes.hand_over(connection, entity_id, proposed.policy.organisation_number)
            return marked

        return self._database.write(job)

    def approve_all(
        self, waiting: Sequence[Change], by: str, now: datetime
    ) -> dict[str, NeedsApproval]:
        """Approve these in one transaction; why some may not be, by key.

        Raises NothingToApprove if one was decided on meanwhile; then none is approved.
        """

        def job(_connection: Connection) -> dict[str, NeedsApproval]:
            refusals = {}
            for change in waiting:
                try:
                    self.approve(change.entity_id, by, now, change.version)
                except NeedsApproval as fault:  # raised before anything is written
                    refusals[change.entity_id] = fault
            return refusals

        return self._database.write(job)

    def _humans(self, *names: str) -> list[str]:
        """Who they are for whom two are wanted: a shell may be one of the staff's."""
        return self._database.read(
            lambda connection: [humans.human_behind(connection, name) for name in names]
        )

    def reject(
        self, entity_id: str, by: str, now: datetime, version: str, reason: str
    ) -> Change:
        """Say no to the change that was seen, with a reason; raise NothingToApprove."""
        self._audit("sp-rejected", by, now, {"entity_id": entity_id, "version": version})

        def job(connection: Connection) -> Change:
            waiting = changes.waiting_of(connection, entity_id, version)
            if _is_rolled_out(connection, waiting):
                rollouts.end_open(connection, entity_id, Outcome.BACK, by, now, reason)
            return changes.mark_rejected(connection, waiting, by, now, reason)

        return self._database.write(job)

    def suspend(self, entity_id: str, by: str, now: datetime, note: str = "") -> Change:
        """Take trust away; one person is enough.  Raises NotRegistered or NeverApproved."""
        self._audit("sp-suspended", by, now, {"entity_id": entity_id, "note": note})

        def job(connection: Connection) -> Change:
            # Else its content would be approved on the way, by one and unseen.
            changes.require_approved(connection, entity_id)
            rollouts.end_open(connection, entity_id, Outcome.REPLACED, by, now, remarks.STOPPED)
            change = changes.switch(connection, entity_id, False, by, now, note)
            return changes.mark_approved(connection, change, by, now) if change.waits else change

        return self._database.write(job)

    def resume(self, entity_id: str, by: str, now: datetime, note: str = "") -> Change:
        """Propose that a suspended service provider is trusted again, as it was."""
        self._audit("sp-resumption-proposed", by, now, {"entity_id": entity_id, "note": note})
        return self._database.write(
            lambda connection: changes.switch(connection, entity_id, True, by, now, note)
        )

    def listing(self) -> Sequence[Entry]:
        """Every service provider, by entity id."""

        def job(connection: Connection) -> Sequence[Entry]:
            ids = connection.execute(
                select(tables.sp_ident.c.entity_id).order_by(tables.sp_ident.c.entity_id)
            ).scalars()
            return [changes.entry_of(connection, entity_id) for entity_id in ids.all()]

        return self._database.read(job)

    def show(self, entity_id: str) -> Entry:
        """One service provider; raise NotRegistered."""
        return self._database.read(lambda connection: changes.entry_of(connection, entity_id))

    def history(self, entity_id: str) -> Sequence[Change]:
        """Every change of a service provider, the newest first; raise NotRegistered."""

        found = self._database.read(lambda connection: changes.all_of(connection, entity_id))
        if not found:
            raise changes.not_registered(entity_id)
        return found


def _is_rolled_out(connection: Connection, change: Change) -> bool:
    found = rollouts.open_of(connection, change.entity_id)
    return found is not None and found.change == change.number
