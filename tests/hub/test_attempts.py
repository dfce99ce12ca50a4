"""Limits as they are asked for: all or none, and what each of them allows."""

from datetime import timedelta

import pytest

from hub import attempts
from hub.attempts import ADDRESS, LOGIN_PIN, PASSWORD, REGISTRATION_PINS, SMS_CODE, SMS_UNANSWERED
from hub.errors import TooManyAttempts
from hub.seams.logins import Limit
from tests.builders import MOMENT
from tests.fakes import CountedAttempts
from tests.hub.world import World


def test_a_try_is_counted_against_each_limit() -> None:
    counters = CountedAttempts()
    attempts.charge(counters, MOMENT, (PASSWORD, "a"), (ADDRESS, "b"))
    assert counters.counted == {("password", "a"): 1, ("address", "b"): 1}


def test_a_right_try_is_taken_back() -> None:
    counters = CountedAttempts()
    attempts.charge(counters, MOMENT, (PASSWORD, "a"), (ADDRESS, "b")).refund()
    assert set(counters.counted.values()) == {0}


def test_a_try_that_is_refused_by_one_limit_counts_against_none() -> None:
    retry_at = MOMENT + timedelta(seconds=8)
    counters = CountedAttempts(refused={"address": retry_at})
    with pytest.raises(TooManyAttempts) as refused:
        attempts.charge(counters, MOMENT, (PASSWORD, "a"), (ADDRESS, "b"))
    assert refused.value.retry_at == retry_at
    assert counters.counted == {("password", "a"): 0}


def test_the_refusal_names_the_limit_and_not_the_subject() -> None:
    counters = CountedAttempts(refused={"password": MOMENT})
    with pytest.raises(TooManyAttempts) as refused:
        attempts.charge(counters, MOMENT, (PASSWORD, "02013299997"))
    assert refused.value.detail == "the limit password is reached"


# --- the numbers, as they are promised --------------------------------------------------


def waits(world: World, limit: Limit, failures: int) -> list[int]:
    """Seconds to wait after each of so many failures, each made as soon as it may be."""
    now, found = MOMENT, []
    for _ in range(failures):
        assert world.store.attempts.charge(limit, "subject", now) is None
        again = world.store.attempts.charge(limit, "subject", now)
        if again is None:
            world.store.attempts.refund(limit, "subject", now)
            found.append(0)
        else:
            found.append(round((again - now).total_seconds()))
            now = again
    return found


@pytest.mark.parametrize("limit", [PASSWORD, REGISTRATION_PINS])
def test_from_the_third_failure_the_wait_doubles_up_to_a_quarter(
    world: World, limit: Limit
) -> None:
    assert waits(world, limit, 13) == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_five_wrong_codes_of_the_letter_end_the_day(world: World) -> None:
    assert waits(world, LOGIN_PIN, 5) == [0, 0, 0, 0, 86400]


@pytest.mark.parametrize(
    ("limit", "most"), [(PASSWORD, 100), (REGISTRATION_PINS, 20), (SMS_CODE, 50)]
)
def test_there_is_a_most_in_a_day(limit: Limit, most: int) -> None:
    assert (limit.most, limit.window) == (most, timedelta(days=1))


def test_unanswered_messages_are_few_and_addresses_are_wide() -> None:
    assert (SMS_UNANSWERED.free, SMS_UNANSWERED.most) == (3, 10)
    assert (ADDRESS.free, ADDRESS.most, ADDRESS.longest) == (30, None, timedelta(minutes=1))
