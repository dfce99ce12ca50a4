"""Bars of a chart, measured for an inline SVG.  Pure; drawn by `registry/chart.html`."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 160
LEFT, BOTTOM = 56, 24  # room for the words of the axes
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    top: int  # what the upper line stands for

    @property
    def first(self) -> str:
        return self.bars[0].name if self.bars else ""

    @property
    def last(self) -> str:
        return self.bars[-1].name if self.bars else ""


def chart(counts: Sequence[tuple[str, int]]) -> Chart:
    top = round_up(max((count for _, count in counts), default=0))
    room, slot = HEIGHT - BOTTOM, (WIDTH - LEFT) / max(1, len(counts))
    bars = []
    for number, (name, count) in enumerate(counts):
        height = round(room * count / top, 1)
        x = round(LEFT + slot * (number + 0.1), 1)
        bars.append(Bar(name, count, x, round(room - height, 1), round(slot * 0.8, 1), height))
    return Chart(tuple(bars), top)


def round_up(count: int) -> int:
    """The next 1, 2 or 5 with zeros after it."""
    size = 1
    while True:
        for step in STEPS:
            if count <= step * size:
                return step * size
        size *= 10
