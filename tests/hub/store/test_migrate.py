import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData

from hub.keys.ring import KeyRing
from hub.store import tables as hub_tables
from hub.store.engine import database_url, make_engine
from hub.store.errors import NotADatabaseUrl, StoreFailed
from hub.store.migrate import is_current, migrate
from hub.store.open_store import open_store
from sp_registry import tables as registry_tables

MIGRATE = "import sys; from hub.store.migrate import migrate; migrate(sys.argv[1])"


def test_a_new_database_becomes_current(empty_address: str) -> None:
    assert not is_current(empty_address)
    migrate(empty_address)
    assert is_current(empty_address)


def test_migrating_again_changes_nothing(address: str) -> None:
    migrate(address)
    assert is_current(address)


def test_the_steps_make_the_tables_that_the_code_states(address: str) -> None:
    engine = make_engine(database_url(address))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, _every_table()) == []
    engine.dispose()


def _every_table() -> MetaData:
    every = MetaData(naming_convention=hub_tables.NAMING)
    for metadata in (hub_tables.metadata, registry_tables.metadata):
        for table in metadata.sorted_tables:
            table.to_metadata(every)
    return every


def test_many_processes_may_migrate_at_once(empty_address: str) -> None:
    command = [sys.executable, "-c", MIGRATE, empty_address]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(5)]
    faults = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 5, faults
    assert is_current(empty_address)


def test_to_look_makes_no_file(tmp_path: Path) -> None:
    assert not is_current(str(tmp_path / "hub.db"))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_a_fault_of_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="No such file"):
        migrate(str(tmp_path / "nowhere" / "hub.db"))


def test_an_odd_path_is_only_a_path(tmp_path: Path) -> None:
    address = str(tmp_path / "hub?mode=memory#1 %41.db")
    migrate(address)
    assert is_current(address) and Path(address).exists()


def test_to_open_a_store_makes_no_file(tmp_path: Path, ring: KeyRing) -> None:
    store = open_store(str(tmp_path / "hub.db"), ring)
    with pytest.raises(StoreFailed):
        store.people.get("nobody")
    store.close()
    assert not list(tmp_path.iterdir())


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    migrate(str(tmp_path / "hub.db"))
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "address", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", ":memory:", "://"]
)
def test_other_databases_are_refused(address: str) -> None:
    with pytest.raises(NotADatabaseUrl):
        database_url(address)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("instance/hub.db", "sqlite:///instance/hub.db"),
        ("sqlite:////srv/minid/hub.db", "sqlite:////srv/minid/hub.db"),
        ("postgresql://hub@db/minid", "postgresql+psycopg://hub@db/minid"),
        ("postgres://hub@db/minid", "postgresql+psycopg://hub@db/minid"),
    ],
)
def test_an_address_is_a_path_or_a_url(address: str, wanted: str) -> None:
    assert database_url(address).render_as_string() == wanted
