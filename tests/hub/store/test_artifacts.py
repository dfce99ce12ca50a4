from datetime import datetime, timedelta

from sqlalchemy import func, select

from hub.seams.logins import WaitingAnswer
from hub.store.open_store import DatabaseStore
from hub.store.tables import artifact
from tests.hub.store.store_builders import SERVICE, together

HANDLE = b"\x07" * 20
MINUTE = timedelta(minutes=1)
ANSWER = WaitingAnswer(b"<samlp:Response/>", "login-1", "_assertion")


def rows(store: DatabaseStore) -> int:
    query = select(func.count()).select_from(artifact)
    return store.database.read(lambda db: db.execute(query).scalar_one())


def test_what_was_kept_is_given_back_once(store: DatabaseStore, now: datetime) -> None:
    store.artifacts.keep(HANDLE, SERVICE, ANSWER, now + MINUTE)
    assert store.artifacts.take(HANDLE, SERVICE, now) == ANSWER
    assert store.artifacts.take(HANDLE, SERVICE, now) is None
    assert rows(store) == 0


def test_an_unknown_handle_gives_nothing(store: DatabaseStore, now: datetime) -> None:
    assert store.artifacts.take(HANDLE, SERVICE, now) is None


def test_another_service_gets_nothing_and_spoils_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    store.artifacts.keep(HANDLE, SERVICE, ANSWER, now + MINUTE)
    assert store.artifacts.take(HANDLE, SERVICE + "/2", now) is None
    assert store.artifacts.take(HANDLE, SERVICE, now) == ANSWER


def test_it_is_gone_after_its_time(store: DatabaseStore, now: datetime) -> None:
    store.artifacts.keep(HANDLE, SERVICE, ANSWER, now + MINUTE)
    assert store.artifacts.take(HANDLE, SERVICE, now + MINUTE) is None


def test_the_sweeper_takes_what_nobody_fetched(store: DatabaseStore, now: datetime) -> None:
    store.artifacts.keep(HANDLE, SERVICE, ANSWER, now + MINUTE)
    store.sweep(now + MINUTE)
    assert rows(store) == 0


def test_of_eight_at_once_one_gets_it(store: DatabaseStore, now: datetime) -> None:
    store.artifacts.keep(HANDLE, SERVICE, ANSWER, now + MINUTE)
    got = together([lambda: store.artifacts.take(HANDLE, SERVICE, now)] * 8)
    assert [each for each in got if each is not None] == [ANSWER]


def test_neither_handle_nor_message_stands_in_the_row(
    store: DatabaseStore, now: datetime
) -> None:
    store.artifacts.keep(HANDLE, SERVICE, ANSWER, now + MINUTE)
    row = store.database.read(lambda db: db.execute(select(artifact)).one())
    assert HANDLE.hex() not in row.handle_hash
    assert ANSWER.message not in row.sealed
