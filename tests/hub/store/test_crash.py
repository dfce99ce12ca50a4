"""What was acknowledged is there after the process was killed."""

import os
import signal
from datetime import datetime

from sqlalchemy import select

from hub.keys.ring import KeyRing
from hub.store.open_store import DatabaseStore, open_store
from hub.store.tables import audit
from tests.hub.store.store_builders import a_session, an_answer


def test_an_answer_outlives_its_process(
    store: DatabaseStore, address: str, ring: KeyRing, now: datetime
) -> None:
    session, _ = a_session(store, now)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            an_answer(store, session, now)
            os.write(writing, b"answered")
            signal.pause()
        finally:
            os._exit(1)  # it must not go on with the other tests
    os.close(writing)  # or a child that fails would be waited for without end
    told = os.read(reading, 8)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    assert told == b"answered"
    store.close()
    again = open_store(address, ring)
    events = again.database.read(lambda db: db.execute(select(audit.c.event)).scalars().all())
    assert events == ["answered"]
    assert len(again.sessions.participants(session.id)) == 1
    again.close()
