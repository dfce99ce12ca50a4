"""What the population register holds of somebody: asked by Miside, and kept nowhere.

The register is reached over its REST interface, with a token that a signed JWT grant
brings (RFC 7523).  The number stands in the address, so no address is written anywhere.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

CLIENT = "miside"
SCOPE = "folkeregister:deling/offentligmedhjemmel"
PERSONS = "/folkeregisteret/offentlig-med-hjemmel/api/v1/personer"
PARTS = ("person-basis", "postadresse", "postadresseIUtlandet")
GRANT_LIVES = timedelta(seconds=60)
TIMEOUT = 2.0  # seconds; Miside works without it
LONGEST_ANSWER = 1_000_000


class RegisterAway(Exception):
    """The register does not answer, or not as documented."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the register holds, as far as Miside shows it."""

    name: str
    address: tuple[str, ...] = field(repr=False)
    municipality: str


@dataclass(frozen=True, slots=True)
class Register:
    address: str
    private_key: str = field(repr=False)  # PEM

    def held(self, number: str, now: datetime) -> Held | None:
        """What is held of this number; None if the register does not know it."""
        query = urlencode([("part", part) for part in PARTS])
        headers = {"Authorization": f"Bearer {self._token(now)}"}
        document = asked(Request(f"{self.address}{PERSONS}/{number}?{query}", headers=headers))
        if document is None:
            return None
        try:
            person = document["folkeregisterperson"]
            return Held(name_of(person), lines_of(person), self._municipality(home_of(person)))
        except (KeyError, TypeError, AttributeError) as fault:
            raise RegisterAway(f"not as documented: {type(fault).__name__}") from None

    def _token(self, now: datetime) -> str:
        grant = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": self._grant(now),
        }
        answer = asked(Request(f"{self.address}/token", data=urlencode(grant).encode()))
        return str((answer or {}).get("access_token", ""))

    def _grant(self, now: datetime) -> str:
        claims = {
            "aud": f"{self.address}/",
            "iss": CLIENT,
            "scope": SCOPE,
            "iat": int(now.timestamp()),
            "exp": int((now + GRANT_LIVES).timestamp()),
            "jti": secrets.token_hex(16),
        }
        signed = f"{part({'alg': 'RS256', 'kid': CLIENT})}.{part(claims)}"
        key = load_pem_private_key(self.private_key.encode("ascii"), None)
        assert isinstance(key, RSAPrivateKey)  # demo.keys makes no other
        return f"{signed}.{unpadded(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def _municipality(self, number: str) -> str:
        if not number:
            return ""
        found = asked(Request(f"{self.address}/kommuneinfo/v1/kommuner/{number}")) or {}
        return f"{found.get('kommunenavn', number)} ({found.get('fylkesnavn', '')})"


def asked(request: Request) -> dict[str, Any] | None:
    """The answer read as JSON; None for 404."""
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            read: dict[str, Any] = json.loads(answer.read(LONGEST_ANSWER))
            return read
    except (OSError, HTTPException, ValueError) as fault:
        if getattr(fault, "code", None) == 404:
            return None
        raise RegisterAway(type(fault).__name__) from None


def part(values: Mapping[str, object]) -> str:
    return unpadded(json.dumps(values).encode())


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def current(person: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entries: list[Mapping[str, Any]] = person.get(name) or []
    return next((entry for entry in entries if entry.get("erGjeldende")), {})


def name_of(person: Mapping[str, Any]) -> str:
    name = current(person, "navn")
    return " ".join(name[key] for key in ("fornavn", "mellomnavn", "etternavn") if name.get(key))


def home_of(person: Mapping[str, Any]) -> str:
    """The number of the municipality where the person lives, if the register tells it."""
    return str(current(person, "bostedsadresse").get("vegadresse", {}).get("kommunenummer", ""))


def lines_of(person: Mapping[str, Any]) -> tuple[str, ...]:
    """Where letters go: the address for post, else the home."""
    for name in ("postadresse", "postadresseIUtlandet", "bostedsadresse"):
        address = current(person, name)
        for kind, lines in (
            ("postboksadresse", box), ("vegadresse", road),
            ("utenlandskAdresseIFrittFormat", abroad),
        ):  # fmt: skip
            if kind in address:
                return lines(address[kind])
    return ()


def box(address: Mapping[str, Any]) -> tuple[str, ...]:
    return (address["postboks"], place(address))


def road(address: Mapping[str, Any]) -> tuple[str, ...]:
    house = address.get("adressenummer", {})
    number = f"{house.get('husnummer', '')}{house.get('husbokstav', '')}"
    return (f"{address['adressenavn']} {number}".strip(), place(address))


def abroad(address: Mapping[str, Any]) -> tuple[str, ...]:
    town = f"{address.get('postkode', '')} {address.get('byEllerStedsnavn', '')}".strip()
    return (*address.get("adresselinje", ()), town, address["landkode"])


def place(address: Mapping[str, Any]) -> str:
    office = address["poststed"]
    return f"{office['postnummer']} {office['poststedsnavn']}"
