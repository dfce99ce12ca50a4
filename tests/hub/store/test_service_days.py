"""What is counted of services by day, on both engines."""

from datetime import UTC, date, datetime, timedelta

from hub.seams.counts import CLOCK, LOGIN, REFUSED, Arrival, ServiceCount
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import together

SP = "https://sp.example.no"
DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
LOGINS = {ServiceCount(SP, DAY, LOGIN): 2}


def test_what_many_add_of_a_day_is_all_there(store: DatabaseStore) -> None:
    together([lambda: store.days.add(LOGINS, {}) for _ in range(4)])
    (row,) = store.days.of(SP, DAY)
    assert (row.day, row.what, row.count) == (DAY, LOGIN, 8)
    assert store.days.sums(LOGIN, DAY) == {SP: 8}
    assert store.days.sums(REFUSED, DAY) == {}


def test_clocks_are_kept_apart_and_the_latest_arrival_stays(store: DatabaseStore) -> None:
    clock = {ServiceCount(SP, DAY, CLOCK, "-3"): 1, ServiceCount(SP, DAY, CLOCK, "10"): 2}
    store.days.add(clock, {SP: Arrival(10, NOW)})
    store.days.add({}, {SP: Arrival(4, NOW - timedelta(seconds=1))})
    assert store.days.of(SP, DAY) == []
    assert store.days.clocks([SP], DAY) == {SP: {-3: 1, 10: 2}}
    assert store.days.latest([SP, "https://other.example.no"]) == {SP: Arrival(10, NOW)}


def test_thirteen_months_are_kept(store: DatabaseStore) -> None:
    store.days.add(LOGINS, {})
    store.sweep(NOW + timedelta(days=390))
    assert store.days.of(SP, DAY)
    store.sweep(NOW + timedelta(days=400))
    assert not store.days.of(SP, DAY)
