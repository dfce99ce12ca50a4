"""Make the synthetic people of an instance: run with the measured tree as PYTHONPATH.

    python -P bench/seed.py

Settings come from the environment, as for `minid`.  The people are left in
`demo/people.json` of the instance.  Whatever tree is measured, its own code makes them.
"""

import os
from datetime import UTC, datetime

from hub.development import demo
from hub.keys.ring import KeyRing
from hub.settings import Settings
from hub.store.open_store import open_store

settings = Settings.from_environ(os.environ)
store = open_store(settings.database, KeyRing.load(settings.keys / "ring.json"))
demo.people_of(settings, store, datetime.now(UTC))
store.close()
