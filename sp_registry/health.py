"""How a service fares, from what is counted by day.  Pure.

A login counted is an assertion that has left; whether the service took it is seen only where
it fetched the answer by artifact.  Those who neither own the service nor see all are told of
finished months alone, without small counts: of two spans of which one holds the other, or of
one span on two days, the difference would tell what each of them hides.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sp_registry.watch import FETCHED, LOGIN, LOGOUT, REFUSED, ClockSeen, Counted

FEWEST_SHOWN = 5  # to those whom the service does not belong to
NEAR_LIMIT = 120  # seconds; the hub takes three minutes
PERIODS = (30, 90, 395)  # days
DAY, MONTH = 10, 7  # so much of a date names the span


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or a month where the period is long."""

    name: str
    logins: int
    refused: int


@dataclass(frozen=True, slots=True)
class Health:
    spans: tuple[Span, ...]
    causes: tuple[tuple[str, int], ...]  # of what was refused, the most frequent first
    legs: tuple[tuple[str, int], ...]  # of logouts: asked, confirmed, refused, error, silent
    fetched: int

    @property
    def logins(self) -> int:
        return sum(one.logins for one in self.spans)


def health(rows: Iterable[Counted], days: int, today: date) -> Health:
    """The last so many days, today among them; every span is there, the empty ones too."""
    return _between(rows, today - timedelta(days=days - 1), today, MONTH if days > 100 else DAY)


def health_of_others(rows: Iterable[Counted], today: date) -> Health:
    """Twelve months that have ended, each of them whole: nothing that moves with the day."""
    first, last = finished_months(today)
    return _between(rows, first, last, MONTH)


def finished_months(today: date) -> tuple[date, date]:
    """The first day and the last of the latest twelve."""
    last = today.replace(day=1) - timedelta(days=1)
    return today.replace(year=today.year - 1, day=1), last


def _between(rows: Iterable[Counted], first: date, last: date, length: int) -> Health:
    counts: Counter[tuple[str, str]] = Counter()
    labels: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if first <= row.day <= last:
            counts[row.day.isoformat()[:length], row.what] += row.count
            labels[row.what, row.label] += row.count
    days = range((last - first).days + 1)
    names = dict.fromkeys((first + timedelta(days=n)).isoformat()[:length] for n in days)
    causes = Counter({label: n for (what, label), n in labels.items() if what == REFUSED})
    legs = {label: labels[LOGOUT, label] for label in ("asked", "confirmed", "refused", "error")}
    legs["silent"] = max(0, 2 * legs["asked"] - sum(legs.values()))
    return Health(
        tuple(Span(name, counts[name, LOGIN], counts[name, REFUSED]) for name in names),
        tuple(causes.most_common()),
        tuple(legs.items()),
        labels[FETCHED, ""],
    )


def shown(count: int, sees_all: bool) -> int | None:
    """The count as somebody may see it; None: too few to be told to others."""
    return count if sees_all or count == 0 or count >= FEWEST_SHOWN else None


Row = tuple[str, int | None, int | None]  # a day or month, logins, refusals


def told_whole(found: Health) -> Sequence[Row]:
    return [(one.name, one.logins, one.refused) for one in found.spans]


def as_csv(rows: Iterable[Row]) -> str:
    """An empty cell is a count too small to be told."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("day", "logins", "refused"))
    writer.writerows(rows)
    return text.getvalue()


def suppressed(found: Health) -> Sequence[Row]:
    """Name, logins and refusals of each span, as those see it who do not own the service."""
    return [
        (one.name, shown(one.logins, False), shown(one.refused, False)) for one in found.spans
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a service's clock seems to be from ours, with the way of its messages in it."""

    median: int  # seconds; negative: ahead of ours
    last: int
    count: int

    @property
    def nears_limit(self) -> bool:
        # Late may be the way; early can only be the clock.
        return abs(self.median) >= NEAR_LIMIT or self.last <= -NEAR_LIMIT


def clock_of(seen: ClockSeen | None) -> Clock | None:
    """None: nothing came in time to be measured."""
    if seen is None:
        return None
    count, passed = sum(seen.by_seconds.values()), 0
    for seconds, times in sorted(seen.by_seconds.items()):
        passed += times
        if 2 * passed >= count:
            return Clock(seconds, seen.last, count)
    return Clock(seen.last, seen.last, 1)
