from datetime import timedelta

import pytest

from hub.letters.order_rules import standing_for
from hub.seams.letters import LetterOrder, LetterState
from tests.builders import MOMENT


def an_order(days_ago: float, state: LetterState = LetterState.POSTED) -> LetterOrder:
    at = MOMENT - timedelta(days=days_ago)
    return LetterOrder(f"{days_ago}", "p", "test", state, at, at)


def test_the_first_may_be_ordered() -> None:
    assert standing_for([], MOMENT) is None


@pytest.mark.parametrize("state", [LetterState.ORDERED, LetterState.RENDERED])
def test_one_that_is_to_be_printed_stands_however_old(state: LetterState) -> None:
    old = an_order(90, state)
    assert standing_for([old], MOMENT) == old


@pytest.mark.parametrize("state", [LetterState.PRINTED, LetterState.RETURNED, LetterState.MANUAL])
def test_a_day_lies_between_two(state: LetterState) -> None:
    assert standing_for([an_order(0.99, state)], MOMENT)
    assert standing_for([an_order(1, state)], MOMENT) is None


def test_at_most_four_come_in_thirty_days() -> None:
    four = [an_order(days) for days in (29, 20, 10, 2)]
    assert standing_for(four, MOMENT) == four[-1]
    assert standing_for([an_order(30.5), *four[1:]], MOMENT) is None
