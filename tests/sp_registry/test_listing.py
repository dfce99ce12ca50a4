"""Which services somebody sees, and how it stands with them: the same on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sp_registry.environment import Environment
from sp_registry.pages.listing import AT_ONCE, Standing, State, Wanted, page_of, standing_of
from sp_registry.rollouts import Kind, Plan
from sp_registry.service_provider import Policy
from sp_registry.staff import Colleague, Role
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_proposal

HERE = Environment.PRODUCTION
OWNER = "889640782"
ADMIN = Colleague("p1", "Kari", frozenset({Role.ADMINISTRATOR}), ())
TEAM = replace(ADMIN, roles=frozenset({Role.CONTACT}), organisations=(OWNER,))


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def states(world: World, wanted: Wanted = Wanted(), who: Colleague = ADMIN) -> dict[str, str]:
    rows, count = world.database.read(lambda connection: page_of(connection, wanted, who))
    assert count == len(rows)
    return {row.sp.entity_id: " ".join(row.states) for row in rows}


def standing(world: World, who: Colleague = ADMIN, here: Environment = HERE) -> Standing:
    return world.database.read(lambda connection: standing_of(connection, who, here))


def test_it_is_told_what_waits_what_was_rejected_and_whether_anything_is_in_force(
    world: World,
) -> None:
    assert standing(world) == Standing(0, 0, 0, False)
    rejected = world.desk.propose(a_proposal("https://c.example.no"), "kari", NOW)
    world.desk.reject(rejected.entity_id, "ola", NOW, rejected.version, "no")
    world.desk.propose(a_proposal("https://b.example.no"), "kari", NOW)
    assert standing(world) == Standing(2, 1, 1, False)
    world.approved(a_proposal(policy=Policy(organisation_number=OWNER)))
    assert standing(world) == Standing(3, 1, 1, True)
    assert standing(world, TEAM) == Standing(1, 0, 0, True)
    assert not standing(world, here=Environment.TEST).has_in_force
    change = world.desk.propose(a_proposal(policy=Policy(legal_basis="newer")), "kari", NOW)
    plan = Plan(Kind.SCHEDULED, NOW + timedelta(hours=1))
    world.rollouts.begin(NAV, plan, "ola", NOW, change.version)
    assert standing(world) == Standing(3, 1, 1, True)
    world.desk.suspend(NAV, "ola", NOW)
    assert not standing(world).has_in_force


def test_what_is_in_force_is_shown_beside_what_waits(world: World) -> None:
    world.approved(a_proposal(policy=Policy(organisation_number=OWNER)))
    world.desk.propose(a_proposal(policy=Policy(legal_basis="newer")), "kari", NOW)
    world.desk.propose(a_proposal("https://b.example.no"), "kari", NOW)
    assert states(world) == {"https://b.example.no": "waiting", NAV: "in-force waiting"}
    assert states(world, Wanted(State.IN_FORCE)) == {NAV: "in-force waiting"}
    assert states(world, Wanted(State.SUSPENDED)) == {}
    assert states(world, who=TEAM) == {NAV: "in-force waiting"}


def test_a_page_has_its_own_rows_the_newest_change_first(world: World) -> None:
    proposals = [a_proposal(f"https://sp-{n:02}.example.no") for n in range(AT_ONCE + 2)]
    world.desk.propose_all(proposals, "kari", NOW)
    rows, count = world.database.read(
        lambda connection: page_of(connection, Wanted(page=2), ADMIN)
    )
    assert count == AT_ONCE + 2
    assert [row.sp.entity_id[8:13] for row in rows] == ["sp-01", "sp-00"]
