"""What was in force at a moment, and who approved it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sp_registry import past, publishing
from sp_registry.errors import UnknownSnapshot
from sp_registry.service_provider import Policy
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_key, a_proposal
from tests.sp_registry.test_commands import Terminal

POSTEN = "https://posten.example.no/saml"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


@pytest.fixture
def lived(world: World) -> World:
    """NAV at 0, NAV with another basis and Posten at 10, back to the first at 20 minutes."""
    for minutes, proposals in (
        (0, (a_proposal(),)),
        (10, (a_proposal(policy=Policy(legal_basis="a mistake")), a_proposal(POSTEN))),
    ):
        at = NOW + minutes * MINUTE
        for proposal in proposals:
            change = world.desk.propose(proposal, "kari", at)
            world.desk.approve(change.entity_id, "ola" if minutes else "nina", at)
        publishing.publish(world.database, world.audit, a_key(), "ola", at)
    publishing.rollback(world.database, world.audit, 1, "kari", NOW + 20 * MINUTE)
    return world


def at(world: World, minutes: float, entity_id: str | None = None) -> past.Past:
    when = NOW + minutes * MINUTE
    return past.in_force_at(world.database, [a_key().certificate], when, entity_id)


def test_each_moment_has_its_snapshot_and_each_version_its_approver(lived: World) -> None:
    before, between, after = at(lived, 5), at(lived, 10), at(lived, 25)
    assert [one.term.snapshot for one in (before, between, after)] == [1, 2, 1]
    assert [one.change.approved_by for one in before.providers] == ["nina"]
    assert [one.sp.policy.legal_basis for one in between.providers] == ["a mistake", "demo"]
    assert [one.change.approved_by for one in between.providers] == ["ola", "ola"]
    assert after.term == publishing.Term(1, NOW + 20 * MINUTE, "kari")


def test_one_service_is_asked_for_alone(lived: World) -> None:
    assert [one.sp.entity_id for one in at(lived, 10, POSTEN).providers] == [POSTEN]
    assert at(lived, 5, POSTEN).providers == ()


def test_before_the_first_there_was_nothing(lived: World) -> None:
    with pytest.raises(UnknownSnapshot):
        at(lived, -1)


def test_the_command_tells_it(lived: World, tmp_path: Path) -> None:
    terminal = Terminal(lived, tmp_path)
    assert terminal.run("snapshot", "show", "--at", "2026-11-23T10:19", "--sp", NAV) == 0
    assert terminal.told[0] == "snapshot 1, in force since 2026-11-23 10:14 by ola"
    assert "proposed 2026-11-23 10:14 by kari, approved 2026-11-23 10:14 by nina" in (
        terminal.told[1]
    )
    later = datetime(2026, 11, 23, 11, 24, tzinfo=UTC).isoformat()
    assert terminal.run("snapshot", "show", "--at", later, "--sp", POSTEN) == 1
    assert terminal.run("snapshot", "show", "2", "--sp", POSTEN) == 0
    assert len(terminal.told) == 1
