import os
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, update

from sp_registry import materialise, publishing, tables
from sp_registry.errors import SnapshotDamaged, UnknownSnapshot
from tests.sp_registry.registry_fixtures import (
    NAV,
    NOW,
    World,
    a_certificate,
    a_key,
    a_proposal,
)

POSTEN = "https://posten.example.no/saml"


def publish_only(world: World) -> None:
    publishing.publish(world.database, world.audit, a_key(), "ola", NOW)


def test_following_a_database_without_snapshots_does_nothing(world: World) -> None:
    assert world.follow() == 0
    assert world.snapshots.current().number == 0


def test_following_puts_the_newest_in_force(world: World) -> None:
    world.approved(a_proposal(NAV))
    publish_only(world)
    assert world.snapshots.current().number == 0
    assert world.follow() == 1
    assert world.snapshots.current().number == 1


def test_following_twice_makes_the_file_once(world: World) -> None:
    world.published(a_proposal(NAV))
    before = os.stat(world.directory / "1.sqlite")
    world.follow()
    assert os.stat(world.directory / "1.sqlite") == before


def test_a_folder_from_another_database_is_made_anew(world: World) -> None:
    world.published(a_proposal(NAV))
    (world.directory / "current").write_text("1 " + "0" * 64)
    world.follow()
    assert world.snapshots.current().find(NAV).entity_id == NAV


def test_a_broken_pointer_is_made_anew(world: World) -> None:
    world.published(a_proposal(NAV))
    (world.directory / "current").write_text("nonsense")
    world.follow()
    assert world.snapshots.current().number == 1


def test_the_file_is_readable_with_any_sqlite_tool(world: World) -> None:
    world.published(a_proposal(NAV))
    rows = sqlite3.connect(world.directory / "1.sqlite").execute(
        "SELECT entity_id, active, names, hosts, metadata FROM sp"
    )
    document = f"<the document of {NAV}/>".encode()
    assert rows.fetchall() == [
        (NAV, 1, "Arbeids- og velferdsetaten", "nav.example.no", document)
    ]


def refused(world: World, code: str = "snapshot-damaged") -> None:
    """The database's newest is refused, and the first one stays in force."""
    with pytest.raises(SnapshotDamaged) as caught:
        world.follow()
    assert caught.value.code == code
    assert world.snapshots.current().number == 1
    assert sorted(path.name for path in world.directory.glob("[!.]*")) == ["1.sqlite", "current"]
    assert not list(world.directory.glob(".*.part"))


@pytest.fixture
def spoiled(world: World) -> World:
    """A second snapshot is published and not yet followed."""
    world.published(a_proposal(NAV))
    world.approved(a_proposal(POSTEN))
    publish_only(world)
    return world


def test_changed_content_is_refused(spoiled: World) -> None:
    table = tables.entity_version
    spoiled.database.write(
        lambda connection: connection.execute(
            update(table).where(table.c.entity_id == POSTEN).values(content="{}")
        )
    )
    refused(spoiled)


def test_a_changed_document_is_refused(spoiled: World) -> None:
    spoiled.database.write(
        lambda connection: connection.execute(update(tables.entity_version).values(metadata=b""))
    )
    refused(spoiled)


def test_a_lost_version_is_refused(spoiled: World) -> None:
    def lose(connection: Connection) -> None:
        for table in (tables.change, tables.entity_version):
            connection.execute(delete(table).where(table.c.entity_id == POSTEN))

    spoiled.database.write(lose)
    refused(spoiled)


@pytest.mark.parametrize(
    "change",
    [
        {"members": "[]"},
        {"root": "0" * 64},
        {"signature": b"\0" * 256},
        {"previous": 0},
        {"published_by": "somebody else"},
        {"published_at": NOW + timedelta(microseconds=1)},
        {"algorithm": "none"},
        {"algorithm": "ecdsa-sha256"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_manifest_is_refused(spoiled: World, change: dict[str, object]) -> None:
    table = tables.snapshot
    spoiled.database.write(
        lambda connection: connection.execute(
            update(table).where(table.c.number == 2).values(**change)
        )
    )
    refused(spoiled)


def test_a_manifest_signed_by_another_key_is_refused(world: World) -> None:
    world.approved(a_proposal(NAV))
    publish_only(world)
    with pytest.raises(SnapshotDamaged):
        materialise.follow(world.database, world.directory, [a_certificate()])
    assert world.snapshots.current().number == 0


def test_any_of_the_metadata_keys_will_do(world: World) -> None:
    world.approved(a_proposal(NAV))
    publish_only(world)
    keys = [a_certificate(), a_key().certificate]
    assert materialise.follow(world.database, world.directory, keys) == 1


def test_it_makes_no_snapshot_that_never_was(world: World) -> None:
    with pytest.raises(UnknownSnapshot):
        materialise.materialise(world.database, world.directory, [], 7)


def test_it_makes_an_earlier_one_without_putting_it_in_force(world: World) -> None:
    world.published(a_proposal(NAV))
    world.published(a_proposal(POSTEN))
    (world.directory / "1.sqlite").unlink()
    materialise.materialise(world.database, world.directory, [a_key().certificate], 1)
    assert world.snapshots.current().number == 2
    assert len(world.snapshots.numbered(1)) == 1


def test_files_are_kept_for_a_day_after_they_were_in_force(world: World) -> None:
    world.published(a_proposal(NAV))
    world.published(a_proposal(POSTEN))
    a_week_ago = os.stat(world.directory / "current").st_mtime - 7 * 86400
    (world.directory / ".9.left-by-a-crash.part").touch()
    for name in ("1.sqlite", "2.sqlite", ".9.left-by-a-crash.part"):
        os.utime(world.directory / name, (a_week_ago, a_week_ago))
    world.published(a_proposal("https://lanekassen.example.no"))
    kept = sorted(path.name for path in world.directory.glob("*.sqlite"))
    assert kept == ["2.sqlite", "3.sqlite"]
    assert not list(world.directory.glob(".*.part"))


def test_a_folder_that_cannot_be_written_is_told_as_such(world: World) -> None:
    world.approved(a_proposal(NAV))
    publish_only(world)
    world.directory.write_text("a file where the folder should be")
    with pytest.raises(materialise.SnapshotNotMade):
        world.follow()
