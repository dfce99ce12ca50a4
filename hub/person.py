"""A person, and the identity number that finds them.

A person is a random id; a number is only a row under it, since numbers change
and people do not.  Checksums: the two of old, and the first one's four remainders
that numbers issued from 2032 may have.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

K1_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
K2_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


class NumberKind(StrEnum):
    """Which series an identity number belongs to."""

    FNR = "fnr"
    D_NUMBER = "d-number"
    TENOR = "tenor"  # Skatteetaten's synthetic people: month + 80
    TENOR_D_NUMBER = "tenor-d-number"
    OTHER_SYNTHETIC = "other-synthetic"  # month + 40 (Dolly, or an H-number) or + 65
    FH_NUMBER = "fh-number"


REAL_KINDS = frozenset({NumberKind.FNR, NumberKind.D_NUMBER})
TEST_KINDS = REAL_KINDS | {NumberKind.TENOR, NumberKind.TENOR_D_NUMBER}


class NotANumber(ValueError):
    """The text is not an identity number.  It never says which digits it saw."""


@dataclass(frozen=True, slots=True)
class NationalId:
    """An identity number whose digits and checksums hold.

    Neither age, century nor gender is read from it: numbers issued from 2032
    and D-numbers since 2021 do not carry them.
    """

    digits: str = field(repr=False)
    kind: NumberKind

    def __str__(self) -> str:
        return f"<{self.kind}>"


def read_number(typed: str) -> NationalId:
    """The number a person typed, spaces and all; raise NotANumber if it is none."""
    digits = "".join(typed.split())
    if len(digits) != 11 or not digits.isascii() or not digits.isdigit():
        raise NotANumber("an identity number has 11 digits")
    kind = _kind_of(digits)
    _require_checksums(digits)
    return NationalId(digits, kind)


def _kind_of(digits: str) -> NumberKind:
    day, month = int(digits[0:2]), int(digits[2:4])
    if digits[0] in "89":
        return NumberKind.FH_NUMBER
    is_d_number = day > 40
    if is_d_number:
        day -= 40
    for added, kind in (
        (80, NumberKind.TENOR_D_NUMBER if is_d_number else NumberKind.TENOR),
        (65, NumberKind.OTHER_SYNTHETIC),
        (40, NumberKind.OTHER_SYNTHETIC),
        (0, NumberKind.D_NUMBER if is_d_number else NumberKind.FNR),
    ):
        if month > added:
            month -= added
            break
    if month > 12 or not _is_a_day(day, month):
        raise NotANumber("the first six digits are no date")
    return kind


def _is_a_day(day: int, month: int) -> bool:
    # 2000 is a leap year: the century is not read from the number, so 29 February passes.
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True


def _require_checksums(digits: str) -> None:
    numbers = [int(digit) for digit in digits]
    # From 2032 the remainder of the first checksum may be 0, 1, 2 or 3; of the second only 0.
    first = sum(w * n for w, n in zip((*K1_WEIGHTS, 1), numbers[:10], strict=True)) % 11
    second = sum(w * n for w, n in zip((*K2_WEIGHTS, 1), numbers, strict=True)) % 11
    if first not in (0, 1, 2, 3) or second != 0:
        raise NotANumber("the last two digits do not fit the others")


@dataclass(frozen=True, slots=True)
class Person:
    """A person with what the steps need to know of them; never the number itself."""

    id: str
    password_hash: str | None = field(repr=False)
    mobile: str | None = field(repr=False)  # E.164
    prefers: str | None = None  # the second factor asked for first; None: the strongest
    language: str | None = None
    registered_at: datetime | None = None
    email: str | None = field(default=None, repr=False)
    needs_new_password: bool = False  # the next login chooses one
    contact_confirmed_at: datetime | None = None  # by its entry, or by the person since

    @property
    def is_registered(self) -> bool:
        return self.password_hash is not None
