"""A made-up population: people of Tenor's kind in every municipality.  Pure.

All chance comes from the source handed over, so the same seed makes the same people.  Each
is a document as Folkeregisteret gives it.  Beside ordinary residents there are children,
dead people, people who moved away, protected addresses, D-numbers, D-numbers that became
fødselsnummer, false identities, boxes for post and people who have just moved in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from hub.development.synthetic import D_NUMBER_DAY, TENOR_MONTH, synthetic_number
from hub.population import MINIMUM_AGE, EventKind, PersonStatus
from hub.registers.municipalities import Municipality, municipalities

IN_EACH = 12
FIRST = tuple(
    """Fargerik Glup Kry Lett Modig Nyttig Roleg Snill Trygg Viktig Blid Fornøgd Gjæv Haugtussen
    Ivrig Klok Listig Munter Nysgjerrig Open Rask Sjølvsikker Søvnig Tankefull Uthaldande Varsam
    Vaken Ærleg Østvend Åndrik Čeahppi Ráfálaš""".split()
)
LAST = tuple(
    """Áfruvvá Bjørk Čáhppesmuorji Elvebreidd Fjøs Gaupe Knagg Rype Øks Blåklokke Dørhandtak Eple
    Fiskesuppe Granskog Hatt Isfjell Jakkelomme Kveldsbris Linerle Måneskin Nattergal Ospelund
    Paraply Regnboge Sauebukk Tyttebær Uglebo Vedstabel Årestokk Šattut""".split()
)
STREETS = tuple(
    """Åsvegen Bjørkelia Čuoldu Elvegata Fjordgata Gamlevegen Kyrkjevegen Markavegen Skulevegen
    Stasjonsgata Strandgata Øvregata""".split()
)
COUNTRIES = ("SWE", "DNK", "DEU", "POL", "ESP", "USA", "GBR", "FIN")
POST_CODES = {
    "03": "0", "11": "4", "15": "6", "18": "8", "31": "1", "32": "1", "33": "3", "34": "2",
    "39": "3", "40": "3", "42": "4", "46": "5", "50": "7", "55": "9", "56": "9",
}  # fmt: skip  # the first digit, by the municipality's first two

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One person of the made-up register."""

    numbers: tuple[str, ...] = field(repr=False)  # the one in force first
    document: Json = field(repr=False)
    born_in: int = field(repr=False)
    status: PersonStatus
    news: EventKind | None = None  # what the register's feed has told of them


@dataclass(frozen=True, slots=True)
class Draft:
    """What one of them is to be like, before the document is written."""

    home: Municipality
    born: date
    status: PersonStatus = PersonStatus.RESIDENT
    has_d_number: bool = False
    had_d_number: bool = False
    grading: str = "ugradert"
    postal: Json = field(default_factory=dict)  # instead of the home's address
    is_false: bool = False
    news: EventKind | None = None


def made_up_people(
    random: Random, year: int, known: Mapping[str, str] | None = None
) -> Iterator[MadeUp]:
    """Everybody: first the `known` (number -> name), then twelve in each municipality."""
    used = set(known or {})
    homes = municipalities()
    for digits, name in (known or {}).items():
        draft = Draft(random.choice(homes), birthday_in(digits))
        yield written(random, draft, name, (digits,))
    for place, home in enumerate(homes):
        for turn in range(IN_EACH):
            draft = draft_of(random, home, year, turn, KINDS[place % len(KINDS)])
            name = f"{random.choice(FIRST)} {random.choice(LAST)}"
            yield written(random, draft, name, numbers_of(random, draft, used))


def draft_of(
    random: Random, home: Municipality, year: int, turn: int, kind: Callable[..., Draft]
) -> Draft:
    """Nine ordinary adults, one child, one who turns 13 this year, and one who is special."""
    if turn == IN_EACH - 1:
        return kind(random, home, birthday(random, year - random.randrange(20, 90)))
    ages = {IN_EACH - 2: MINIMUM_AGE, IN_EACH - 3: random.randrange(MINIMUM_AGE)}
    age = ages.get(turn, random.randrange(18, 95))
    return Draft(home, birthday(random, year - age))


def dead(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(home, born, PersonStatus.DEAD, news=EventKind.DEATH)


def moved_away(random: Random, home: Municipality, born: date) -> Draft:
    abroad = {
        "adresselinje": [f"{random.choice(STREETS)} {random.randrange(1, 90)}"],
        "postkode": str(random.randrange(10_000, 99_999)),
        "byEllerStedsnavn": random.choice(LAST),
        "landkode": random.choice(COUNTRIES),
    }
    postal = {"postadresseIUtlandet": [in_force(utenlandskAdresseIFrittFormat=abroad)]}
    return Draft(home, born, PersonStatus.MOVED_AWAY, postal=postal, news=EventKind.ADDRESS)


def protected(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(home, born, grading="fortrolig", postal=box(random, home, "fortrolig"))


def strictly_protected(random: Random, home: Municipality, born: date) -> Draft:
    oslo = municipalities()[0]
    postal = box(random, oslo, "strengtFortrolig")
    return Draft(home, born, grading="strengtFortrolig", postal=postal)


def with_d_number(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(home, born, PersonStatus.TEMPORARY, has_d_number=True)


def became_resident(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(home, born, had_d_number=True, news=EventKind.NUMBER)


def false(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(
        home, born, PersonStatus.CEASED, is_false=True, news=EventKind.FALSE_IDENTITY
    )


def new_here(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(home, born, news=EventKind.NEW_RESIDENT)


def with_box(random: Random, home: Municipality, born: date) -> Draft:
    return Draft(home, born, postal=box(random, home, "ugradert"))


KINDS = (
    dead, moved_away, protected, strictly_protected, with_d_number, became_resident, false,
    new_here, with_box,
)  # fmt: skip


def birthday(random: Random, year: int) -> date:
    return date(year, 1, 1) + timedelta(days=random.randrange(365))


def birthday_in(digits: str) -> date:
    """Of a Tenor number that `hub.development.synthetic` made: no other tells the century so."""
    day, month, year = (int(digits[place : place + 2]) for place in (0, 2, 4))
    century = 2000 if int(digits[6:9]) >= 500 else 1900
    return date(century + year, month - TENOR_MONTH, day - D_NUMBER_DAY if day > 31 else day)


def numbers_of(random: Random, draft: Draft, used: set[str]) -> tuple[str, ...]:
    wanted = (draft.has_d_number, True) if draft.had_d_number else (draft.has_d_number,)
    return tuple(unused_number(random, draft.born, is_d, used) for is_d in wanted)


def unused_number(random: Random, born: date, is_d_number: bool, used: set[str]) -> str:
    number = synthetic_number(random, is_d_number=is_d_number, born=born)
    while number in used:
        number = synthetic_number(random, is_d_number=is_d_number, born=born)
    used.add(number)
    return number


def written(random: Random, draft: Draft, name: str, numbers: Sequence[str]) -> MadeUp:
    """The document of a draft."""
    first, _, last = name.rpartition(" ")
    person: Json = {
        "identifikasjonsnummer": [number_entry(each, each == numbers[0]) for each in numbers],
        "status": [in_force(status=draft.status.value)],
        "foedsel": [
            in_force(foedselsdato=draft.born.isoformat(), foedselsaar=str(draft.born.year))
        ],
        "navn": [in_force(fornavn=first, etternavn=last)],
    }
    if draft.is_false:
        person["falskIdentitet"] = in_force(erFalsk=True)
    if draft.grading != "strengtFortrolig":  # of these not even the register tells it
        home = in_force(adressegradering=draft.grading, vegadresse=road(random, draft.home))
        person["bostedsadresse"] = [home]
    document = {"foedselsEllerDNummer": numbers[0], "folkeregisterperson": person | draft.postal}
    return MadeUp(tuple(numbers), document, draft.born.year, draft.status, draft.news)


def in_force(**values: Any) -> Json:
    return {"erGjeldende": True, **values}


def number_entry(digits: str, is_current: bool) -> Json:
    is_d_number = digits[0] in "4567"
    return {
        "erGjeldende": is_current,
        "status": "iBruk" if is_current else "opphoert",
        "foedselsEllerDNummer": digits,
        "identifikatortype": "dNummer" if is_d_number else "foedselsnummer",
    }


def road(random: Random, home: Municipality) -> Json:
    return {
        "kommunenummer": home.number,
        "adressenavn": random.choice(STREETS),
        "adressenummer": {"husnummer": str(random.randrange(1, 90))},
        "poststed": post_office(random, home),
    }


def box(random: Random, home: Municipality, grading: str) -> Json:
    """An address for post that tells nothing of where the person lives."""
    address = {
        "postboks": f"Postboks {random.randrange(1, 900)}",
        "poststed": post_office(random, home),
    }
    return {"postadresse": [in_force(adressegradering=grading, postboksadresse=address)]}


def post_office(random: Random, home: Municipality) -> Json:
    code = f"{POST_CODES[home.number[:2]]}{random.randrange(1000):03}"
    return {"postnummer": code, "poststedsnavn": home.name.upper()}
