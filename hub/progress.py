"""How far a long command has come: a bar on a terminal, and nothing anywhere else."""

import sys
import time
from typing import TextIO

WIDTH = 30
EVERY = 0.1  # seconds between two drawings


class Progress:
    def __init__(self, what: str, total: int, out: TextIO = sys.stderr) -> None:
        self._what = what
        self._total = total
        self._out = out
        self._began = time.monotonic()
        self._drawn = 0.0
        self._done = 0

    def step(self, count: int = 1) -> None:
        self._done += count
        if self._out.isatty() and time.monotonic() - self._drawn >= EVERY:
            self._drawn = time.monotonic()
            self._out.write(f"\r{self.line()}")
            self._out.flush()

    def end(self) -> None:
        if self._out.isatty():
            self._out.write(f"\r{self.line()}\n")

    def line(self) -> str:
        share = min(1.0, self._done / self._total) if self._total else 1.0
        bar = "#" * round(share * WIDTH)
        rate = self._done / max(time.monotonic() - self._began, EVERY)
        return f"{self._what} [{bar:<{WIDTH}}] {self._done}/{self._total}, {rate:.0f}/s"
