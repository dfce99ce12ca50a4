"""What the big tables weigh: bytes of a row, measured on a generated sample in SQLite.

The rows are written by the store itself, so they have the real columns, keys and
indexes; their contents are random and of the real length.
"""

import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from bench.figures import table
from hub.development.synthetic import synthetic_number
from hub.keys.ring import KeyRing
from hub.login_session import Proof, ProofKind
from hub.person import read_number
from hub.seams.logins import Sighting
from hub.seams.records import AuditEvent
from hub.store.migrate import migrate
from hub.store.open_store import DatabaseStore, open_store
from metadata import names

SAMPLE = 2000  # of each thing
WRITTEN_AFTER = 0.5  # seconds in which what may come late is written
THREADS = 16  # what they write together is committed together
CODES = {number: f"{number:06d}" for number in range(1, 21)}
HASH = "$argon2id$v=19$m=19456,t=2,p=1$" + "a" * 22 + "$" + "b" * 43
ENTITY = "https://service.example.test/saml/metadata"
DETAILS = {
    "assertion": "_" + "a" * 40,
    "in_response_to": "_" + "b" * 40,
    "context": names.PASSWORD_PROTECTED_TRANSPORT,
    "attributes": "uid SecurityLevel Culture AuthMethod",
    "on_behalf_of": "",
    "signed_by": "c" * 64,
}

PERSON = "person with number, password and mobile"
SHEET = "PIN sheet of twenty codes"
SESSION = "session, with one participant and its audit row"
SEEN = "request seen"
STORY = "message kept, and its story of three lines"
LOGINS_A_DAY = 3_000_000
COUNTS = {
    PERSON: (5_000_000, "everybody"),
    SHEET: (5_000_000, "a hundred million codes"),
    SESSION: (LOGINS_A_DAY, "a day"),
    SEEN: (LOGINS_A_DAY, "a day"),
    STORY: (LOGINS_A_DAY, "a day"),
}


def weigh(sample: int = SAMPLE) -> dict[str, float]:
    """Bytes in the database file, indexes included, for one of each thing."""
    with tempfile.TemporaryDirectory(prefix="minid-scale-") as folder:
        path = Path(folder) / "minid.sqlite"
        ring = Path(folder) / "ring.json"
        KeyRing.make(ring)
        migrate(f"sqlite:///{path}")
        store = open_store(f"sqlite:///{path}", KeyRing.load(ring))
        weighed = {}
        for thing, make in makers(store, sample).items():
            before = bytes_of(path)
            make()
            time.sleep(WRITTEN_AFTER)
            weighed[thing] = (bytes_of(path) - before) / sample
        store.close()
        return weighed


def bytes_of(path: Path) -> int:
    """What stands in pages of the file, after the log has been written into it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    return pages * size


def makers(store: DatabaseStore, sample: int) -> Mapping[str, Callable[[], None]]:
    """How a sample of each thing comes into the database, in the order of need."""
    now, random = datetime.now(UTC), Random(1)
    numbers = {synthetic_number(random) for _ in range(sample + sample // 10 + 10)}
    people: list[str] = []

    def person(digits: str) -> None:
        new = store.people.create(read_number(digits), now)
        store.people.set_password(new.id, HASH, now)
        store.people.set_mobile(new.id, "+4799999999", now)
        people.append(new.id)

    def sheet(person_id: str) -> None:
        store.sheets.issue(person_id, CODES, now)

    def session(person_id: str) -> None:
        proofs = (Proof(ProofKind.PASSWORD, now), Proof(ProofKind.SMS_CODE, now))
        new, _ = store.sessions.start(person_id, proofs, "nb", now)
        event = AuditEvent("answered", now, person_id, ENTITY, secrets.token_hex(8), DETAILS)
        name_id = "_" + secrets.token_hex(20)
        store.ledger.answered(new, ENTITY, names.TRANSIENT, name_id, True, event)

    def seen(_person_id: str) -> None:
        sighting = Sighting(secrets.token_hex(32), secrets.token_hex(16), secrets.token_hex(32))
        store.seen.add(ENTITY, "_" + secrets.token_hex(20), sighting, now)

    def story(_person_id: str) -> None:
        request_id = secrets.token_hex(8)
        store.trace.keep_message(request_id, ENTITY, "AuthnRequest", bytes(1000), now)
        for step in ("accepted", "decided", "answered"):
            store.trace.note(request_id, step, "d" * 120, now)

    return {
        PERSON: partial(all_of, person, sorted(numbers)[:sample]),
        SHEET: partial(all_of, sheet, people),
        SESSION: partial(all_of, session, people),
        SEEN: partial(all_of, seen, people),
        STORY: partial(all_of, story, people),
    }


def all_of(make: Callable[[str], None], whom: Iterable[str]) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(make, whom))


def told(weighed: Mapping[str, float]) -> str:
    rows = [("", "bytes each", "how many", "GB", "")]
    for thing, (count, of_what) in COUNTS.items():
        size = weighed[thing]
        rows.append((thing, f"{size:.0f}", f"{count:,}", f"{size * count / 1e9:.1f}", of_what))
    return table(rows)
