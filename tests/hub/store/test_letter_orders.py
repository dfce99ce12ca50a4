"""Orders of letters: one at a time, and how far each has come."""

from datetime import timedelta
from random import Random

from hub.development.synthetic import synthetic_number
from hub.seams.letters import Batch, LetterKind, LetterOrder, LetterState
from hub.seams.people import NewSheet
from hub.store.open_store import DatabaseStore
from tests.builders import MOMENT
from tests.hub.store.store_builders import a_person

CODES = {number: f"{number * 40013 % 1_000_000:06d}" for number in range(1, 21)}


def test_an_order_waits_for_the_printer(store: DatabaseStore) -> None:
    order, is_new = store.letters.order(a_person(store, MOMENT).id, "own-wish", MOMENT)
    assert is_new and order.state is LetterState.ORDERED
    assert order in store.letters.waiting(10)


def test_one_that_is_to_be_printed_is_not_ordered_twice(store: DatabaseStore) -> None:
    person = a_person(store, MOMENT)
    first, _ = store.letters.order(person.id, "own-wish", MOMENT)
    again, is_new = store.letters.order(person.id, "own-wish", MOMENT + timedelta(days=30))
    assert (again.id, is_new) == (first.id, False)


def test_a_day_after_a_printed_one_another_is_ordered(store: DatabaseStore) -> None:
    person = a_person(store, MOMENT)
    first, _ = store.letters.order(person.id, "own-wish", MOMENT)
    store.letters.tell(first.id, LetterState.PRINTED, MOMENT)
    assert not store.letters.order(person.id, "own-wish", MOMENT + timedelta(hours=23))[1]
    later, is_new = store.letters.order(person.id, "own-wish", MOMENT + timedelta(hours=25))
    assert is_new
    assert [each.id for each in store.letters.of_person(person.id)] == [later.id, first.id]


def test_what_two_of_the_staff_decide_goes_beyond_the_limits(store: DatabaseStore) -> None:
    person = a_person(store, MOMENT)
    store.letters.order(person.id, "own-wish", MOMENT)
    assert store.letters.order(person.id, "by-help-desk", MOMENT, beyond_limits=True)[1]
    assert len(store.letters.of_person(person.id)) == 2


def an_order(store: DatabaseStore) -> LetterOrder:
    return store.letters.order(a_person(store, MOMENT).id, "own-wish", MOMENT)[0]


def rendered(store: DatabaseStore, order: LetterOrder) -> NewSheet:
    sheet = store.sheets.make(order.person_id, CODES, MOMENT)

    def keep() -> None:
        store.sheets.keep(sheet)
        assert store.letters.rendered(order.id, sheet.id, b"sealed", MOMENT)

    store.together(keep)
    return sheet


def test_an_order_put_off_comes_again_in_its_time(store: DatabaseStore) -> None:
    order, later = an_order(store), MOMENT + timedelta(minutes=5)
    store.letters.put_off(order.id, later, "register-missing")
    assert not store.letters.due(10, MOMENT)
    assert [each.fault for each in store.letters.due(10, later)] == ["register-missing"]


def test_an_order_is_rendered_once(store: DatabaseStore) -> None:
    order = an_order(store)
    sheet = rendered(store, order)
    assert not store.letters.rendered(order.id, "another", b"other", MOMENT)
    found = store.letters.find(order.id)
    assert found and (found.state, found.sheet_id) == (LetterState.RENDERED, sheet.id)


def test_a_batch_keeps_its_letters_until_their_receipt(store: DatabaseStore) -> None:
    order = an_order(store)
    rendered(store, order)
    assert store.letters.make_batch("b1", 10, MOMENT) == 1
    assert store.letters.make_batch("b2", 10, MOMENT) == 0
    assert list(store.letters.open_batches()) == ["b1"]
    assert store.letters.handed_over("b1", MOMENT) == 1
    assert not store.letters.open_batches()
    assert [each.content for each in store.letters.batch("b1").letters] == [b"sealed"]
    assert store.letters.receipt(order.id, LetterState.POSTED, MOMENT)
    assert not store.letters.batch("b1").letters


def test_a_letter_that_came_back_takes_its_sheet_along(store: DatabaseStore) -> None:
    order = an_order(store)
    rendered(store, order)
    assert store.sheets.asked(order.person_id, 1)
    assert store.letters.receipt(order.id, LetterState.RETURNED, MOMENT)
    assert store.sheets.asked(order.person_id, 1) is None
    assert not store.letters.receipt(order.id, LetterState.POSTED, MOMENT)


def test_the_same_receipt_tells_nothing_new(store: DatabaseStore) -> None:
    order = an_order(store)
    assert not store.letters.receipt(order.id, LetterState.POSTED, MOMENT)
    rendered(store, order)
    assert store.letters.receipt(order.id, LetterState.PRINTED, MOMENT)
    assert not store.letters.receipt(order.id, LetterState.PRINTED, MOMENT)
    assert store.letters.counts() == {LetterState.PRINTED: 1}


def test_a_letter_without_a_receipt_is_wiped_in_its_time(store: DatabaseStore) -> None:
    order = an_order(store)
    rendered(store, order)
    store.letters.make_batch("b1", 10, MOMENT)
    assert store.letters.wipe(MOMENT) == 0
    store.letters.handed_over("b1", MOMENT)
    assert store.letters.wipe(MOMENT - timedelta(seconds=1)) == 0
    assert store.letters.wipe(MOMENT) == 1
    assert not store.letters.kept(10)


def test_after_a_block_the_next_need_not_wait_for_the_letter_on_its_way(
    store: DatabaseStore,
) -> None:
    order = an_order(store)
    rendered(store, order)
    assert not store.letters.order(order.person_id, "not-me", MOMENT)[1]
    store.sheets.block(order.person_id, MOMENT)
    assert store.letters.order(order.person_id, "not-me", MOMENT + timedelta(minutes=1))[1]


def orders(store: DatabaseStore, many: int) -> list[LetterOrder]:
    """Of different people."""
    chance = Random(many)
    people = [a_person(store, MOMENT, synthetic_number(chance)) for _ in range(many)]
    return [store.letters.order(each.id, "own-wish", MOMENT)[0] for each in people]


def test_a_letter_whose_codes_died_is_taken_out_before_its_batch(store: DatabaseStore) -> None:
    dead, living = orders(store, 2)
    for each in (dead, living):
        rendered(store, each)
    store.sheets.block(dead.person_id, MOMENT)
    assert [each.id for each in store.letters.withdraw_void(MOMENT)] == [dead.id]
    assert not store.letters.withdraw_void(MOMENT)
    assert store.letters.make_batch("b1", 10, MOMENT) == 1
    batch = store.letters.batch("b1")
    assert [each.id for each in batch.letters] == [living.id]
    assert batch.withdrawn == [dead.id]


def test_one_that_was_handed_over_is_taken_back_by_the_next_batch(store: DatabaseStore) -> None:
    dead, *others = orders(store, 3)
    rendered(store, dead)
    store.letters.make_batch("b1", 10, MOMENT)
    store.letters.handed_over("b1", MOMENT)
    store.sheets.block(dead.person_id, MOMENT)
    assert store.letters.make_batch("b2", 10, MOMENT) == 0
    for name, each in zip(("b2", "b3"), others, strict=True):
        rendered(store, each)
        assert store.letters.make_batch(name, 10, MOMENT) == 1
    back = [store.letters.batch(name).withdrawn for name in ("b1", "b2", "b3")]
    assert back == [[], [dead.id], []]
    assert store.letters.receipt(dead.id, LetterState.WITHDRAWN, MOMENT)


def test_what_no_batch_takes_back_is_told_until_a_list_has_it(store: DatabaseStore) -> None:
    dead, living, loose = orders(store, 3)
    for each in (dead, living):
        rendered(store, each)
    store.letters.make_batch("b1", 10, MOMENT)
    store.letters.handed_over("b1", MOMENT)
    rendered(store, loose)
    for each in (dead, loose):
        store.sheets.block(each.person_id, MOMENT)
    assert store.letters.to_take_back(MOMENT) == {dead.id: MOMENT}
    store.letters.taken_back([dead.id], "b2")
    assert store.letters.to_take_back(MOMENT) == {}
    assert store.letters.batch("b2") == Batch("b2", [], [dead.id])


def a_notice(store: DatabaseStore) -> LetterOrder:
    person = a_person(store, MOMENT)
    state, kind = LetterState.RENDERED, LetterKind.NOTICE
    return LetterOrder("n" * 32, person.id, "notice", state, MOMENT, MOMENT, kind=kind)


def test_a_notice_goes_in_batches_and_counts_for_no_limit(store: DatabaseStore) -> None:
    notice = a_notice(store)
    store.letters.keep_notice(notice, b"sealed")
    assert store.letters.find(notice.id) == notice
    assert not store.letters.of_person(notice.person_id)
    assert not store.letters.withdraw_void(MOMENT)
    assert store.letters.make_batch("b1", 10, MOMENT) == 1
    assert [each.id for each in store.letters.batch("b1").letters] == [notice.id]
