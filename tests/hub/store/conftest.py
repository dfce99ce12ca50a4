"""The store under test: every test here runs on SQLite and on a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.keys.ring import KeyRing
from hub.store.migrate import migrate
from hub.store.open_store import DatabaseStore, open_store
from tests.needed import missing
from tests.postgres import Postgres, binaries, running_postgres

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.make(tmp_path_factory.mktemp("ring") / "keys.json")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    programs = binaries() or missing("PostgreSQL")
    with running_postgres(programs) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Postgres) -> str:
    address = postgres_server.new_database()
    migrate(address)
    return address


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "hub.db"
    migrate(str(path))
    return path


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database with all tables."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        return server.new_database(like=request.getfixturevalue("migrated_postgres"))
    return str(shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "hub.db"))


@pytest.fixture(params=ENGINES)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing was made yet."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        return server.new_database()
    return str(tmp_path / "hub.db")


@pytest.fixture
def store(address: str, ring: KeyRing) -> Iterator[DatabaseStore]:
    store = open_store(address, ring, node="test")
    yield store
    store.close()


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated_file: Path, ring: KeyRing) -> Iterator[DatabaseStore]:
    """For what is so on SQLite only."""
    store = open_store(str(shutil.copy(migrated_file, tmp_path / "hub.db")), ring, node="test")
    yield store
    store.close()
