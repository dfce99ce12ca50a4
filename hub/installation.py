"""Make an installation: keys, key ring, database, first snapshot.

What is there already is left as it was; nothing is overwritten.
"""

from datetime import datetime

from certs.key_store import ASSERTION, METADATA, PemKeyStore
from certs.make_key import KeyKind, make_key
from hub.key_ring import KeyRing
from hub.settings import Settings
from hub.store.migrate import migrate


def install(settings: Settings, now: datetime) -> list[str]:
    """Make what is missing, and say in sentences what was made."""
    made = []
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    ring = settings.keys / "ring.json"
    if not ring.exists():
        KeyRing.make(ring)
        made.append(f"made the key ring {ring}: keep a copy of it away from the database")
    for use in (METADATA, ASSERTION):
        if not PemKeyStore(settings.keys).all(use):
            kind = KeyKind(settings.key_kind)
            make_key(settings.keys, use, kind, f"MinID hub {use}", now)
            made.append(f"made the {use} key ({kind})")
    migrate(settings.database)
    return made
