"""What the registry asks of the hub: a database to write in, and an audit log."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Database(Protocol):
    def write(self, job: Callable[[Connection], T]) -> T:
        """Run the job in one transaction that is durably committed when this returns.

        The job may be run again from the start if the database asks for it.
        """

    def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job that only reads."""


class Audit(Protocol):
    def __call__(
        self, event: str, by: str, now: datetime, details: Mapping[str, str]
    ) -> None:
        """Put on record what is about to be done; the deed is left undone if this fails."""
