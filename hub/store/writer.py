"""One writer thread: what waits together is committed together.

SQLite lets one writer in at a time, and a durable commit costs a wait for the disk.
So all threads of a process hand their jobs to one thread, which runs every waiting
job, each in a SAVEPOINT of its own, and commits once for all of them.  A job that
raises undoes itself alone; a commit that fails fails them all.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hub.store.compiled import driver_of
from hub.store.database import Backlog, insert_rows
from hub.store.errors import StoreFailed, store_failed

T = TypeVar("T")

LINGER_SECONDS = 0.05  # how long rows of `write_later` wait for a job to go along with


class Order(Generic[T]):
    """A job, and where its caller waits: at a bare lock, a fifth of a Future's cost."""

    __slots__ = ("_done", "_fault", "_job", "_value")

    def __init__(self, job: Callable[[Connection], T]) -> None:
        self._job = job
        self._value: T | None = None
        self._fault: BaseException | None = None
        self._done = Lock()
        self._done.acquire()

    def run(self, connection: Connection) -> None:
        """Do the job; its caller hears of it by `tell`, when it is committed."""
        self._value = self._job(connection)

    def fail(self, fault: BaseException) -> None:
        self._fault = fault

    def tell(self) -> None:
        """Let the caller go on."""
        self._done.release()

    def result(self) -> T:
        """Wait for it: what the job gave, or what went wrong."""
        self._done.acquire()
        if self._fault is not None:
            raise self._fault
        return cast(T, self._value)


class Writer:
    def __init__(self, connect: Callable[[], Connection], backlog: Backlog) -> None:
        self._connect = connect
        self._backlog = backlog
        self._orders: SimpleQueue[Order[Any] | None] = SimpleQueue()  # None only wakes
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closing = False
        self._connection: Connection | None = None

    def write(self, job: Callable[[Connection], T]) -> T:
        if current_thread() is self._thread:  # inside another job: part of it
            return job(self._connected())
        order = Order(job)
        self._put(order)
        return order.result()

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun."""
        return self._orders.qsize()

    def wake(self) -> None:
        """There are rows in the backlog; once closed, nobody minds them."""
        with suppress(StoreFailed):
            self._put(None)

    def close(self) -> None:
        """Commit what waits, and stop."""
        with self._lock:
            self._closing = True
            thread = self._thread
            self._orders.put(None)
        if thread is not None:
            thread.join()

    def _put(self, order: Order[Any] | None) -> None:
        with self._lock:
            if self._closing:
                raise StoreFailed("the store is closed")
            if self._thread is None:
                self._thread = Thread(target=self._work, name="store-writer", daemon=True)
                self._thread.start()
            self._orders.put(order)

    def _work(self) -> None:
        while not (self._closing and self._orders.empty()):
            self._commit(self._gather())
        self._disconnect()

    def _gather(self) -> list[Order[Any]]:
        first = self._orders.get()
        if first is None and not self._closing:
            with suppress(Empty):
                first = self._orders.get(timeout=LINGER_SECONDS)
        orders = [] if first is None else [first]
        with suppress(Empty):
            while True:
                if (order := self._orders.get_nowait()) is not None:
                    orders.append(order)
        return orders

    def _commit(self, orders: list[Order[Any]]) -> None:
        later = 0
        try:
            self._sql("BEGIN IMMEDIATE")
            for order in orders:
                self._run(order)
            later = self._insert_backlog()
            self._sql("COMMIT")
        except BaseException as fault:  # whatever it is, nobody may wait for ever
            self._disconnect()
            self._backlog.lost(later)
            for order in orders:
                order.fail(_as_ours(fault))
        for order in orders:
            order.tell()

    def _run(self, order: Order[Any]) -> None:
        self._sql("SAVEPOINT job")
        try:
            order.run(self._connected())
        except BaseException as fault:  # it is the caller's, whatever it is
            self._sql("ROLLBACK TO job")
            order.fail(_as_ours(fault))
        self._sql("RELEASE job")

    def _insert_backlog(self) -> int:
        inserted = 0
        for statement, rows in self._backlog.take().items():
            self._sql("SAVEPOINT later")
            try:
                insert_rows(self._connected(), statement, rows)
                inserted += len(rows)
            except (SQLAlchemyError, sqlite3.Error):
                self._sql("ROLLBACK TO later")
                self._backlog.lost(len(rows))
            self._sql("RELEASE later")
        return inserted

    def _sql(self, statement: str) -> None:
        # Straight to the driver: SQLAlchemy's share of a BEGIN or SAVEPOINT is ten times its cost.
        driver_of(self._connected()).execute(statement)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _disconnect(self) -> None:
        # Closing undoes what was not committed.
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _as_ours(fault: BaseException) -> BaseException:
    if isinstance(fault, (SQLAlchemyError, sqlite3.Error)):
        return store_failed(fault)
    return fault
