"""The registry's world, as a fixture: on SQLite, or on each engine where a test asks so.

A test module whose subject is SQL sets `engine` to `each_engine`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needed import missing
from tests.postgres import Postgres, binaries, running_postgres
from tests.sp_registry.registry_fixtures import World, a_world


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    programs = binaries() or missing("PostgreSQL")
    with running_postgres(programs) as server:
        yield server


@pytest.fixture
def world(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    address = str(tmp_path / "registry.db")
    if engine == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        address = server.new_database()
    with a_world(address, tmp_path) as made:
        yield made
