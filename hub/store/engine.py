"""SQLAlchemy engines for a SQLite file or a PostgreSQL database.

SQLite: WAL, synchronous FULL, foreign keys, five seconds' patience for a lock, and
every transaction begins as a writer (BEGIN IMMEDIATE), since one that reads first and
then wants to write fails at once where another wrote meanwhile.
"""

from sqlite3 import Connection as SqliteConnection
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from hub.store.errors import NotADatabaseUrl

LOCK_SECONDS = 5


def database_url(address: str) -> URL:
    """The URL of `sqlite:///path`, a plain path, or `postgresql://…`."""
    if "://" not in address:
        return _of_file(URL.create("sqlite", database=address))
    try:
        url = make_url(address)
    except ArgumentError:
        raise NotADatabaseUrl("the database URL cannot be read") from None
    name = url.get_backend_name()
    if name == "sqlite":
        return _of_file(url.set(drivername="sqlite"))
    if name in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise NotADatabaseUrl(f"the database is {name}, wanted sqlite or postgresql")


def _of_file(url: URL) -> URL:
    if not url.database or url.database == ":memory:":
        raise NotADatabaseUrl("SQLite needs a file: a database in memory is lost at each restart")
    return url


def make_engine(url: URL) -> Engine:
    """An engine whose transactions are what one expects; it connects when first used."""
    if url.get_backend_name() == "sqlite":
        engine = plain_sqlite(url)
        event.listen(engine, "begin", _begin_as_writer)
        return engine
    return create_engine(url, hide_parameters=True, connect_args={"connect_timeout": LOCK_SECONDS})


def plain_sqlite(url: URL) -> Engine:
    """An engine that never begins a transaction: its user says BEGIN and COMMIT in SQL."""
    # mode=rw: a file that is not there is a fault, and is never made with anybody's mode.
    existing = url.set(
        database=f"file:{quote(str(url.database))}", query={"mode": "rw", "uri": "true"}
    )
    engine = create_engine(
        existing,
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={
            "timeout": LOCK_SECONDS,
            "isolation_level": None,
            "check_same_thread": False,
        },
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: SqliteConnection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_as_writer(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
