from datetime import datetime, timedelta

import pytest

from hub.errors import HubError
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import (
    NUMBER,
    OTHER_NUMBER,
    a_number,
    a_person,
    together,
)


def test_an_unknown_number_finds_nobody(store: DatabaseStore) -> None:
    assert store.people.find(a_number()) is None


def test_a_person_is_found_by_number_and_by_id(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    assert store.people.find(a_number()) == person == store.people.get(person.id)
    assert not person.is_registered


def test_a_known_number_makes_no_second_person(store: DatabaseStore, now: datetime) -> None:
    assert a_person(store, now) == a_person(store, now)
    assert a_person(store, now, OTHER_NUMBER) != a_person(store, now)


def test_eight_at_once_make_one_person(store: DatabaseStore, now: datetime) -> None:
    people = together([lambda: a_person(store, now)] * 8)
    assert len({person.id for person in people}) == 1


def test_the_number_is_read_back_for_an_answer(store: DatabaseStore, now: datetime) -> None:
    assert store.people.current_number(a_person(store, now).id) == NUMBER


def test_the_first_password_makes_a_person_registered(
    store: DatabaseStore, now: datetime
) -> None:
    person = a_person(store, now)
    store.people.set_password(person.id, "first", now)
    store.people.set_password(person.id, "second", now + timedelta(days=1))
    found = store.people.get(person.id)
    assert found.password_hash == "second"
    assert found.registered_at == now


def test_a_mobile_is_kept_and_taken_away(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    store.people.set_mobile(person.id, "+4799999999", now)
    assert store.people.get(person.id).mobile == "+4799999999"
    store.people.set_mobile(person.id, None, now)
    assert store.people.get(person.id).mobile is None


def test_a_new_number_is_in_force_and_the_old_one_still_finds(
    store: DatabaseStore, now: datetime
) -> None:
    person, later = a_person(store, now), now + timedelta(days=1)
    new = a_number(OTHER_NUMBER)
    assert store.people.add_number(person.id, new, later)
    assert not store.people.add_number(person.id, new, later)
    assert store.people.find(a_number()) == store.people.find(new)
    assert store.people.current_number(person.id) == OTHER_NUMBER


def test_a_number_may_come_into_force_again(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    store.people.add_number(person.id, a_number(OTHER_NUMBER), now + timedelta(days=1))
    assert store.people.add_number(person.id, a_number(), now + timedelta(days=2))
    assert store.people.current_number(person.id) == NUMBER


def test_the_number_of_somebody_else_is_not_taken(store: DatabaseStore, now: datetime) -> None:
    person, other = a_person(store, now), a_person(store, now, OTHER_NUMBER)
    assert not store.people.add_number(person.id, a_number(OTHER_NUMBER), now)
    found = store.people.find(a_number(OTHER_NUMBER))
    assert found and found.id == other.id


def test_an_unknown_id_is_refused_everywhere(store: DatabaseStore, now: datetime) -> None:
    for ask in (
        lambda: store.people.get("nobody"),
        lambda: store.people.current_number("nobody"),
        lambda: store.people.set_password("nobody", "hash", now),
        lambda: store.people.set_mobile("nobody", None, now),
    ):
        with pytest.raises(HubError) as refused:
            ask()
        assert refused.value.code == "person-unknown"
