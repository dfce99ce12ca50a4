"""What is so on SQLite only: its settings, and commits in groups."""

import shutil
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, event, func, insert, select

from hub.store.database import Backlog
from hub.store.engine import database_url, plain_sqlite
from hub.store.errors import StoreFailed
from hub.store.open_store import DatabaseStore
from hub.store.tables import seen_request
from hub.store.writer import Writer


@pytest.fixture
def migrated_copy(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "hub.db"))


def setting(db: Connection, name: str) -> object:
    return db.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_every_connection_is_set_up(
    sqlite_store: DatabaseStore, name: str, value: object
) -> None:
    database = sqlite_store.database
    assert database.read(lambda db: setting(db, name)) == value
    assert database.write(lambda db: setting(db, name)) == value
    with database.engine.connect() as connection:
        assert setting(connection, name) == value


def test_a_reading_connection_cannot_write(sqlite_store: DatabaseStore) -> None:
    with pytest.raises(StoreFailed, match="READONLY"):
        sqlite_store.database.read(lambda db: db.exec_driver_sql("DELETE FROM flow").rowcount)


def test_what_waits_together_is_committed_together(migrated_copy: Path, now: datetime) -> None:
    engine = plain_sqlite(database_url(str(migrated_copy)))
    writer = Writer(engine.connect, Backlog())
    begun, go_on = Event(), Event()
    found: list[int] = []

    def hold_up(_: Connection) -> None:
        begun.set()
        go_on.wait()

    def add(n: int) -> None:
        writer.write(partial(_add, n, now))
        with engine.connect() as another:
            found.append(_rows(another))

    threads = [Thread(target=writer.write, args=(hold_up,))]
    threads += [Thread(target=add, args=(n,)) for n in range(6)]
    threads[0].start()
    begun.wait()
    for thread in threads[1:]:
        thread.start()
    while writer.waiting < 6:
        pass
    go_on.set()
    for thread in threads:
        thread.join()
    writer.close()
    # Whoever was told of a commit found all six rows: they became durable at once.
    assert found == [6] * 6


def _add(n: int, now: datetime, db: Connection) -> None:
    row = {"issuer": "i", "request_id": str(n), "digest": "", "flow": "", "until": now}
    db.execute(insert(seen_request), row)


def _rows(db: Connection) -> int:
    return int(db.execute(select(func.count()).select_from(seen_request)).scalar_one())


def test_a_closed_writer_takes_no_job(migrated_copy: Path) -> None:
    writer = Writer(plain_sqlite(database_url(str(migrated_copy))).connect, Backlog())
    writer.close()
    with pytest.raises(StoreFailed):
        writer.write(_rows)


def test_a_fault_at_commit_goes_to_everyone_and_passes(migrated_copy: Path) -> None:
    engine = plain_sqlite(database_url(str(migrated_copy)))
    writer = Writer(engine.connect, Backlog())
    with pytest.raises(StoreFailed):
        writer.write(lambda db: db.exec_driver_sql("ROLLBACK").rowcount)
    assert writer.write(_rows) == 0
    writer.close()


def test_guests_of_the_engine_begin_as_writers(sqlite_store: DatabaseStore) -> None:
    said: list[str] = []
    engine = sqlite_store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *about: said.append(about[2]))
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert said == ["BEGIN IMMEDIATE", "SELECT 1"]
