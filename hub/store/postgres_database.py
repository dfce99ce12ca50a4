"""PostgreSQL as a Database: each write is a transaction of its own on a pooled connection.

A write that PostgreSQL itself broke off to settle a conflict is tried once more.
Rows of `write_later` go in batches from a thread in the background.  A forked child
begins with a pool of its own and leaves its parent's connections untouched.
"""

import os
from collections.abc import Callable
from threading import Lock, local
from typing import TypeVar
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub.store.database import Backlog, LateStatement, Row, insert_rows
from hub.store.engine import make_engine
from hub.store.errors import store_failed
from hub.store.later import Later

T = TypeVar("T")

BROKEN_OFF = frozenset({"40001", "40P01"})  # serialization failure, deadlock


class _Own(local):
    """What each thread has for itself: the connection of the write that it is in."""

    writing: Connection | None = None


class _Process:
    """Everything that belongs to one process and must not be used in its children."""

    def __init__(self, url: URL) -> None:
        self.own = _Own()
        self.engine = make_engine(url)
        self.reads = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.backlog = Backlog()
        self._one_by_one = Lock()
        self.later = Later(self.write_backlog)

    def write_backlog(self) -> None:
        with self._one_by_one:  # whoever returns from here finds all of it written
            for statement, rows in self.backlog.take().items():
                try:
                    with self.engine.begin() as connection:
                        insert_rows(connection, statement, rows)
                except SQLAlchemyError:
                    self.backlog.lost(len(rows))


class PostgresDatabase:
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
            with self._process.reads.connect() as connection:
                return job(connection)
        except SQLAlchemyError as fault:
            raise store_failed(fault) from None

    def write(self, job: Callable[[Connection], T]) -> T:
        outer = self._process.own.writing
        if outer is not None:  # inside another write: part of it
            return job(outer)
        try:
            try:
                return self._once(job)
            except DBAPIError as fault:
                if getattr(fault.orig, "sqlstate", None) not in BROKEN_OFF:
                    raise
            return self._once(job)
        except SQLAlchemyError as fault:
            raise store_failed(fault) from None

    def _once(self, job: Callable[[Connection], T]) -> T:
        own = self._process.own
        with self._process.engine.begin() as connection:
            own.writing = connection
            try:
                return job(connection)
            finally:
                own.writing = None

    def write_later(self, statement: LateStatement, row: Row) -> None:
        if self._process.backlog.add(statement, row):
            self._process.later.wake()

    def write_waiting(self) -> None:
        self._process.write_backlog()

    def close(self) -> None:
        self._process.later.close()
        self._process.engine.dispose()

    def after_fork(self) -> None:
        """In the child: begin anew."""
        _left_to_the_parent.append(self._process)
        self._process = _Process(self._url)


_living: WeakSet[PostgresDatabase] = WeakSet()
_left_to_the_parent: list[_Process] = []


def _begin_anew() -> None:
    for database in list(_living):
        database.after_fork()


os.register_at_fork(after_in_child=_begin_anew)
