"""Bring a database up to date.  The steps lie in `migrations/versions/`.

Several processes may call this at once: the first takes the lock (SQLite's own, or an
advisory one of PostgreSQL), the others wait and find nothing left to do.  All steps of
one call are one transaction, so a failed one leaves the database as it was.
"""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection
from sqlalchemy.exc import SQLAlchemyError

from hub.store.engine import database_url, make_engine, plain_sqlite
from hub.store.errors import StoreFailed, store_failed

FOLDER = Path(__file__).parent / "migrations"
LOCK_NUMBER = 0x4D696E4944  # "MinID": any number will do, if it is always this one


def migrate(address: str) -> None:
    """Make or change the tables until they are those that this version wants."""
    url = database_url(address)
    _make_private_file(url)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as fault:
        raise store_failed(fault) from None
    finally:
        engine.dispose()


def is_current(address: str) -> bool:
    """True if the database holds exactly the tables that this version wants."""
    url = database_url(address)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return False  # to look would make the file
    # Only a look: it must not wait for, nor hold up, the one who writes.
    engine = plain_sqlite(url) if url.get_backend_name() == "sqlite" else make_engine(url)
    try:
        with engine.connect() as connection:
            return _heads_of(connection) == set(
                ScriptDirectory.from_config(_config()).get_heads()
            )
    except SQLAlchemyError as fault:
        raise store_failed(fault) from None
    finally:
        engine.dispose()


def _heads_of(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _make_private_file(url: URL) -> None:
    # SQLite gives its WAL the mode of the file, so one word here guards both.
    if url.get_backend_name() != "sqlite":
        return
    try:
        os.close(os.open(str(url.database), os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise StoreFailed(f"{url.database} cannot be made: {fault.strerror}") from None
