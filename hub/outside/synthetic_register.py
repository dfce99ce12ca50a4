"""A population register for development: made-up addresses, the same for a number each time.

Streets and houses are drawn from a hash of the number; people of the demo have the names
that its file of people gives them.  Where no register is set up, `NoRegister` says so.
"""

import hashlib
import json
from pathlib import Path

from hub.errors import HubError, OutsideFailed
from hub.person import NationalId
from hub.seams import PostalAddress
from hub.settings import Settings

FIRST = ("Fargerik", "Glup", "Kry", "Lett", "Modig", "Nyttig", "Roleg", "Snill", "Trygg", "Viktig")
LAST = ("Áfruvvá", "Bjørk", "Čáhppesmuorji", "Elvebreidd", "Fjøs", "Gaupe", "Knagg", "Rype", "Øks")
STREETS = ("Åsvegen", "Bjørkelia", "Čuoldu", "Elvegata", "Fjordgata", "Gamlevegen", "Øvre gate")
PLACES = (
    ("0150", "OSLO"), ("2406", "ELVERUM"), ("4005", "STAVANGER"), ("5003", "BERGEN"),
    ("6408", "AUKRA"), ("6863", "LEIKANGER"), ("7011", "TRONDHEIM"), ("8445", "MELBU"),
    ("9520", "GUOVDAGEAIDNU"), ("9730", "KÁRÁŠJOHKA"), ("9845", "DEATNU"),
)  # fmt: skip


class SyntheticRegister:
    """Knows every number; refuses to exist outside development mode."""

    def __init__(self, settings: Settings) -> None:
        if not settings.is_development:
            raise HubError("a made-up register is for development mode alone", "adapter-mode")
        self._people = settings.instance / "demo" / "people.json"

    def postal_address(self, number: NationalId) -> PostalAddress:
        drawn = hashlib.sha256(number.digits.encode()).digest()
        house = f"{STREETS[drawn[0] % len(STREETS)]} {drawn[1] % 90 + 1}"
        code, place = PLACES[drawn[2] % len(PLACES)]
        made_up = f"{FIRST[drawn[3] % len(FIRST)]} {LAST[drawn[4] % len(LAST)]}"
        name = _names_in(self._people).get(number.digits, made_up)
        return PostalAddress(name, (house, f"{code} {place}"))


class NoRegister:
    """Stands where none is set up: letters wait."""

    def postal_address(self, number: NationalId) -> PostalAddress:
        raise OutsideFailed(
            "no population register is set up, so nobody's address is known: letters wait",
            code="register-missing",
        )


def _names_in(people: Path) -> dict[str, str]:
    if not people.exists():
        return {}
    return {each["national_id"]: each["name"] for each in json.loads(people.read_text("utf-8"))}
