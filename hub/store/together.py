"""Several acts of the store in one transaction: `hub.seams.store.Together`.

What the rooms write inside it joins the one write (see `Database.write`), which
SQLite's may run in another writer's thread: so the caller's context goes along.
"""

from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

from hub.store.database import Database

T = TypeVar("T")


class TogetherInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, acts: Callable[[], T]) -> T:
        context = copy_context()
        return self._database.write(lambda _db: context.run(acts))
