"""What must be sound before anything else can be asked: files, keys, the database."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from certs.key_store import METADATA, PemKeyStore
from hub.doctor.finding import Findings, Patient, weak, well, wrong
from hub.keys.ring import KeyRing
from hub.keys.running import SigningKeys
from hub.settings import Settings
from hub.store.engine import database_url
from hub.store.migrate import is_current

OTHERS = stat.S_IRWXG | stat.S_IRWXO
SOON = timedelta(days=30)


def files(settings: Settings) -> Findings:
    """Nobody but the hub's own user may open keys, database or what the demo knows."""
    open_to_others = [path for path in private(settings) if path.stat().st_mode & OTHERS]
    for path in open_to_others:
        mode = "700" if path.is_dir() else "600"
        yield wrong("files", f"{path} can be opened by others", f"chmod {mode} {path}")
    if not open_to_others:
        yield well("files", "keys and database are their owner's alone")


def private(settings: Settings) -> Iterator[Path]:
    if settings.keys.is_dir():
        yield settings.keys
        yield from (path for path in sorted(settings.keys.rglob("*")) if is_secret(path))
    url = database_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database and Path(url.database).exists():
        yield Path(url.database)
    people = settings.instance / "demo" / "people.json"
    if people.exists():
        yield people


def is_secret(path: Path) -> bool:
    return path.is_dir() or path.name.endswith(".key.pem") or path.name == "ring.json"


def database(settings: Settings) -> Findings:
    if is_current(settings.database):
        yield well("database", "it answers, and its tables are those of this version")
    else:
        yield wrong("database", "its tables are not those of this version", "minid init")


def ring(settings: Settings) -> Findings:
    KeyRing.load(settings.keys / "ring.json")  # raises
    yield well("key ring", "it can be read")


def keys(patient: Patient) -> Findings:
    store = PemKeyStore(patient.settings.keys)
    signing = SigningKeys(store, patient.store.keys)
    faults = signing.faults(patient.now)
    for fault in faults:
        yield wrong("keys", fault, "minid keys list")
    published = () if faults else signing.published(patient.now)
    certificates = (*published, store.newest(METADATA).certificate)
    end = min(certificate.not_after for certificate in certificates)
    if end <= patient.now + SOON:
        yield weak("keys", f"a certificate ends on {end:%Y-%m-%d}", "minid keys new, then rotate")
    elif not faults:
        yield well("keys", f"{len(published)} published, good until {end:%Y-%m-%d}")
