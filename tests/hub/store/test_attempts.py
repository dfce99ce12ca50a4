from dataclasses import replace
from datetime import datetime, timedelta

from hub.seams.logins import Limit, Standing
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import together

DAY = timedelta(hours=24)
LIMIT = Limit("password", free=2, longest=timedelta(seconds=900), window=DAY, most=20)
MANY = replace(LIMIT, free=1000, most=100)


def delays(store: DatabaseStore, limit: Limit, now: datetime, tries: int) -> list[int]:
    """Seconds to wait after each of so many failures, each made as soon as it may be."""
    found: list[int] = []
    for _ in range(tries):
        assert store.attempts.charge(limit, "p", now) is None
        retry_at = store.attempts.charge(limit, "p", now) if len(found) >= limit.free else None
        found.append(int(((retry_at or now) - now).total_seconds()))
        now = retry_at or now
    return found


def test_delays_double_after_the_free_failures(store: DatabaseStore, now: datetime) -> None:
    assert delays(store, LIMIT, now, 7) == [0, 0, 2, 4, 8, 16, 32]


def test_no_delay_is_longer_than_the_longest(store: DatabaseStore, now: datetime) -> None:
    assert delays(store, LIMIT, now, 14)[-4:] == [512, 900, 900, 900]


def test_without_free_failures_the_first_one_delays(store: DatabaseStore, now: datetime) -> None:
    assert delays(store, replace(LIMIT, free=0), now, 3) == [2, 4, 8]


def test_a_refused_try_is_not_counted(store: DatabaseStore, now: datetime) -> None:
    for _ in range(3):
        store.attempts.charge(LIMIT, "p", now)
    refused = [store.attempts.charge(LIMIT, "p", now) for _ in range(50)]
    assert set(refused) == {now + timedelta(seconds=2)}
    assert store.attempts.charge(LIMIT, "p", now + timedelta(seconds=2)) is None
    assert store.attempts.charge(LIMIT, "p", now + timedelta(seconds=2)) == now + timedelta(
        seconds=6
    )


def test_after_the_most_nothing_passes_until_the_window_is_past(
    store: DatabaseStore, now: datetime
) -> None:
    limit = replace(LIMIT, free=100, most=3)
    for _ in range(3):
        assert store.attempts.charge(limit, "p", now) is None
    assert store.attempts.charge(limit, "p", now + timedelta(hours=1)) == now + DAY
    assert store.attempts.charge(limit, "p", now + DAY) is None


def test_old_failures_are_forgotten(store: DatabaseStore, now: datetime) -> None:
    delays(store, LIMIT, now, 6)
    assert delays(store, LIMIT, now + DAY, 3) == [0, 0, 2]


def test_a_refund_takes_back_the_charge_and_its_delay(
    store: DatabaseStore, now: datetime
) -> None:
    for _ in range(3):
        store.attempts.charge(LIMIT, "p", now)
    store.attempts.refund(LIMIT, "p", now)
    assert store.attempts.charge(LIMIT, "p", now) is None
    assert store.attempts.charge(LIMIT, "p", now) == now + timedelta(seconds=2)


def test_refunds_go_no_lower_than_nothing(store: DatabaseStore, now: datetime) -> None:
    store.attempts.refund(LIMIT, "p", now)
    store.attempts.charge(LIMIT, "p", now)
    for _ in range(5):
        store.attempts.refund(LIMIT, "p", now)
    assert delays(store, LIMIT, now, 3) == [0, 0, 2]


def test_subjects_and_limits_are_counted_apart(store: DatabaseStore, now: datetime) -> None:
    for _ in range(3):
        store.attempts.charge(LIMIT, "p", now)
    assert store.attempts.charge(LIMIT, "q", now) is None
    assert store.attempts.charge(replace(LIMIT, name="pin"), "p", now) is None


def test_a_hundred_at_once_count_as_a_hundred(store: DatabaseStore, now: datetime) -> None:
    answers = together([lambda: store.attempts.charge(MANY, "p", now)] * 100)
    assert answers == [None] * 100
    assert store.attempts.charge(MANY, "p", now) == now + DAY


def test_a_hundred_guesses_at_once_get_three_tries(store: DatabaseStore, now: datetime) -> None:
    answers = together([lambda: store.attempts.charge(LIMIT, "p", now)] * 100)
    assert answers.count(None) == 3


def test_a_forgotten_counter_is_swept(store: DatabaseStore, now: datetime) -> None:
    store.attempts.charge(LIMIT, "p", now)
    assert store.sweep(now + DAY - timedelta(seconds=1)) == 0
    assert store.sweep(now + DAY) == 1


def test_while_it_is_free_a_clock_that_is_behind_is_let_through(
    store: DatabaseStore, now: datetime
) -> None:
    wide = Limit("wide", free=10, longest=timedelta(minutes=1), window=timedelta(hours=1))
    assert store.attempts.charge(wide, "kari", now) is None
    assert store.attempts.charge(wide, "kari", now - timedelta(milliseconds=3)) is None


def test_how_somebody_stands_is_told_and_nothing_is_counted_by_it(
    store: DatabaseStore, now: datetime
) -> None:
    assert store.attempts.standing(LIMIT, "p", now) is None
    store.attempts.charge(LIMIT, "p", now)
    assert store.attempts.standing(LIMIT, "p", now) == Standing(1, None)
    for _ in range(2):
        store.attempts.charge(LIMIT, "p", now)
    assert store.attempts.standing(LIMIT, "p", now) == Standing(3, now + timedelta(seconds=2))
    assert store.attempts.standing(LIMIT, "p", now + DAY) is None


def test_when_no_more_are_let_through_it_says_until_when(
    store: DatabaseStore, now: datetime
) -> None:
    few = replace(LIMIT, free=2, most=2)
    for _ in range(2):
        store.attempts.charge(few, "p", now)
    assert store.attempts.standing(few, "p", now) == Standing(2, now + DAY)


def test_forgotten_they_count_from_nothing_again(store: DatabaseStore, now: datetime) -> None:
    for _ in range(3):
        store.attempts.charge(LIMIT, "p", now)
    store.attempts.forget(LIMIT, "p")
    assert store.attempts.standing(LIMIT, "p", now) is None
    assert store.attempts.charge(LIMIT, "p", now) is None
