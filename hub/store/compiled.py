"""Statements of the hot path, compiled once and given straight to the driver.

SQLAlchemy's own way to a statement costs several times what SQLite takes to run it.
Here the SQL is kept, so what goes in and comes out is what the driver knows: moments are
integers (`tables.micros`, `tables.at_micros`).
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, Insert, Select, Update

Value: TypeAlias = str | bytes | int | None
Values: TypeAlias = Mapping[str, Value]

# Typed so, since the names of the columns are known only when it runs.
_named: Callable[[str, Sequence[str]], Any] = namedtuple


class Compiled:
    def __init__(
        self,
        statement: Insert | Select[Any] | Update,
        dialect: Dialect,
        columns: Sequence[str] = (),
    ) -> None:
        """`columns` are those that an INSERT is given values for."""
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self._sql = compiled.string
        self._order = getattr(compiled, "positiontup", None)  # None: the driver takes names
        # What the statement itself says, such as a LIMIT.
        self._fixed: dict[str, Value] = {
            name: value for name, value in compiled.params.items() if value is not None
        }
        columns_back = [column.name for column in statement.exported_columns]
        self._as_row = _named("Row", columns_back)._make

    def first(self, db: Connection, values: Values) -> Any:
        """The first row that comes back, its columns by name; None if there is none."""
        if self._order is None:
            return db.exec_driver_sql(self._sql, {**self._fixed, **values}).first()
        # Every row is fetched, so that the statement is done and holds no lock.
        rows = driver_of(db).execute(self._sql, self._in_order(values)).fetchall()
        return self._as_row(rows[0]) if rows else None

    def run(self, db: Connection, rows: Sequence[Values]) -> None:
        """Run it once for each of these."""
        if self._order is None:
            db.exec_driver_sql(self._sql, [{**self._fixed, **values} for values in rows])
        else:
            driver_of(db).executemany(self._sql, [self._in_order(values) for values in rows])

    def _in_order(self, values: Values) -> tuple[Value, ...]:
        known = {**self._fixed, **values} if self._fixed else values
        return tuple([known[name] for name in self._order or ()])


def driver_of(db: Connection) -> sqlite3.Connection:
    """SQLite's own connection below SQLAlchemy's."""
    driver = db.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
