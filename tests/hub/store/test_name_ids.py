from datetime import datetime

from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import OTHER_NUMBER, SERVICE, a_person, together


def test_the_first_identifier_of_a_pair_stays(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    assert store.name_ids.persistent(person.id, SERVICE, "first", now) == "first"
    assert store.name_ids.persistent(person.id, SERVICE, "second", now) == "first"


def test_each_person_and_service_has_its_own(store: DatabaseStore, now: datetime) -> None:
    one, other = a_person(store, now), a_person(store, now, OTHER_NUMBER)
    assert store.name_ids.persistent(one.id, SERVICE, "a", now) == "a"
    assert store.name_ids.persistent(other.id, SERVICE, "b", now) == "b"
    assert store.name_ids.persistent(one.id, SERVICE + "/2", "c", now) == "c"


def test_eight_at_once_get_the_same(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    jobs = [
        lambda n=n: store.name_ids.persistent(person.id, SERVICE, f"id-{n}", now)
        for n in range(8)
    ]
    assert len(set(together(jobs))) == 1
