import re
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hub.development.synthetic import synthetic_number
from hub.person import Person, read_number
from hub.seams.people import AskedCodes
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import OTHER_NUMBER, a_number, a_person, together

CODES = {number: f"{number * 40013 % 1_000_000:06d}" for number in range(1, 21)}
NEWER_CODES = {number: code[::-1] for number, code in CODES.items()}


def with_sheet(store: DatabaseStore, now: datetime) -> Person:
    person = a_person(store, now)
    store.sheets.issue(person.id, CODES, now)
    return person


def asked(store: DatabaseStore, person: Person, how_many: int = 1) -> AskedCodes:
    found = store.sheets.asked(person.id, how_many)
    assert found is not None
    return found


def use(
    store: DatabaseStore, person: Person, which: AskedCodes, now: datetime,
    codes: dict[int, str] = CODES,
) -> bool:
    return store.sheets.use(person.id, which, [codes[n] for n in which.numbers], now)


def test_a_person_without_a_sheet_is_asked_for_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    assert store.sheets.asked(a_person(store, now).id, 1) is None


def test_a_label_is_a_digit_and_a_letter(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    labels = {store.sheets.issue(person.id, CODES, now) for _ in range(30)}
    assert len(labels) == 30
    assert all(re.fullmatch("[2-9][A-Z]", label) for label in labels)
    assert not any(unclear in label for label in labels for unclear in "01IO")


def test_what_is_asked_for_stays_until_it_is_used(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    first = asked(store, person, 2)
    assert asked(store, person, 2) == first
    assert asked(store, person, 1).numbers == first.numbers[:1]
    assert use(store, person, first, now)
    assert not set(asked(store, person, 2).numbers) & set(first.numbers)


def test_all_codes_are_asked_for_in_an_order_of_the_sheet(
    store: DatabaseStore, now: datetime
) -> None:
    person = with_sheet(store, now)
    order = asked(store, person, 20).numbers
    assert sorted(order) == list(range(1, 21)) != list(order)


def test_a_used_code_is_never_right_again(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    first = asked(store, person)
    assert use(store, person, first, now)
    assert not use(store, person, first, now)


def test_two_codes_are_used_both_or_not_at_all(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    pair = asked(store, person, 2)
    one, two = (CODES[n] for n in pair.numbers)
    for codes in ([one, "000000"], ["000000", two], [two, one], [one, one], [one], []):
        assert not store.sheets.use(person.id, pair, codes, now)
    assert asked(store, person, 2) == pair
    assert store.sheets.use(person.id, pair, [one, two], now)


def test_the_same_number_does_not_count_twice(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    one = asked(store, person)
    twice = replace(one, numbers=one.numbers * 2)
    assert not use(store, person, twice, now)
    assert use(store, person, one, now)


def test_codes_are_right_for_their_own_person_only(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    other = a_person(store, now, OTHER_NUMBER)
    which = asked(store, person)
    assert not use(store, other, which, now)
    assert use(store, person, which, now)


def test_of_eight_at_once_one_uses_the_code(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    which = asked(store, person)
    assert together([lambda: use(store, person, which, now)] * 8).count(True) == 1


def test_of_two_overlapping_pairs_at_once_one_is_used_whole(
    store: DatabaseStore, now: datetime
) -> None:
    person = with_sheet(store, now)
    a, b, c = asked(store, person, 3).numbers
    pairs = [replace(asked(store, person), numbers=pair) for pair in ((a, b), (b, c), (c, a))]
    jobs = [lambda p=p: use(store, person, p, now) for p in pairs]
    used = [pair for pair, done in zip(pairs, together(jobs), strict=True) if done]
    assert len(used) == 1
    left = set(asked(store, person, 18).numbers)
    assert left == set(range(1, 21)) - set(used[0].numbers)


def test_a_new_sheet_waits_while_the_one_in_use_has_codes(
    store: DatabaseStore, now: datetime
) -> None:
    person = with_sheet(store, now)
    assert use(store, person, asked(store, person), now)
    in_use = asked(store, person).sheet_id
    store.sheets.issue(person.id, NEWER_CODES, now + timedelta(days=1))
    assert asked(store, person, 2).sheet_id == in_use
    assert use(store, person, asked(store, person, 19), now)
    assert asked(store, person).sheet_id != in_use


def test_of_sheets_never_used_the_newest_is_asked_for(
    store: DatabaseStore, now: datetime
) -> None:
    person = with_sheet(store, now)
    older = asked(store, person)
    label = store.sheets.issue(person.id, NEWER_CODES, now + timedelta(days=1))
    assert asked(store, person).sheet_label == label != older.sheet_label


def test_the_first_use_of_a_new_sheet_revokes_the_older(
    store: DatabaseStore, now: datetime
) -> None:
    person = with_sheet(store, now)
    older = asked(store, person)
    store.sheets.issue(person.id, NEWER_CODES, now + timedelta(days=1))
    newer = asked(store, person)
    assert use(store, person, newer, now, NEWER_CODES)
    assert not use(store, person, older, now)
    assert asked(store, person).sheet_id == newer.sheet_id


def test_the_older_sheet_is_good_until_then(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    older = asked(store, person)
    store.sheets.issue(person.id, NEWER_CODES, now + timedelta(days=1))
    assert use(store, person, older, now)


def test_the_owner_of_two_may_use_either(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    older = asked(store, person)
    assert store.sheets.asked(person.id, 1, other=True) == older
    store.sheets.issue(person.id, NEWER_CODES, now + timedelta(days=1))
    assert store.sheets.asked(person.id, 1, other=True) == older != asked(store, person)


def test_a_sheet_that_was_never_used_runs_out(store: DatabaseStore, now: datetime) -> None:
    person = with_sheet(store, now)
    assert store.sheets.expire(now - timedelta(seconds=1), now) == 0
    assert use(store, person, asked(store, person), now)
    store.sheets.issue(person.id, NEWER_CODES, now)
    assert store.sheets.expire(now, now) == 1
    assert asked(store, person)


def test_a_decoy_is_the_same_each_time(store: DatabaseStore, now: datetime) -> None:
    number = a_number()
    two = store.sheets.decoy(number, 2, now)
    assert store.sheets.decoy(number, 2, now) == two
    assert store.sheets.decoy(number, 1, now).numbers == two.numbers[:1]
    assert store.sheets.decoy(a_number(OTHER_NUMBER), 2, now) != two


def test_a_decoy_looks_like_a_sheet(store: DatabaseStore, now: datetime) -> None:
    decoy = store.sheets.decoy(a_number(), 2, now)
    assert decoy.sheet_id == ""
    assert re.fullmatch("[2-9][A-Z]", decoy.sheet_label)
    assert now - timedelta(days=200) < decoy.issued_at <= now
    assert len(set(decoy.numbers) & set(range(1, 21))) == 2


def test_a_decoy_grows_old_and_is_then_another_sheet(store: DatabaseStore, now: datetime) -> None:
    decoy = store.sheets.decoy(a_number(), 2, now)
    last_day = decoy.issued_at + timedelta(days=199)
    assert store.sheets.decoy(a_number(), 2, last_day) == decoy
    later = store.sheets.decoy(a_number(), 2, decoy.issued_at + timedelta(days=200))
    assert later.issued_at == decoy.issued_at + timedelta(days=200)


def test_some_made_up_people_have_two_sheets(store: DatabaseStore, now: datetime) -> None:
    chance = Random(1)
    numbers = [read_number(synthetic_number(chance)) for _ in range(200)]
    two = [
        number for number in numbers
        if store.sheets.decoy(number, 1, now, other=True) != store.sheets.decoy(number, 1, now)
    ]
    assert 1 <= len(two) <= 40


def test_no_code_is_right_for_a_decoy(store: DatabaseStore, now: datetime) -> None:
    decoy = store.sheets.decoy(a_number(), 2, now)
    assert not store.sheets.use("", decoy, ["000000", "000001"], now)
