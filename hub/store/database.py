"""The one seam between the rooms of the store and the two engines."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.compiled import Compiled

T = TypeVar("T")
Row: TypeAlias = Mapping[str, Any]
LateStatement: TypeAlias = Compiled | Insert
Upsert: TypeAlias = postgresql.Insert | sqlite.Insert

BACKLOG = 10_000  # rows that may wait for `write_later` before the oldest are dropped


class Database(Protocol):
    """A database, whichever it is.  Raises StoreFailed for faults of the engine."""

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine in this process, for those with tables of their own."""

    def read(self, job: Callable[[Connection], T]) -> T:
        """Run SELECTs.  Each sees what was committed before it; they are no transaction."""

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run a job in a transaction and return once it is durable.

        A job that raises has written nothing, and its exception comes out here.  It may
        be run twice, so it does nothing but use its connection.  A write inside a write
        is part of it, and what it raises must come out of both.
        """

    def write_later(self, statement: LateStatement, row: Row) -> None:
        """Insert a row soon, without waiting; it may be lost, and is when too many wait."""

    def write_waiting(self) -> None:
        """Write what was given to `write_later` in this process and still waits."""

    @property
    def dropped(self) -> int:
        """How many rows given to `write_later` were never written."""

    def close(self) -> None:
        """Write what waits and close all connections of this process."""


class Backlog:
    """Rows that wait to be written: a full one loses its oldest, and counts the loss."""

    def __init__(self, most: int = BACKLOG) -> None:
        self._waiting: deque[tuple[LateStatement, Row]] = deque()
        self._most = most
        self._lock = Lock()
        self.dropped = 0

    def add(self, statement: LateStatement, row: Row) -> bool:
        """True if nothing waited before, so that somebody must be woken."""
        with self._lock:
            was_empty = not self._waiting
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append((statement, row))
            return was_empty

    def take(self) -> dict[LateStatement, list[Row]]:
        """Everything that waits, by statement; it waits no longer."""
        with self._lock:
            taken, self._waiting = self._waiting, deque()
        by_statement: dict[LateStatement, list[Row]] = {}
        for statement, row in taken:
            by_statement.setdefault(statement, []).append(row)
        return by_statement

    def lost(self, count: int) -> None:
        with self._lock:
            self.dropped += count


def insert_rows(db: Connection, statement: LateStatement, rows: Sequence[Row]) -> None:
    """Run a statement of `write_later` for all these rows."""
    if isinstance(statement, Compiled):
        statement.run(db, rows)
    else:
        db.execute(statement, rows)


def upsert(engine: Engine, table: Table) -> Upsert:
    """An INSERT that knows ON CONFLICT, in the dialect of this engine.

    Its result tells how many rows it wrote, which SQLAlchemy keeps only when asked to.
    """
    return _insert_into(table, engine.dialect.name)


@cache  # its `excluded`, once made, costs as much as a query
def _insert_into(table: Table, dialect: str) -> Upsert:
    new = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return new.execution_options(preserve_rowcount=True)
