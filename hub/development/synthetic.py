"""Synthetic people for the demo and for development: none of them exists.

Pure.  The numbers are made as in Skatteetaten's Tenor register, month + 80, so
no living person can have one; the names are of the kind Tenor gives.  All
chance comes from the source that the caller hands over, so the same seed makes
the same people.  Nothing is stored here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from random import Random

from hub.person import K1_WEIGHTS, K2_WEIGHTS

CODES_ON_A_SHEET = 20
TENOR_MONTH = 80
D_NUMBER_DAY = 40
BORN = (date(1935, 1, 1), date(2007, 12, 31))
SHOWN_CODES = 4


class Standing(Enum):
    """How far a person has come with MinID."""

    WITH_MOBILE = auto()
    WITHOUT_MOBILE = auto()
    ONLY_LETTER = auto()


NAMES = (
    ("Blåøygd Fjellrev", Standing.WITH_MOBILE),
    ("Ærleg Havørn", Standing.WITH_MOBILE),
    ("Máret Guovža", Standing.WITH_MOBILE),
    ("Undrande Småkake", Standing.WITH_MOBILE),
    ("Raud Kaffikanne", Standing.WITH_MOBILE),
    ("Sprø Vårløk", Standing.WITH_MOBILE),
    ("Tolmodig Åkerhøne", Standing.WITH_MOBILE),
    ("Lystig Brøytebil", Standing.WITH_MOBILE),
    ("Stillferdig Elvebåt", Standing.WITHOUT_MOBILE),
    ("Grøn Ullsokk", Standing.WITHOUT_MOBILE),
    ("Modig Lavvo", Standing.ONLY_LETTER),
    ("Høfleg Postkasse", Standing.ONLY_LETTER),
    ("Sein Nordavind", Standing.ONLY_LETTER),
    ("Varm Skjærgard", Standing.ONLY_LETTER),
)
WITH_D_NUMBER = frozenset({"Sprø Vårløk", "Varm Skjærgard"})

# Short, easy to read aloud and to type on any keyboard: no æ, ø or å.
WORDS = tuple(
    """
    bekk brygge dugnad eple fjord flaum fonn furu gryte hamn haust havre hytte isbre kaffi
    kvist lampe lauv lefse lokomotiv mandel messing mose nisse orrfugl potet rakett
    regnboge seter skigard slede solsikke sommar spelemann steikepanne tiur torsk trekkspel
    tyting ullgenser vaffel vassmelon vinter vott
    """.split()
)


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """One made-up person, with everything that they would know or hold in their hand."""

    name: str
    national_id: str = field(repr=False)
    password: str | None = field(repr=False)  # None: not registered yet
    mobile: str | None = field(repr=False)  # E.164
    pins: Mapping[int, str] = field(repr=False)  # the sheet: number -> code


def synthetic_people(random: Random) -> tuple[SyntheticPerson, ...]:
    """The people of the demo: eight with a mobile, two without, four with only their letter."""
    numbers: set[str] = set()
    # Dealt out three at a time, so that no two passwords are alike.
    words = iter(random.sample(WORDS, len(WORDS)))
    people = []
    for place, (name, standing) in enumerate(NAMES):
        with_mobile = standing is Standing.WITH_MOBILE
        is_registered = standing is not Standing.ONLY_LETTER
        people.append(
            SyntheticPerson(
                name=name,
                national_id=_unused_number(random, numbers, is_d_number=name in WITH_D_NUMBER),
                password=_password(random, words) if is_registered else None,
                mobile=_mobile(random, place) if with_mobile else None,
                pins=_sheet(random),
            )
        )
    return tuple(people)


def synthetic_number(
    random: Random, *, is_d_number: bool = False, born: date | None = None
) -> str:
    """A Tenor number, or a Tenor D-number, with checksums that hold; born any day if not said."""
    while True:
        birth = born or BORN[0] + timedelta(days=random.randrange((BORN[1] - BORN[0]).days + 1))
        day = birth.day + (D_NUMBER_DAY if is_d_number else 0)
        individual = random.randrange(500, 1000) if birth.year >= 2000 else random.randrange(500)
        stem = f"{day:02}{birth.month + TENOR_MONTH:02}{birth.year % 100:02}{individual:03}"
        first = _check_digit(stem, K1_WEIGHTS)
        if first == 10:  # a check digit of 10 means: not issued
            continue
        second = _check_digit(f"{stem}{first}", K2_WEIGHTS)
        if second < 10:
            return f"{stem}{first}{second}"


def as_people_json(people: Sequence[SyntheticPerson]) -> str:
    """The text of people.json: secrets in clear, so the file is for its owner alone."""
    return json.dumps(
        [
            {
                "national_id": person.national_id,
                "name": person.name,
                "password": person.password,
                "mobile": person.mobile,
                "pins": {str(number): code for number, code in person.pins.items()},
            }
            for person in people
        ],
        ensure_ascii=False,
        indent=2,
    )


def as_table(
    people: Sequence[SyntheticPerson], people_file: str = "instance/demo/people.json"
) -> str:
    """The people as a table for a terminal, with their first codes."""
    heading = ("Namn", "Nummer", "Passord", "Mobil", f"PIN-kodar 1–{SHOWN_CODES}")
    rows = [heading, *(_row(person) for person in people)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    rule = "-" * max(len(line) for line in lines)
    about = f"Den som manglar passord, har berre brevet sitt. Alle kodane står i {people_file}."
    return "\n".join([lines[0], rule, *lines[1:], rule, about])


def _row(person: SyntheticPerson) -> tuple[str, str, str, str, str]:
    codes = [person.pins[number] for number in range(1, SHOWN_CODES + 1)]
    return (
        person.name,
        person.national_id,
        person.password or "–",
        person.mobile or "–",
        " ".join(codes),
    )


def _check_digit(digits: str, weights: Sequence[int]) -> int:
    total = sum(w * int(digit) for w, digit in zip(weights, digits, strict=True))
    return -total % 11


def _unused_number(random: Random, used: set[str], *, is_d_number: bool) -> str:
    number = synthetic_number(random, is_d_number=is_d_number)
    while number in used:
        number = synthetic_number(random, is_d_number=is_d_number)
    used.add(number)
    return number


def _password(random: Random, words: Iterator[str]) -> str:
    return f"{next(words)}-{next(words)}-{next(words)}-{random.randrange(10, 100)}"


def _mobile(random: Random, place: int) -> str:
    """Looks made up, reads as a Norwegian mobile; the place keeps two from being the same."""
    series = "40000" if place % 2 else "99900"
    return f"+47{series}{place:02}{random.randrange(10)}"


def _sheet(random: Random) -> dict[int, str]:
    codes = random.sample(range(1_000_000), CODES_ON_A_SHEET)
    return {number: f"{code:06}" for number, code in enumerate(codes, start=1)}
