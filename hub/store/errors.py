"""What goes wrong in the store itself."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub.errors import HubError


class StoreFailed(HubError):
    """The database did not do as asked; nothing of the act was kept."""

    code = "store-failed"


class NotADatabaseUrl(HubError):
    """The address names neither a SQLite file nor a PostgreSQL database."""

    code = "database-url"


def store_failed(fault: SQLAlchemyError | sqlite3.Error) -> StoreFailed:
    """Our error for theirs.  Only names and codes go on: their texts may quote values."""
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    exact = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return StoreFailed(f"{type(cause).__name__} {exact or 'without code'}")
