"""What waits: once of each kind, due when it is due, and gone when it is cancelled."""

from datetime import timedelta

from hub.seams.people import Waiting
from hub.store.open_store import DatabaseStore
from tests.builders import MOMENT
from tests.hub.store.store_builders import a_person

LATER = MOMENT + timedelta(days=1)
MUCH_LATER = MOMENT + timedelta(days=9)


def asked(store: DatabaseStore) -> str:
    person = a_person(store, MOMENT)
    assert store.waits.ask(person.id, Waiting.PINS_BLOCK, LATER, MUCH_LATER, MOMENT)
    return person.id


def test_asking_again_puts_nothing_off(store: DatabaseStore) -> None:
    id = asked(store)
    assert not store.waits.ask(id, Waiting.PINS_BLOCK, MUCH_LATER, MUCH_LATER, MOMENT)
    found = store.waits.find(id, Waiting.PINS_BLOCK, MOMENT)
    assert found is not None and found.due_at == LATER


def test_what_is_worth_nothing_any_more_gives_way(store: DatabaseStore) -> None:
    id = asked(store)
    assert store.waits.find(id, Waiting.PINS_BLOCK, MUCH_LATER) is None
    until = MUCH_LATER + timedelta(days=1)
    assert store.waits.ask(id, Waiting.PINS_BLOCK, until, until, MUCH_LATER)


def test_it_is_taken_once_and_not_before_it_is_due(store: DatabaseStore) -> None:
    id = asked(store)
    assert not store.waits.take(id, Waiting.PINS_BLOCK, MOMENT)
    assert [wait.person_id for wait in store.waits.due(Waiting.PINS_BLOCK, 5, LATER)] == [id]
    assert store.waits.take(id, Waiting.PINS_BLOCK, LATER)
    assert not store.waits.take(id, Waiting.PINS_BLOCK, LATER)


def test_cancelled_it_is_gone(store: DatabaseStore) -> None:
    id = asked(store)
    assert store.waits.cancel(id) == {Waiting.PINS_BLOCK}
    assert store.waits.cancel(id) == set()
    assert not store.waits.due(Waiting.PINS_BLOCK, 5, LATER)
