"""Circuit breakers, on both engines."""

from datetime import datetime

from hub.store.breakers import FAILURES, REST
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import together


def opened(store: DatabaseStore, now: datetime) -> None:
    for _ in range(FAILURES):
        store.breakers.failed("first", now)


def test_a_gateway_of_which_nothing_is_known_may_be_tried(
    store: DatabaseStore, now: datetime
) -> None:
    assert store.breakers.may_try("first", now)


def test_it_opens_after_failures_in_a_row(store: DatabaseStore, now: datetime) -> None:
    for _ in range(FAILURES - 1):
        store.breakers.failed("first", now)
    assert store.breakers.may_try("first", now)
    store.breakers.failed("first", now)
    assert not store.breakers.may_try("first", now)
    assert store.breakers.open_since() == {"first": now}


def test_a_success_between_failures_begins_the_count_anew(
    store: DatabaseStore, now: datetime
) -> None:
    for _ in range(FAILURES):
        store.breakers.failed("first", now)
        store.breakers.worked("first")
    assert store.breakers.may_try("first", now)


def test_one_alone_probes_when_the_rest_is_over(store: DatabaseStore, now: datetime) -> None:
    opened(store, now)
    tries = together([lambda: store.breakers.may_try("first", now + REST) for _ in range(6)])
    assert sorted(tries) == [False] * 5 + [True]


def test_a_probe_that_fails_leaves_it_open(store: DatabaseStore, now: datetime) -> None:
    opened(store, now)
    assert store.breakers.may_try("first", now + REST)
    store.breakers.failed("first", now + REST)
    assert not store.breakers.may_try("first", now + REST * 1.5)
    assert store.breakers.open_since() == {"first": now}


def test_a_probe_that_works_closes_it(store: DatabaseStore, now: datetime) -> None:
    opened(store, now)
    assert store.breakers.may_try("first", now + REST)
    store.breakers.worked("first")
    assert store.breakers.may_try("first", now + REST)
    assert store.breakers.open_since() == {}
