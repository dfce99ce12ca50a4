"""The 357 municipalities of 2024: number, name and county."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("municipalities.csv")


@dataclass(frozen=True, slots=True)
class Municipality:
    number: str
    name: str
    county: str


@cache
def municipalities() -> tuple[Municipality, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Municipality(**row) for row in csv.DictReader(file))
