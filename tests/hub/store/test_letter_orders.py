"""Orders of letters: one at a time, and how far each has come."""

from datetime import timedelta

from hub.seams import LetterState
from hub.store.open_store import DatabaseStore
from tests.builders import MOMENT
from tests.hub.store.store_builders import a_person


def test_an_order_waits_for_the_printer(store: DatabaseStore) -> None:
    order, is_new = store.letters.order(a_person(store, MOMENT).id, "own-wish", MOMENT)
    assert is_new and order.state is LetterState.ORDERED
    assert order in store.letters.waiting(10)


def test_one_that_is_on_its_way_is_not_ordered_twice(store: DatabaseStore) -> None:
    person = a_person(store, MOMENT)
    first, _ = store.letters.order(person.id, "own-wish", MOMENT)
    store.letters.tell(first.id, LetterState.PRINTED, MOMENT)
    again, is_new = store.letters.order(person.id, "own-wish", MOMENT + timedelta(days=30))
    assert (again.id, is_new) == (first.id, False)


def test_a_week_after_a_posted_one_another_is_ordered(store: DatabaseStore) -> None:
    person = a_person(store, MOMENT)
    first, _ = store.letters.order(person.id, "own-wish", MOMENT)
    store.letters.tell(first.id, LetterState.POSTED, MOMENT)
    assert not store.letters.order(person.id, "own-wish", MOMENT + timedelta(days=6))[1]
    later, is_new = store.letters.order(person.id, "own-wish", MOMENT + timedelta(days=8))
    assert is_new
    assert [each.id for each in store.letters.of_person(person.id)] == [later.id, first.id]
