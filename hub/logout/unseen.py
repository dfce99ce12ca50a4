"""Log a person out where no browser of theirs is at hand: the help desk's word, or a shell's.

Services with a back channel are asked at once.  What only the person's browser could tell
(Profiles §4.4.3.1) is left, and said: to whoever ended the sessions, and in the audit log.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from hub import audit
from hub.current import now, outside, request_id
from hub.login import new_handle
from hub.logout import ending as logout
from hub.logout import plan as logout_plan
from hub.logout import tell as logout_tell
from hub.logout.plan import Verdict
from hub.seams.logouts import LogoutLeg
from hub.seams.records import AuditEvent

Outcome: TypeAlias = Mapping[str, Verdict]  # of each service, by its entity id


def tell(person_id: str, session_ids: Sequence[str]) -> Outcome:
    """End these sessions, over or not, and ask their services; what became of each."""
    legs: list[LogoutLeg] = []
    for session_id in session_ids:
        begun = logout.begun_here(session_id, new_handle(), None)
        legs += begun.legs if begun else ()
    outcome = outcome_of(logout_tell.by_soap(legs))
    if outcome:
        event = audit.services_told(person_id, by_verdict(outcome), request_id(), now())
        outside().store.ledger.append(event)
    return outcome


def living(person_id: str, but: str | None = None) -> list[str]:
    """The person's sessions of now, to be told of once they have ended."""
    found = outside().store.sessions.living(person_id, now())
    return [session.id for session in found if session.id != but]


def outcome_of(legs: Sequence[LogoutLeg]) -> Outcome:
    """A service with several sessions is out when each of them is."""
    found: dict[str, Verdict] = {}
    for way in logout_tell.ways(legs):
        if found.get(way.leg.entity_id, Verdict.OUT) is Verdict.OUT:
            found[way.leg.entity_id] = logout_plan.verdict(way, now())
    return found


def by_verdict(outcome: Outcome) -> Mapping[str, str]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for entity_id, verdict in sorted(outcome.items()):
        grouped[verdict.value].append(entity_id)
    return {verdict: " ".join(entity_ids) for verdict, entity_ids in grouped.items()}


def on_record(event: AuditEvent) -> Outcome:
    """What such an event of the audit log tells."""
    return {
        entity_id: Verdict(verdict)
        for verdict, entity_ids in event.details.items()
        for entity_id in entity_ids.split()
    }
