from datetime import datetime, timedelta

from sqlalchemy import func, select

from hub.keys.ring import KeyRing
from hub.store.open_store import DatabaseStore, open_store
from hub.store.tables import inbound_message, trace
from tests.hub.store.store_builders import SERVICE


def reopened(address: str, ring: KeyRing, store: DatabaseStore) -> DatabaseStore:
    """Closing writes what was left for later."""
    store.close()
    return open_store(address, ring)


def test_notes_are_kept_in_order(store: DatabaseStore, address: str, ring: KeyRing) -> None:
    at = datetime.fromisoformat("2026-11-23T10:14:00+00:00")
    for step in ("received", "accepted", "answered"):
        store.trace.note("r1", step, "as it should", at)
    again = reopened(address, ring, store)
    steps = [told.step for told in again.trace.story("r1")]
    again.close()
    assert steps == ["received", "accepted", "answered"]


def test_a_message_is_kept_sealed(
    store: DatabaseStore, address: str, ring: KeyRing, now: datetime
) -> None:
    store.trace.keep_message("r1", SERVICE, "AuthnRequest", b"<as it came/>", now)
    again = reopened(address, ring, store)
    row = again.database.read(lambda db: db.execute(select(inbound_message)).one())
    again.close()
    assert b"as it came" not in row.sealed
    assert ring.open(row.sealed, f"inbound_message:{row.id}") == b"<as it came/>"
    assert (row.request_id, row.entity_id, row.kind, row.at) == ("r1", SERVICE, "AuthnRequest", now)


def test_both_are_swept_after_two_weeks(
    store: DatabaseStore, address: str, ring: KeyRing, now: datetime
) -> None:
    store.trace.note("r1", "received", "", now)
    store.trace.keep_message("r1", None, "AuthnRequest", b"", now)
    again = reopened(address, ring, store)
    assert again.sweep(now + timedelta(days=13)) == 0
    assert again.sweep(now + timedelta(days=14)) == 2
    again.close()


def test_a_note_that_cannot_be_kept_is_counted(
    store: DatabaseStore, address: str, ring: KeyRing, now: datetime
) -> None:
    store.database.write(lambda db: trace.drop(db))
    store.trace.note("r1", "received", "", now)
    store.close()
    assert store.database.dropped == 1


def test_nothing_else_is_lost_with_it(sqlite_store: DatabaseStore, now: datetime) -> None:
    sqlite_store.database.write(lambda db: trace.drop(db))
    sqlite_store.trace.note("r1", "received", "", now)
    sqlite_store.inbox.add("+4799999999", "hei", now)
    assert len(sqlite_store.inbox.messages()) == 1


def test_notes_are_written_without_another_write(
    store: DatabaseStore, now: datetime
) -> None:
    store.trace.note("r1", "received", "", now)
    count = select(func.count()).select_from(trace)
    while store.database.read(lambda db: db.execute(count).scalar()) == 0:
        pass


def test_the_latest_messages_of_a_service_are_read_again(
    store: DatabaseStore, address: str, ring: KeyRing, now: datetime
) -> None:
    for minutes, kind in enumerate(("AuthnRequest", "LogoutRequest", "AuthnRequest")):
        at = now + timedelta(minutes=minutes)
        store.trace.keep_message("r", SERVICE, kind, b"%d" % minutes, at)
    store.trace.keep_message("r", "https://else.example.no", "AuthnRequest", b"x", now)
    again = reopened(address, ring, store)
    found = again.trace.messages(SERVICE, "AuthnRequest", 10)
    assert [message.raw for message in found] == [b"2", b"0"]
    assert found[1].at == now
    assert len(again.trace.messages(SERVICE, "AuthnRequest", 1)) == 1
    again.close()
