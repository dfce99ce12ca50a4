"""A SQLite file as a Database: a reading connection per thread, a writing one per process.

Threads and connections are made when first needed and never cross a fork: the child
leaves its parent's untouched, since closing them would disturb the parent's locks.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from hub.store.database import Backlog, LateStatement, Row
from hub.store.engine import make_engine, plain_sqlite
from hub.store.errors import store_failed
from hub.store.later import Later
from hub.store.writer import Writer

T = TypeVar("T")


class _Own(threading.local):
    """What each thread has for itself."""

    reader: Connection | None = None


class _Process:
    """Everything that belongs to one process and must not be used in its children."""

    def __init__(self, url: URL) -> None:
        self.engine = make_engine(url)
        self._plain = plain_sqlite(url)
        self.backlog = Backlog()
        self.writer = Writer(self._plain.connect, self.backlog)
        self.later = Later(self.writer.write_backlog)
        self._own = _Own()
        self._readers: dict[threading.Thread, Connection] = {}
        self._lock = threading.Lock()

    def reader(self) -> Connection:
        return self._own.reader or self._new_reader()

    def _new_reader(self) -> Connection:
        reader = self._plain.connect()
        reader.exec_driver_sql("PRAGMA query_only = ON")
        with self._lock:
            for thread in [t for t in self._readers if not t.is_alive()]:
                self._readers.pop(thread).close()
            self._readers[threading.current_thread()] = reader
        self._own.reader = reader
        return reader

    def close(self) -> None:
        self.later.close()
        self.writer.close()
        with self._lock:
            for reader in self._readers.values():
                reader.close()
            self._readers.clear()
            self._own = _Own()


class SqliteDatabase:
    def __init__(self, url: URL) -> None:
        self._url = url
        self._process = _Process(url)
        _living.add(self)

    @property
    def engine(self) -> Engine:
        return self._process.engine

    @property
    def dropped(self) -> int:
        return self._process.backlog.dropped

    def read(self, job: Callable[[Connection], T]) -> T:
        try:
            return job(self._process.reader())
        except (SQLAlchemyError, sqlite3.Error) as fault:
            raise store_failed(fault) from None

    def write(self, job: Callable[[Connection], T]) -> T:
        return self._process.writer.write(job)

    def write_later(self, statement: LateStatement, row: Row) -> None:
        if self._process.backlog.add(statement, row):
            self._process.later.wake()

    def write_waiting(self) -> None:
        self._process.writer.write_backlog()

    def close(self) -> None:
        self._process.close()

    def after_fork(self) -> None:
        """In the child: begin anew."""
        _left_to_the_parent.append(self._process)
        self._process = _Process(self._url)


_living: WeakSet[SqliteDatabase] = WeakSet()
_left_to_the_parent: list[_Process] = []


def _begin_anew() -> None:
    for database in list(_living):
        database.after_fork()


os.register_at_fork(after_in_child=_begin_anew)
