"""The made-up register as a SQLite file: for development, for tests, and nowhere else.

It holds documents as Folkeregisteret gives them, so that whoever reads them reads what
the real one would send.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from hub.errors import HubError
from hub.population import EventKind, PersonStatus
from hub.registers.made_up import MadeUp, in_force, made_up_people, number_entry
from hub.settings import Settings

SEED = 1814
SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, document TEXT NOT NULL, born_in INTEGER NOT NULL,
                     status TEXT NOT NULL);
CREATE TABLE number (digits TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id));
CREATE TABLE event (sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, digits TEXT NOT NULL);
CREATE INDEX person_born_in ON person (born_in);
"""
FEED_WORDS = {
    EventKind.DEATH: "endringIDoedsfall",
    EventKind.FALSE_IDENTITY: "endringIFalskIdentitet",
    EventKind.NUMBER: "endringIIdentifikasjonsnummer",
    EventKind.ADDRESS: "endringIBostedsadresse",
    EventKind.NEW_RESIDENT: "personErBosatt",
    EventKind.OTHER: "endringINavn",
}

Json = dict[str, Any]


def build(path: Path, year: int, known: Mapping[str, str] | None = None) -> None:
    """Write the file, whole or not at all; `known` are people (number -> name) to be in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with closing(sqlite3.connect(unfinished)) as database:
        database.execute("PRAGMA synchronous = OFF")  # it is put in place when it is whole
        database.executescript(SCHEMA)
        with database:
            fill(database, made_up_people(Random(SEED), year, known))
    os.chmod(unfinished, 0o600)
    os.replace(unfinished, path)


def fill(database: sqlite3.Connection, people: Iterable[MadeUp]) -> None:
    for row, each in enumerate(people, start=1):
        document = json.dumps(each.document, ensure_ascii=False)
        values = (row, document, each.born_in, each.status.value)
        database.execute("INSERT INTO person VALUES (?, ?, ?, ?)", values)
        database.executemany(
            "INSERT INTO number VALUES (?, ?)", [(digits, row) for digits in each.numbers]
        )
        if each.news is not None:
            tell(database, each.news, each.numbers[0])


def tell(database: sqlite3.Connection, kind: EventKind, digits: str) -> None:
    database.execute("INSERT INTO event (kind, digits) VALUES (?, ?)", (kind.value, digits))


class RegisterFile:
    """What is asked of a register, answered with documents; and what may happen in one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5)) as database, database:
            yield database

    def document(self, digits: str) -> Json | None:
        """The person of any of their numbers."""
        with self._open() as database:
            row = database.execute(
                "SELECT document FROM person JOIN number ON person = id WHERE digits = ?", (digits,)
            ).fetchone()
        found: Json | None = None if row is None else json.loads(row[0])
        return found

    def residents_born_in(self, year: int) -> Sequence[str]:
        with self._open() as database:
            rows = database.execute(
                "SELECT document FROM person WHERE born_in = ? AND status = ? ORDER BY id",
                (year, PersonStatus.RESIDENT.value),
            )
            return [json.loads(row[0])["foedselsEllerDNummer"] for row in rows]

    def events_from(self, sequence: int, most: int) -> Sequence[Json]:
        """A page of the feed in Folkeregisteret's shape, from this event on."""
        with self._open() as database:
            rows = database.execute(
                "SELECT sequence, kind, digits FROM event WHERE sequence >= ? "
                "ORDER BY sequence LIMIT ?",
                (sequence, most),
            ).fetchall()
        return [
            {
                "sekvensnummer": number,
                "hendelse": {
                    "folkeregisteridentifikator": digits,
                    "hendelsestype": FEED_WORDS[EventKind(kind)],
                },
            }
            for number, kind, digits in rows
        ]

    def latest_event(self) -> int:
        with self._open() as database:
            row = database.execute("SELECT coalesce(max(sequence), 0) FROM event").fetchone()
        latest: int = row[0]
        return latest

    def told_of(self, news: EventKind) -> Sequence[str]:
        """The numbers of those of whom the feed has told this."""
        query = "SELECT digits FROM event WHERE kind = ? ORDER BY sequence"
        with self._open() as database:
            return [row[0] for row in database.execute(query, (news.value,))]

    # What may happen to people: for trying out, and for tests.

    def die(self, digits: str) -> None:
        self._change(
            digits,
            EventKind.DEATH,
            {"status": [in_force(status=PersonStatus.DEAD.value)]},
            PersonStatus.DEAD,
        )

    def turn_out_false(self, digits: str) -> None:
        self._change(
            digits,
            EventKind.FALSE_IDENTITY,
            {
                "status": [in_force(status=PersonStatus.CEASED.value)],
                "falskIdentitet": in_force(erFalsk=True),
            },
            PersonStatus.CEASED,
        )

    def renumber(self, digits: str, new: str) -> None:
        """Give somebody another number, as when a D-number becomes a fødselsnummer."""
        found = self.document(digits)
        if found is None:
            raise LookupError("nobody has this number")
        former = [
            number_entry(each["foedselsEllerDNummer"], False)
            for each in found["folkeregisterperson"]["identifikasjonsnummer"]
        ]
        with self._open() as database:
            database.execute(
                "INSERT INTO number SELECT ?, person FROM number WHERE digits = ?", (new, digits)
            )
        numbers = {"identifikasjonsnummer": [number_entry(new, True), *former]}
        self._change(digits, EventKind.NUMBER, numbers, PersonStatus.RESIDENT, new)

    def move_in(self, digits: str) -> None:
        status = {"status": [in_force(status=PersonStatus.RESIDENT.value)]}
        self._change(digits, EventKind.NEW_RESIDENT, status, PersonStatus.RESIDENT)

    def _change(
        self, digits: str, kind: EventKind, changes: Json, status: PersonStatus,
        current: str | None = None,
    ) -> None:
        found = self.document(digits)
        if found is None:
            raise LookupError("nobody has this number")
        if current is not None:
            found["foedselsEllerDNummer"] = current
        found["folkeregisterperson"] |= changes
        with self._open() as database:
            database.execute(
                "UPDATE person SET document = ?, status = ? "
                "WHERE id = (SELECT person FROM number WHERE digits = ?)",
                (json.dumps(found, ensure_ascii=False), status.value, digits),
            )
            tell(database, kind, current or digits)


def made_file(settings: Settings, year: int) -> RegisterFile:
    """The register of an instance; built now, if it is not there."""
    require_development(settings)
    folder = settings.instance / "demo"
    path = folder / "register.sqlite"
    if not path.exists():
        build(path, year, names_in(folder / "people.json"))
    return RegisterFile(path)


def require_development(settings: Settings) -> None:
    if not settings.is_development:
        raise HubError("a made-up register is for development mode alone", "adapter-mode")


def names_in(people: Path) -> dict[str, str]:
    if not people.exists():
        return {}
    return {each["national_id"]: each["name"] for each in json.loads(people.read_text("utf-8"))}
