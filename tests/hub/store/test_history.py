"""Sums of the audit log."""

from datetime import datetime, timedelta

from hub.seams.records import AuditEvent
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import SERVICE


def test_answers_are_counted_by_service_since_a_moment(
    store: DatabaseStore, now: datetime
) -> None:
    for event, days in (("answered", 0), ("answered", 1), ("refused", 1), ("answered", 2)):
        at = now + timedelta(days=days)
        store.ledger.append(AuditEvent(event=event, at=at, entity_id=SERVICE))
    assert store.history.answered_since(now + timedelta(days=1)) == {SERVICE: 2}
