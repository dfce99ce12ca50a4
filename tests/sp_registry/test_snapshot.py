import multiprocessing
import os
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sp_registry import local_file
from sp_registry.errors import SnapshotDamaged, UnknownSnapshot
from sp_registry.service_provider import Policy
from sp_registry.snapshot import Snapshots, UnknownServiceProvider
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_description, a_proposal, a_world

POSTEN = "https://posten.example.no/saml"
ENTITIES = [f"https://sp{number}.example.no/saml" for number in range(4)]


def test_it_finds_a_published_service_provider(world: World) -> None:
    world.published(a_proposal(NAV))
    found = world.snapshots.current().find(NAV)
    assert found.description == a_description(NAV)
    assert found.policy == Policy(legal_basis="demo")
    assert found.active


def test_it_does_not_know_one_that_only_waits_for_approval(world: World) -> None:
    world.published(a_proposal(NAV))
    world.desk.propose(a_proposal(POSTEN), "kari", NOW)
    world.published()
    with pytest.raises(UnknownServiceProvider):
        world.snapshots.current().find(POSTEN)


@pytest.mark.parametrize("almost", [NAV + "/", NAV.upper(), NAV[:-1], "%", ""])
def test_it_finds_by_the_exact_name_alone(world: World, almost: str) -> None:
    world.published(a_proposal(NAV))
    with pytest.raises(UnknownServiceProvider):
        world.snapshots.current().find(almost)


def test_it_finds_by_the_opaque_id(world: World) -> None:
    world.published(a_proposal(NAV), a_proposal(POSTEN))
    snapshot = world.snapshots.current()
    assert snapshot.by_id(snapshot.find(NAV).id) is snapshot.find(NAV)
    with pytest.raises(UnknownServiceProvider):
        snapshot.by_id("0")


def test_before_the_first_there_is_an_empty_one(world: World) -> None:
    snapshot = world.snapshots.current()
    assert (snapshot.number, len(snapshot), snapshot.all()) == (0, 0, ())
    with pytest.raises(UnknownServiceProvider):
        snapshot.find(NAV)


def test_a_worker_serves_the_new_snapshot_at_its_next_look(world: World) -> None:
    worker = world.snapshots
    assert worker.current().number == 0
    world.published(a_proposal(NAV))
    assert worker.current().find(NAV).entity_id == NAV
    world.published(a_proposal(POSTEN))
    assert worker.current().find(POSTEN).entity_id == POSTEN


def test_one_that_is_held_does_not_change(world: World) -> None:
    world.published(a_proposal(NAV))
    held = world.snapshots.current()
    world.published(a_proposal(NAV, policy=Policy(legal_basis="another")))
    assert held.find(NAV).policy.legal_basis == "demo"


def test_a_flow_finds_the_snapshot_that_it_began_under(world: World) -> None:
    world.published(a_proposal(NAV))
    world.published(a_proposal(POSTEN))
    worker = world.snapshots
    assert worker.numbered(1).number == 1
    assert len(worker.numbered(1)) == 1
    assert worker.numbered(2) is worker.current()
    with pytest.raises(UnknownSnapshot):
        worker.numbered(3)


def test_it_lists_all_by_entity_id(world: World) -> None:
    world.published(a_proposal(POSTEN), a_proposal(NAV))
    assert [sp.entity_id for sp in world.snapshots.current().all()] == [NAV, POSTEN]


@pytest.mark.parametrize("typed", ["arbeids", "Velferdsetaten og", "nav.example"])
def test_it_searches_names_addresses_and_hosts_by_beginnings_of_words(
    world: World, typed: str
) -> None:
    world.published(
        a_proposal(NAV), a_proposal(POSTEN, display_names=(("nb", "Posten"),), consumers=())
    )
    assert [sp.entity_id for sp in world.snapshots.current().search(typed)] == [NAV]


@pytest.mark.parametrize("typed", ['"', "a AND", "NEAR(", "*", "names:", "^x", "' --", "  "])
def test_nothing_typed_is_read_as_a_query_language(world: World, typed: str) -> None:
    world.published(a_proposal(NAV))
    assert world.snapshots.current().search(typed) == ()


def test_many_threads_read_at_once(world: World) -> None:
    world.published(*(a_proposal(entity_id) for entity_id in ENTITIES))
    worker = world.snapshots
    found: list[str] = []

    def look() -> None:
        found.extend(worker.current().find(entity_id).entity_id for entity_id in ENTITIES)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(ENTITIES * 8)


def test_a_forked_worker_reads_through_a_connection_of_its_own(world: World) -> None:
    world.published(a_proposal(NAV))
    worker = world.snapshots
    assert len(worker.current()) == 1
    child = multiprocessing.get_context("fork").Process(
        target=lambda: sys.exit(40 + len(worker.current()))
    )
    child.start()
    child.join()
    assert child.exitcode == 41


def test_a_damaged_file_leaves_the_last_in_force_and_alarms_once(world: World) -> None:
    alarms: list[SnapshotDamaged] = []
    world.published(a_proposal(NAV))
    worker = Snapshots(world.directory, alarms.append)
    assert worker.current().number == 1
    point_at(world.directory, 2, b"this is no SQLite file" * 100)
    assert [worker.current().number, worker.current().number] == [1, 1]
    assert [alarm.code for alarm in alarms] == ["snapshot-damaged"]


def test_a_file_with_another_root_is_not_served(world: World) -> None:
    alarms: list[SnapshotDamaged] = []
    world.published(a_proposal(NAV))
    worker = Snapshots(world.directory, alarms.append)
    worker.current()
    point_at(world.directory, 2, (world.directory / "1.sqlite").read_bytes())
    assert worker.current().number == 1
    assert len(alarms) == 1


def test_without_a_good_one_to_go_on_with_it_raises(world: World) -> None:
    world.directory.mkdir()
    point_at(world.directory, 1, b"")
    with pytest.raises(SnapshotDamaged):
        world.snapshots.current()


def test_a_pointer_that_we_did_not_write_is_damage(world: World) -> None:
    world.published(a_proposal(NAV))
    (world.directory / "current").write_text("../../etc/passwd")
    with pytest.raises(SnapshotDamaged):
        world.snapshots.current()


def test_a_reader_cannot_write(world: World) -> None:
    world.published(a_proposal(NAV))
    path = world.directory / "1.sqlite"
    assert os.stat(path).st_mode & 0o222 == 0


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ENTITIES), together=st.booleans())
def test_the_order_of_adding_never_changes_a_lookup(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], together: bool
) -> None:
    folder = tmp_path_factory.mktemp("order")
    with a_world(str(folder / "registry.db"), folder) as world:
        for group in [order] if together else [[entity_id] for entity_id in order]:
            world.published(*(a_proposal(entity_id) for entity_id in group))
        snapshot = world.snapshots.current()
        for entity_id in ENTITIES:
            assert snapshot.find(entity_id).description == a_description(entity_id)
        assert [sp.entity_id for sp in snapshot.all()] == ENTITIES


def point_at(directory: Path, number: int, content: bytes) -> None:
    (directory / f"{number}.sqlite").write_bytes(content)
    local_file.move_pointer(directory, local_file.Pointer(number, "0" * 64))
