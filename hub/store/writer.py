"""Whoever writes first commits for all who wait: one durable commit for many jobs.

SQLite lets one writer in at a time, and a durable commit costs a wait for the disk.  So
one thread of a process leads: it runs every job that waits, each in a SAVEPOINT of its
own, and commits once for all of them; then the lead goes to the first who came meanwhile.
A thread that nobody is ahead of writes by itself, and no other thread is woken for it.
A job that raises undoes itself alone; a commit that fails fails them all.

Rows that may come late have a commit of their own, now and then: taken along by every
other, they would write more pages than the job that they go with.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Lock, get_ident
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hub.store.compiled import driver_of
from hub.store.database import Backlog, LateStatement, Row, insert_rows
from hub.store.errors import StoreFailed, store_failed

T = TypeVar("T")


class Order(Generic[T]):
    """A job, and where its caller waits until it is done or is to lead."""

    __slots__ = ("_fault", "_job", "_value", "_waking", "is_done")

    def __init__(self, job: Callable[[Connection], T]) -> None:
        self._job = job
        self._value: T | None = None
        self._fault: BaseException | None = None
        self._waking = Lock()  # a bare lock: an Event or a Future costs many times more
        self._waking.acquire()
        self.is_done = False

    def run(self, connection: Connection) -> None:
        """Do the job; its caller hears of it when it is committed."""
        self._value = self._job(connection)

    def fail(self, fault: BaseException) -> None:
        self._fault = fault

    def wait(self) -> None:
        self._waking.acquire()

    def wake(self) -> None:
        self._waking.release()

    def result(self) -> T:
        """What the job gave, or what went wrong."""
        if self._fault is not None:
            raise self._fault
        return cast(T, self._value)


class Writer:
    def __init__(self, connect: Callable[[], Connection], backlog: Backlog) -> None:
        self._connect = connect
        self._backlog = backlog
        self._connection: Connection | None = None
        self._orders: list[Order[Any]] = []
        self._lock = Lock()
        self._is_led = False
        self._leader = 0  # the thread whose jobs are run now; none has this number
        self._closing = False

    def write(self, job: Callable[[Connection], T]) -> T:
        if get_ident() == self._leader:  # inside another job: part of it
            return job(self._connected())
        order = Order(job)
        with self._lock:
            if self._closing:
                raise StoreFailed("the store is closed")
            self._orders.append(order)
            leads, self._is_led = not self._is_led, True
        if not leads:
            order.wait()
        if not order.is_done:
            self._lead(order)
        return order.result()

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun."""
        return len(self._orders)

    def write_backlog(self) -> None:
        """Write the rows that may come late, all at once; those that cannot be are lost."""
        waiting: dict[LateStatement, list[Row]] = {}

        def insert(db: Connection) -> int:
            waiting.update(self._backlog.take())  # here, so that two of us go one by one
            return self._insert(db, waiting)

        try:
            lost = self.write(insert)
        except StoreFailed:
            lost = sum(map(len, (waiting or self._backlog.take()).values()))
        self._backlog.lost(lost)

    def close(self) -> None:
        """Commit what waits, and take no more."""
        with suppress(StoreFailed):  # closed before
            self.write(self._shut)

    def _shut(self, _db: Connection) -> None:
        self._closing = True

    def _lead(self, own: Order[Any]) -> None:
        """Commit for all who wait, and hand the lead on."""
        with self._lock:
            orders, self._orders = self._orders, []
        self._leader = get_ident()
        self._commit(orders)
        self._leader = 0
        with self._lock:
            following = self._orders[0] if self._orders else None
            self._is_led = following is not None
            if self._closing and following is None:
                self._disconnect()
        for order in orders:
            order.is_done = True
            if order is not own:
                order.wake()
        if following is not None:
            following.wake()

    def _commit(self, orders: list[Order[Any]]) -> None:
        try:
            self._sql("BEGIN IMMEDIATE")
            if len(orders) == 1:
                self._run_alone(orders[0])
            else:
                self._run_in_turn(orders)
        except BaseException as fault:  # whatever it is, nobody may wait for ever
            self._disconnect()
            for order in orders:
                order.fail(_as_ours(fault))

    def _run_alone(self, order: Order[Any]) -> None:
        """No SAVEPOINT, for which SQLite keeps a copy of each page that is changed."""
        try:
            order.run(self._connected())
        except BaseException as fault:  # it is the caller's, whatever it is
            self._sql("ROLLBACK")
            order.fail(_as_ours(fault))
        else:
            self._sql("COMMIT")

    def _run_in_turn(self, orders: list[Order[Any]]) -> None:
        for order in orders:
            self._sql("SAVEPOINT job")
            try:
                order.run(self._connected())
            except BaseException as fault:  # it is the caller's, whatever it is
                self._sql("ROLLBACK TO job")
                order.fail(_as_ours(fault))
            self._sql("RELEASE job")
        self._sql("COMMIT")

    def _insert(self, db: Connection, waiting: Mapping[LateStatement, Sequence[Row]]) -> int:
        """Insert what can be; how many rows could not."""
        lost = 0
        for statement, rows in waiting.items():
            self._sql("SAVEPOINT later")
            try:
                insert_rows(db, statement, rows)
            except (SQLAlchemyError, sqlite3.Error):
                self._sql("ROLLBACK TO later")
                lost += len(rows)
            self._sql("RELEASE later")
        return lost

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
