from datetime import datetime

from hub.login_session import IDLE
from hub.store.open_store import DatabaseStore
from metadata.names import PERSISTENT, TRANSIENT
from tests.hub.store.store_builders import (
    OTHER_NUMBER,
    SERVICE,
    a_person,
    a_session,
    an_answer,
    together,
)


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


def test_it_finds_what_is_stored_and_makes_nothing(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    assert store.name_ids.find(person.id, SERVICE) is None
    store.name_ids.persistent(person.id, SERVICE, "a", now)
    assert store.name_ids.find(person.id, SERVICE) == "a"


def test_a_persistent_identifier_is_its_persons_and_services_alone(
    store: DatabaseStore, now: datetime
) -> None:
    one, other = a_person(store, now), a_person(store, now, OTHER_NUMBER)
    store.name_ids.persistent(one.id, SERVICE, "a", now)
    for format in (None, PERSISTENT):
        assert store.name_ids.is_current(one.id, SERVICE, "a", format, now)
    assert not store.name_ids.is_current(one.id, SERVICE, "a", TRANSIENT, now)
    assert not store.name_ids.is_current(other.id, SERVICE, "a", None, now)
    assert not store.name_ids.is_current(one.id, SERVICE + "/2", "a", None, now)


def test_a_transient_identifier_lives_with_its_session(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    an_answer(store, session, now, "_t")
    person = session.person_id
    for format in (None, TRANSIENT):
        assert store.name_ids.is_current(person, SERVICE, "_t", format, now)
    assert not store.name_ids.is_current(person, SERVICE, "_t", PERSISTENT, now)
    assert not store.name_ids.is_current(person, SERVICE, "_t", None, now + IDLE)
    store.sessions.end(session.id, now)
    assert not store.name_ids.is_current(person, SERVICE, "_t", None, now)
