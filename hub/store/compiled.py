"""Statements of the hot path, compiled once.

SQLAlchemy's own cache finds the SQL again for each call, which costs several times what
SQLite takes to run it.  Here the SQL is kept, so what goes in and comes out is what the
driver knows: moments are integers (`tables.micros`, `tables.at_micros`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Dialect, Insert, Select, Update

Value: TypeAlias = str | bytes | int | None


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

    def run(self, db: Connection, values: Mapping[str, Value]) -> CursorResult[Any]:
        if self._order is None:
            return db.exec_driver_sql(self._sql, dict(values))
        return db.exec_driver_sql(self._sql, tuple([values[name] for name in self._order]))
