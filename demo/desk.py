"""Everything that the pages lean on, put together once at the start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from demo.agencies import AGENCIES
from demo.asked import Asked, AskedLogout
from demo.hub import Hub
from demo.keys import load_or_make
from demo.memory import Memory
from demo.provider import Provider, write_metadata
from demo.registers import Register
from demo.response import Login

ANSWER_WITHIN = timedelta(minutes=60)
LOGGED_IN_FOR = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Desk:
    providers: Mapping[str, Provider]
    hub: Hub
    clock: Callable[[], datetime]
    register: Register | None = None  # None: Miside has no register to ask
    asked: Memory[Asked] = field(default_factory=lambda: Memory(ANSWER_WITHIN))
    logouts: Memory[AskedLogout] = field(default_factory=lambda: Memory(ANSWER_WITHIN))
    logins: Memory[Login] = field(default_factory=lambda: Memory(LOGGED_IN_FOR))


def providers(base_url: str, directory: Path, now: datetime) -> dict[str, Provider]:
    """The seven service providers, with keys and metadata in their folders."""
    made = {}
    for agency in AGENCIES:
        folder = directory / agency.name
        keys = load_or_make(
            folder, agency.title, with_encryption=agency.has_encryption_key, now=now
        )
        made[agency.name] = Provider(agency, base_url, keys)
        write_metadata(made[agency.name], folder / "metadata.xml")
    return made
