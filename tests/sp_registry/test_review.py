"""What reviewers have: comments, earlier versions, and the dry run on the command line."""

from dataclasses import replace
from pathlib import Path

import pytest

from metadata import names
from metadata.description import Endpoint
from sp_registry import comments
from sp_registry.changes import ChangeKind, NothingToApprove, NotRegistered
from sp_registry.service_provider import Policy
from sp_registry.traffic import Cause, Replay, Why
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_proposal
from tests.sp_registry.test_commands import Terminal

NEWER = Policy(legal_basis="a newer law")


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def test_comments_are_kept_in_order_with_the_change_they_are_on(world: World) -> None:
    first = world.desk.propose(a_proposal(), "kari", NOW)
    comments.add(world.database, world.audit, NAV, "Why?", "ola", NOW)
    second = world.desk.propose(a_proposal(policy=NEWER), "kari", NOW)
    comments.add(world.database, world.audit, NAV, "So.", "kari", NOW)
    told = world.database.read(lambda connection: comments.of(connection, NAV))
    assert [one.change for one in told] == [first.number, second.number]
    assert [one.text for one in told] == ["Why?", "So."]
    with pytest.raises(NotRegistered):
        comments.add(world.database, world.audit, "https://unknown.example", "?", "ola", NOW)


def test_an_earlier_version_is_proposed_once_more(world: World) -> None:
    world.approved(a_proposal(), a_proposal(policy=NEWER))
    first = world.desk.history(NAV)[-1]
    change = world.desk.restore(NAV, first.version, "kari", NOW)
    assert (change.kind, change.version) == (ChangeKind.RESTORATION, first.version)
    assert change.waits and world.desk.show(NAV).proposed.policy.legal_basis == "demo"
    assert world.desk.restore(NAV, first.version, "kari", NOW) == change


def test_restoring_does_not_open_what_is_suspended(world: World) -> None:
    world.approved(a_proposal(), a_proposal(policy=NEWER))
    first = world.desk.history(NAV)[-1]
    world.desk.suspend(NAV, "ola", NOW)
    world.desk.restore(NAV, first.version, "kari", NOW)
    assert not world.desk.show(NAV).proposed.active


def test_a_version_of_another_is_no_version_of_it(world: World) -> None:
    posten = "https://posten.example.no/saml"
    world.approved(a_proposal(), a_proposal(posten))
    version = world.desk.history(posten)[0].version
    with pytest.raises(NotRegistered):
        world.desk.restore(NAV, version, "kari", NOW)


def test_the_command_tells_what_would_still_pass(world: World, tmp_path: Path) -> None:
    terminal = Terminal(world, tmp_path)
    world.approved(a_proposal())
    with pytest.raises(NothingToApprove):
        terminal.run("sp", "dry-run", NAV)
    consumer = Endpoint(names.HTTP_POST, "https://nav.example.no/new", 0, True)
    world.desk.propose(a_proposal(consumers=(consumer,)), "kari", NOW)
    assert terminal.run("sp", "dry-run", NAV) == 0
    causes = (Cause(Why.CONSUMER_INDEX, "2", 3),)
    world.traffic.replayed = Replay(415, causes, 0, 0, NOW)
    assert terminal.run("sp", "dry-run", NAV) == 1
    assert terminal.told == [
        "412 of the last 415 would still pass (since 2026-11-23 10:14)",
        "  3 ask for AssertionConsumerServiceIndex 2, which it has no more",
    ]
    world.traffic.replayed = replace(world.traffic.replayed, causes=(), mended=1)
    assert terminal.run("sp", "dry-run", NAV) == 0


def test_the_command_restores_by_the_beginning_of_a_version(world: World, tmp_path: Path) -> None:
    terminal = Terminal(world, tmp_path)
    world.approved(a_proposal(), a_proposal(policy=NEWER))
    first = world.desk.history(NAV)[-1]
    assert terminal.run("sp", "restore", NAV, "") == 1
    assert terminal.run("sp", "restore", NAV, first.version[:12]) == 0
    assert world.desk.history(NAV)[0].version == first.version
