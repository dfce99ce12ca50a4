"""What was decided is published, though whoever decided was killed before that."""

from datetime import timedelta
from pathlib import Path

import pytest

from certs.signing_key import SigningKey
from sp_registry import publishing, unpublished
from sp_registry.manifest import Manifest
from sp_registry.rollouts import MACHINE, Kind, Plan
from sp_registry.service_provider import Policy
from tests.killed import killed_while_it_signs
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_key, a_proposal
from tests.sp_registry.test_commands import POSTEN, Terminal

LATER = NOW + timedelta(minutes=1)
NEWER = a_proposal(policy=Policy(legal_basis="a newer law"))


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def settled(world: World) -> Manifest | None:
    made = publishing.settle(world.database, world.audit, a_key(), LATER)
    world.follow()
    return made


def basis(world: World) -> str | None:
    return world.snapshots.current().find(NAV).policy.legal_basis


def test_an_approval_is_published_though_its_command_was_killed(
    world: World, tmp_path: Path
) -> None:
    terminal = Terminal(world, tmp_path)
    world.published(a_proposal())
    world.desk.propose(NEWER, "nina", NOW)

    def approve(key: SigningKey) -> None:
        terminal.signing_key = key
        terminal.run("sp", "approve", NAV)

    killed_while_it_signs(a_key(), approve)
    assert not world.desk.show(NAV).newest.waits
    world.follow()
    assert basis(world) == "demo"
    made = settled(world)
    assert made is not None and made.note == f"left unpublished: {NAV} by kari"
    assert basis(world) == "a newer law"
    assert world.audited[-1] == ("snapshot-published", MACHINE)


def test_what_was_taken_back_is_staged_no_more_though_its_command_was_killed(
    world: World, tmp_path: Path
) -> None:
    terminal = Terminal(world, tmp_path)
    world.published(a_proposal())
    change = world.desk.propose(NEWER, "nina", NOW)
    world.rollouts.begin(NAV, Plan(Kind.SHARE, LATER, 10), "ola", NOW, change.version)
    world.published()

    def take_back(key: SigningKey) -> None:
        terminal.signing_key = key
        terminal.run("sp", "rollout", NAV, "--back", "they fail")

    killed_while_it_signs(a_key(), take_back)
    world.follow()
    assert world.snapshots.current().staged
    assert settled(world) is not None
    assert not world.snapshots.current().staged


def test_it_is_settled_once(world: World) -> None:
    world.approved(a_proposal())
    assert settled(world) is not None
    audited = list(world.audited)
    assert settled(world) is None
    assert world.audited == audited


def test_what_was_published_leaves_nothing(world: World) -> None:
    world.published(a_proposal())
    assert settled(world) is None


def test_a_command_that_decides_on_many_is_not_overtaken(world: World) -> None:
    world.approved(a_proposal())
    soon = NOW + unpublished.QUIET - timedelta(seconds=1)
    assert publishing.settle(world.database, world.audit, a_key(), soon) is None


def test_a_snapshot_that_was_gone_back_to_stays(world: World) -> None:
    world.published(a_proposal())
    world.published(NEWER)
    publishing.rollback(world.database, world.audit, 1, "ola", NOW)
    assert settled(world) is None
    assert basis(world) == "demo"


def test_many_decisions_are_told_in_a_few_words() -> None:
    many = [unpublished.Decision(POSTEN, "kari", NOW)] * (unpublished.MOST_TOLD + 2)
    assert unpublished.told(many).endswith(" and 2 more")
