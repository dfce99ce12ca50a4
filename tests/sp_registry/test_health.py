"""Counts by day, put together."""

from datetime import UTC, date, datetime, timedelta

from sp_registry.chart import chart, round_up
from sp_registry.health import (
    clock_of,
    finished_months,
    health,
    health_of_others,
    suppressed,
)
from sp_registry.watch import LOGIN, LOGOUT, REFUSED, ClockSeen, Counted

TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)


def test_every_day_is_there_and_older_ones_are_not() -> None:
    found = health([Counted(date(2026, 3, 2), LOGIN, "", 7),
                    Counted(date(2026, 1, 1), LOGIN, "", 9)], 30, TODAY)
    assert len(found.spans) == 30 and found.logins == 7
    assert found.spans[-1].name == "2026-03-03"


def test_a_long_period_is_told_by_month() -> None:
    found = health([Counted(date(2026, 2, 2), REFUSED, "request-stale", 3)], 395, TODAY)
    assert ("2026-02", 0, 3) in [(one.name, one.logins, one.refused) for one in found.spans]
    assert found.causes == (("request-stale", 3),)


def test_a_leg_that_nobody_answered_is_silent() -> None:
    rows = [Counted(TODAY, LOGOUT, label, n) for label, n in (("asked", 5), ("confirmed", 3))]
    assert dict(health(rows, 30, TODAY).legs)["silent"] == 2


def test_small_counts_are_hidden_and_nothing_is_not() -> None:
    found = health([Counted(TODAY, LOGIN, "", 4), Counted(TODAY, REFUSED, "x", 5)], 30, TODAY)
    assert suppressed(found)[-1] == ("2026-03-03", None, 5)
    assert suppressed(found)[0][1:] == (0, 0)


def told_of(days: dict[date, int], today: date) -> list[tuple[str, int | None, int | None]]:
    rows = [Counted(day, LOGIN, "", count) for day, count in days.items()]
    return list(suppressed(health_of_others(rows, today)))


def test_others_are_told_of_twelve_months_that_have_ended() -> None:
    assert finished_months(date(2026, 3, 31)) == (date(2025, 3, 1), date(2026, 2, 28))
    assert finished_months(date(2026, 1, 1)) == (date(2025, 1, 1), date(2025, 12, 31))
    assert finished_months(date(2028, 2, 29)) == (date(2027, 2, 1), date(2028, 1, 31))
    told = told_of({TODAY: 90, date(2026, 2, 28): 6, date(2025, 3, 1): 4}, TODAY)
    assert len(told) == 12
    assert told[-1] == ("2026-02", 6, 0) and told[0] == ("2025-03", None, 0)


def test_no_two_looks_differ_by_a_day() -> None:
    counts = {date(2025, 2, 20) + timedelta(days=n): 7 + n % 5 for n in range(400)}
    looks = [told_of(counts, date(2026, 3, day)) for day in range(1, 32)]
    assert all(look == looks[0] for look in looks)
    later = dict(told_of(counts, date(2026, 4, 1))[n][:2] for n in range(12))
    assert {name: count for name, count, _ in looks[0] if name in later}.items() <= later.items()


def test_the_median_is_not_moved_by_one_old_message() -> None:
    clock = clock_of(ClockSeen({1: 5, 2: 4, 480: 1}, 480, NOW))
    assert clock is not None and clock.median == 1 and not clock.nears_limit


def test_a_clock_ahead_of_ours_is_told_at_once() -> None:
    clock = clock_of(ClockSeen({-150: 1, 1: 9}, -150, NOW))
    assert clock is not None and clock.nears_limit
    assert clock_of(None) is None


def test_bars_fill_the_chart_to_a_round_number() -> None:
    drawn = chart([("a", 0), ("b", 70)])
    assert drawn.top == 100 and drawn.bars[0].height == 0
    assert [round_up(n) for n in (0, 1, 3, 11, 1204)] == [1, 1, 5, 20, 2000]
