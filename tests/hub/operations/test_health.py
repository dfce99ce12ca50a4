"""Alive means that it answers, ready that a login can work."""

from pathlib import Path
from typing import Any, NoReturn

from hub.store.errors import StoreFailed
from sp_registry.snapshot import Snapshots
from tests.builders import HUB
from tests.fakes import Meddling
from tests.hub.world import World


def fail(*_given: object) -> NoReturn:
    raise StoreFailed("the database is away")


def asked(world: World, path: str) -> tuple[int, Any]:
    response = world.app.test_client().get(path, base_url=HUB)
    return response.status_code, response.get_json()


def test_it_is_ready_with_database_and_snapshot(world: World) -> None:
    number = world.outside.snapshots.current().number
    status, told = asked(world, "/health/ready")
    assert (status, told["status"], told["snapshot"]) == (200, "ready", number)


def test_without_its_database_it_is_alive_and_not_ready(world: World) -> None:
    world.replace_store(flows=Meddling(world.store.flows, "is_open", fail))
    assert asked(world, "/health/live") == (200, {"status": "alive"})
    status, told = asked(world, "/health/ready")
    assert (status, told["status"], told["faults"]) == (503, "not ready", ["store-failed"])


def test_with_a_damaged_snapshot_and_no_other_it_is_not_ready(
    world: World, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "current").write_text("nothing of ours")
    world.replace(snapshots=Snapshots(broken))
    status, told = asked(world, "/health/ready")
    assert (status, told["status"], told["faults"]) == (503, "not ready", ["snapshot-damaged"])


def test_a_register_that_is_away_is_a_weakness_and_no_fault(world: World) -> None:
    for _turn in range(3):
        world.store.breakers.failed("folkeregisteret", world.clock.now())
    status, told = asked(world, "/health/ready")
    assert (status, told["status"]) == (200, "degraded")
    assert told["weaknesses"] == ["folkeregisteret-away"]
