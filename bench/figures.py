"""What was measured, as values, and the ratios that follow from it.  Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from statistics import median

SIGNATURES = 2  # of every answer: the Response's and the assertion's


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of single sign-on with a live session, and what comes back."""

    name: str
    signed: bool  # the request
    sealed: bool  # the assertion is encrypted


CASES = (
    Case("unsigned request", signed=False, sealed=False),
    Case("signed request", signed=True, sealed=False),
    Case("signed request, encrypted answer", signed=True, sealed=True),
)


@dataclass(frozen=True, slots=True)
class Repetition:
    """One run of many requests, with the raw speed of the key just before and after it."""

    cpu: float  # microseconds of all server processes for one answer
    raw: float  # microseconds of one raw signature


@dataclass(slots=True)
class Measured:
    """All repetitions of one case."""

    tree: str
    key: str
    case: str
    repetitions: list[Repetition] = field(default_factory=list)
    p50_ms: float | None = None
    p99_ms: float | None = None

    @property
    def cpu(self) -> float:
        return min(one.cpu for one in self.repetitions)

    @property
    def cpu_median(self) -> float:
        return median(one.cpu for one in self.repetitions)

    @property
    def raw(self) -> float:
        return min(one.raw for one in self.repetitions)

    @property
    def per_second(self) -> float:
        """Answers that one core gives in a second, if it does nothing else."""
        return 1e6 / self.cpu

    @property
    def of_raw(self) -> float:
        """Answers against raw signatures in the same time: the best of pairs is too kind,
        so the median of the repetitions' own ratios."""
        return median(one.raw / one.cpu for one in self.repetitions)

    @property
    def of_raw_at_best(self) -> float:
        """The same from the least disturbed figures of both."""
        return self.raw / self.cpu

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {
            "cpu_us": self.cpu,
            "cpu_us_median": self.cpu_median,
            "raw_us": self.raw,
            "answers_per_second_per_core": self.per_second,
            "raw_signatures_per_answer": 1 / self.of_raw,
            "of_raw_counted_as_answers": self.of_raw,
            "of_raw_counted_as_signatures": SIGNATURES * self.of_raw,
            "of_raw_at_best": self.of_raw_at_best,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the work, measured alone in a loop; `raw_signatures` of them are in it."""

    key: str
    name: str
    microseconds: float


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width; the first is words, the others are numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def table_of_measured(measured: Sequence[Measured]) -> str:
    head = ("", "CPU us", "median", "answers/s", "raw us", "raw/answer", "of raw", "x2",
            "p50 ms", "p99 ms")  # fmt: skip
    rows: list[Sequence[str]] = [head]
    for one in measured:
        tree = f"{one.tree}: " if one.tree else ""
        rows.append(
            (
                f"{tree}{one.key}, {one.case}",
                f"{one.cpu:.0f}",
                f"{one.cpu_median:.0f}",
                f"{one.per_second:.0f}",
                f"{one.raw:.0f}",
                f"{1 / one.of_raw:.1f}",
                f"{one.of_raw:.2f}",
                f"{SIGNATURES * one.of_raw:.2f}",
                "-" if one.p50_ms is None else f"{one.p50_ms:.1f}",
                "-" if one.p99_ms is None else f"{one.p99_ms:.1f}",
            )
        )
    return table(rows)


def table_of_parts(parts: Sequence[Part]) -> str:
    rows = [("", "us"), *((f"{p.key}, {p.name}", f"{p.microseconds:.1f}") for p in parts)]
    return table(rows)
