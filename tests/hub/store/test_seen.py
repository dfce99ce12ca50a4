from datetime import datetime, timedelta

from hub.seams.logins import Sighting
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import SERVICE, together

FIRST = Sighting("d1", "flow-1", "browser-1")
SECOND = Sighting("d2", "flow-2", None)


def test_a_new_request_was_not_seen(store: DatabaseStore, now: datetime) -> None:
    assert store.seen.add(SERVICE, "_1", FIRST, now) is None


def test_a_request_seen_before_gives_its_first_sighting(
    store: DatabaseStore, now: datetime
) -> None:
    store.seen.add(SERVICE, "_1", FIRST, now)
    assert store.seen.add(SERVICE, "_1", SECOND, now) == FIRST
    assert store.seen.add(SERVICE, "_1", SECOND, now) == FIRST


def test_the_same_id_of_another_service_is_another_request(
    store: DatabaseStore, now: datetime
) -> None:
    store.seen.add(SERVICE, "_1", FIRST, now)
    assert store.seen.add(SERVICE + "/other", "_1", SECOND, now) is None


def test_of_eight_at_once_exactly_one_is_the_first(store: DatabaseStore, now: datetime) -> None:
    sightings = [Sighting("d", f"flow-{n}", None) for n in range(8)]
    jobs = [lambda s=s: store.seen.add(SERVICE, "_1", s, now) for s in sightings]
    answers = together(jobs)
    assert answers.count(None) == 1
    first = sightings[answers.index(None)]
    assert all(answer in (None, first) for answer in answers)


def test_it_is_remembered_until_its_time_is_past(store: DatabaseStore, now: datetime) -> None:
    store.seen.add(SERVICE, "_1", FIRST, now + timedelta(minutes=8))
    store.sweep(now + timedelta(minutes=7))
    assert store.seen.add(SERVICE, "_1", SECOND, now) == FIRST
    store.sweep(now + timedelta(minutes=8))
    assert store.seen.add(SERVICE, "_1", SECOND, now) is None
