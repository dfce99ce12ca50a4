"""What the workers leave behind for those who look after them."""

from datetime import datetime, timedelta

from hub.operations.upkeep import Round, Sealing
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import an_event


def test_of_each_job_the_latest_turn_is_kept(store: DatabaseStore, now: datetime) -> None:
    store.upkeep.ran("sweep", "store-failed", now)
    store.upkeep.ran("sweep", None, now + timedelta(minutes=1))
    store.upkeep.ran("outbox", None, now)
    assert store.upkeep.rounds() == [
        Round("test", "outbox", now, None),
        Round("test", "sweep", now + timedelta(minutes=1), None),
    ]


def test_it_says_since_when_rows_wait_for_a_seal(store: DatabaseStore, now: datetime) -> None:
    assert store.upkeep.sealing() == Sealing(0, None, None, 0)
    store.ledger.append(an_event(now))
    assert store.upkeep.sealing().oldest_unsealed == now
