"""Totals, on both engines."""

from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import together


def test_what_many_add_at_once_is_all_there(store: DatabaseStore) -> None:
    counted = {("events", "answered"): 2, ("events", "logged-in"): 1}
    together([lambda: store.counters.add(counted) for _ in range(5)])
    assert store.counters.totals() == {("events", "answered"): 10, ("events", "logged-in"): 5}


def test_nothing_counted_writes_nothing(store: DatabaseStore) -> None:
    store.counters.add({})
    assert store.counters.totals() == {}
