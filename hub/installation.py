"""Make an installation: keys, key ring, database, first snapshot.

What is there already is left as it was; nothing is overwritten.
"""

from datetime import datetime

from certs.key_store import ASSERTION, METADATA, PemKeyStore
from certs.make_key import KeyKind, make_key
from hub.keys.ring import KeyRing
from hub.keys.room import KeyRoom
from hub.keys.running import SigningKeys
from hub.settings import Settings
from hub.store.keys import KeysInDatabase
from hub.store.migrate import migrate
from hub.store.open_store import open_database


def install(settings: Settings, now: datetime) -> list[str]:
    """Make what is missing, and say in sentences what was made."""
    made = []
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    ring = settings.keys / "ring.json"
    if not ring.exists():
        KeyRing.make(ring)
        made.append(f"made the key ring {ring}: keep a copy of it away from the database")
    migrate(settings.database)
    database = open_database(settings.database)
    try:
        made += keys_made(settings, KeysInDatabase(database), now)
    finally:
        database.close()
    return made


def keys_made(settings: Settings, room: KeyRoom, now: datetime) -> list[str]:
    """Make the keys that are missing; those that another node has in use, it must give us."""
    made = []
    for use in (METADATA, ASSERTION):
        if not PemKeyStore(settings.keys).all(use):
            if use == ASSERTION and room.rotation(ASSERTION).keys:
                made += SigningKeys(PemKeyStore(settings.keys), room).faults(now)
                continue
            kind = KeyKind(settings.key_kind)
            make_key(settings.keys, use, kind, f"MinID hub {use}", now)
            made.append(f"made the {use} key ({kind})")
    SigningKeys(PemKeyStore(settings.keys), room).adopt_first(now)
    return made
