"""Cases of the help desk are their opener's, and what takes two is decided once."""

from datetime import datetime, timedelta

from hub.store.open_store import DatabaseStore
from hub.support.cases import CASE_LIFE, WISH_LIFE, Act, Case, Reason, Wish
from tests.hub.store.store_builders import a_person, together


def opened(store: DatabaseStore, now: datetime) -> Case:
    person = a_person(store, now)
    case = Case("h4Ndl3", "staff", person.id, Reason.LOST_CODES, "mista arket", now)
    store.cases.open(case)
    return case


def wished(store: DatabaseStore, now: datetime, id: str = "w1") -> Wish:
    person = a_person(store, now)
    return Wish(id, Act.CLOSE, person.id, Reason.MISUSED, "", "staff:kari", now)


def test_a_case_is_its_openers_alone_and_short_lived(
    store: DatabaseStore, now: datetime
) -> None:
    case = opened(store, now)
    assert store.cases.find(case.handle, "staff", now) == case
    assert store.cases.find(case.handle, "another", now) is None
    assert store.cases.find(case.handle, "staff", now + CASE_LIFE) is None


def test_the_same_is_wished_once_while_it_waits(store: DatabaseStore, now: datetime) -> None:
    assert store.cases.wish(wished(store, now))
    assert not store.cases.wish(wished(store, now, "w2"))
    assert [wish.id for wish in store.cases.wishes(now)] == ["w1"]
    later = now + WISH_LIFE
    assert store.cases.wishes(later) == []
    assert store.cases.wish(wished(store, later, "w3"))


def test_nobody_does_what_they_wished_for_themselves(
    store: DatabaseStore, now: datetime
) -> None:
    store.cases.wish(wished(store, now))
    assert not store.cases.take("w1", "staff:kari", now)
    assert store.cases.take("w1", "staff:ola", now)


def test_of_two_colleagues_one_does_it(store: DatabaseStore, now: datetime) -> None:
    store.cases.wish(wished(store, now))
    taken = together([lambda: store.cases.take("w1", "staff:ola", now)] * 2)
    assert sorted(taken) == [False, True]
    assert store.cases.wishes(now) == []


def test_a_wish_is_withdrawn_by_its_own(store: DatabaseStore, now: datetime) -> None:
    store.cases.wish(wished(store, now))
    assert store.cases.withdraw("w1", now)
    assert not store.cases.take("w1", "staff:ola", now)


def test_what_is_over_is_swept(store: DatabaseStore, now: datetime) -> None:
    opened(store, now)
    store.cases.wish(wished(store, now))
    assert store.sweep(now + timedelta(hours=1)) == 1
    assert store.sweep(now + timedelta(days=2)) == 1
