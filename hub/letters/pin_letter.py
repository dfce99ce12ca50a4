"""A sheet of PIN codes as a letter: its words and its codes, ready to be set.

Where they stand on the paper is in `templates/letters/pin.typ`.  The identity number is
nowhere in it.  Pure: it is set, sealed and stored elsewhere.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from babel import dates

from hub.sending.notices import translated
from hub.web.marked import _
from hub.web.pages import (
    DATE_LOCALES,
    DAY_PATTERN,
    DAY_PATTERNS,
    DEFAULT_LOCALE,
    TIMEZONE,
    known_locale,
)

TEMPLATE = "pin"
CODES_OF_A_SHEET = 20
ALL_CODES = 1_000_000  # six digits


TITLE = _("PIN-kodane dine i MinID")
ABOUT = _("Her er eit nytt ark med PIN-kodar. Du treng dei når du registrerer deg i MinID, og når "
          "du loggar inn utan kode på SMS.")
HOW = (
    _("Er du ny i MinID, vel du å registrere deg når du skal logge inn, og skriv inn to kodar."),
    _("Innlogginga seier kva for ark og kva nummer ho spør etter. Kvar kode kan brukast éin gong."),
    _("Har du eit eldre ark, gjeld det til du brukar ein kode frå dette."),
)
SHEET = _("Ark %(sheet)s av %(date)s")
NUMBER = _("Nr.")
CODE = _("Kode")
KEEP = _("Ta vare på arket, og ikkje ha det saman med passordet. Gi aldri ein kode til nokon: "
         "MinID og brukarstøtta spør deg aldri om kodar, på telefon, SMS eller e-post.")
OPENED = _("Var konvolutten opna, eller er brevet ikkje til deg? Sei frå til brukarstøtta.")
HELP = _("Brukarstøtte: %(contacts)s")


@dataclass(frozen=True, slots=True)
class PinLetter:
    """Everything that is printed."""

    language: str
    address: tuple[str, ...] = field(repr=False)  # the name first
    sheet_label: str
    issued_at: datetime
    codes: Mapping[int, str] = field(repr=False)
    help_contacts: tuple[str, ...]


def new_codes() -> dict[int, str]:
    """A sheet's codes, all different, from the system's random numbers."""
    drawn = secrets.SystemRandom().sample(range(ALL_CODES), CODES_OF_A_SHEET)
    return {number: f"{code:06}" for number, code in enumerate(drawn, start=1)}


def as_json(letter: PinLetter) -> str:
    """What the template reads."""
    language = known_locale(letter.language) or DEFAULT_LOCALE

    def told(msgid: str, **values: str) -> str:
        return translated(msgid, language) % values if values else translated(msgid, language)

    return json.dumps(
        {
            "language": language,
            "address": letter.address,
            "title": told(TITLE),
            "about": told(ABOUT),
            "how": [told(line) for line in HOW],
            "sheet": told(SHEET, sheet=letter.sheet_label, date=day(letter.issued_at, language)),
            "number": told(NUMBER),
            "code": told(CODE),
            "codes": [[str(number), code] for number, code in sorted(letter.codes.items())],
            "care": care(told(KEEP), told(OPENED), told(HELP), letter.help_contacts),
        },
        ensure_ascii=False,
    )


def care(keep: str, opened: str, help: str, contacts: Sequence[str]) -> list[str]:
    lines = [keep, opened]
    return [*lines, help % {"contacts": ", ".join(contacts)}] if contacts else lines


def day(moment: datetime, language: str) -> str:
    """The date as the login page writes it."""
    local = moment.astimezone(TIMEZONE).date()
    pattern = DAY_PATTERNS.get(language, DAY_PATTERN)
    return dates.format_date(local, pattern, DATE_LOCALES.get(language, language))
