"""Services that nobody looks after, and those that get the identity number: at the boundaries."""

from datetime import datetime, timedelta

import pytest

from sp_registry import care
from sp_registry.care import NumberHolder, number_holders, unattended
from sp_registry.digest import gathered
from sp_registry.service_provider import Policy
from sp_registry.staff import Role, Staff
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_proposal

OWNER = "889640782"
SECOND = timedelta(seconds=1)
YEAR = timedelta(days=365)


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def served(world: World, attributes: tuple[str, ...] = ("uid",)) -> None:
    policy = Policy(legal_basis="a law", organisation_number=OWNER, attributes=attributes)
    world.published(a_proposal(policy=policy))


def alone(world: World, now: datetime, **logins: int) -> list[tuple[bool, bool]]:
    digest = gathered(world.snapshots.current().each(), now)
    known, teams = world.database.read(lambda c: (care.ownerships(c), care.teams(c)))
    found = unattended(digest, known, teams, {NAV: logins.get("logins", 0)}, now)
    return [(one.has_no_contact, one.is_unused) for one in found]


def holder(world: World, now: datetime) -> NumberHolder:
    known = world.database.read(care.ownerships)
    [found] = number_holders(gathered(world.snapshots.current().each(), now), known, {})
    return found


def test_it_is_unused_when_a_year_has_passed_since_its_approval(world: World) -> None:
    served(world)
    Staff(world.database, world.audit).grant("p1", "Kari", Role.CONTACT, OWNER, "ola", NOW)
    assert alone(world, NOW + YEAR) == []
    assert alone(world, NOW + YEAR + SECOND) == [(False, True)]
    assert alone(world, NOW + YEAR + SECOND, logins=1) == []


def test_a_later_approval_makes_it_no_younger(world: World) -> None:
    served(world)
    Staff(world.database, world.audit).grant("p1", "Kari", Role.CONTACT, OWNER, "ola", NOW)
    newer = Policy(legal_basis="a newer law", organisation_number=OWNER)
    change = world.desk.propose(a_proposal(policy=newer), "kari", NOW + YEAR)
    world.desk.approve(change.entity_id, "ola", NOW + YEAR)
    assert alone(world, NOW + YEAR + SECOND) == [(False, True)]


def test_its_last_contact_is_gone_with_the_last_role_of_its_owner_alone(world: World) -> None:
    served(world)
    staff = Staff(world.database, world.audit)
    assert alone(world, NOW) == [(True, False)]
    staff.grant("p1", "Kari", Role.CONTACT, OWNER, "ola", NOW)
    staff.grant("p2", "Nina", Role.CONTACT, OWNER, "ola", NOW)
    staff.grant("p3", "Siri", Role.CONTACT, "974761076", "ola", NOW)
    staff.revoke("p1", Role.CONTACT, OWNER, "ola", NOW)
    assert alone(world, NOW) == []
    staff.revoke("p2", Role.CONTACT, OWNER, "ola", NOW)
    assert alone(world, NOW) == [(True, False)]


def test_what_is_suspended_is_nobodys_care(world: World) -> None:
    served(world)
    world.desk.suspend(NAV, "ola", NOW)
    world.published()
    assert alone(world, NOW + 2 * YEAR) == []


def test_the_need_for_the_number_is_overdue_a_year_after_it_was_attested(world: World) -> None:
    served(world)
    assert not holder(world, NOW + YEAR).is_overdue(NOW + YEAR)
    assert holder(world, NOW + YEAR).is_overdue(NOW + YEAR + SECOND)
    care.attest(world.database, world.audit, NAV, "kari", NOW + YEAR)
    found = holder(world, NOW + YEAR)
    assert found.was_attested and found.attested_at == NOW + YEAR
    assert not found.is_overdue(NOW + 2 * YEAR)
    assert found.is_overdue(NOW + 2 * YEAR + SECOND)


def test_one_that_does_not_get_the_number_is_no_holder(world: World) -> None:
    served(world, attributes=("SecurityLevel",))
    known = world.database.read(care.ownerships)
    assert number_holders(gathered(world.snapshots.current().each(), NOW), known, {}) == []


def test_what_nobody_ever_approved_or_attested_is_overdue(world: World) -> None:
    served(world)
    [found] = number_holders(gathered(world.snapshots.current().each(), NOW), {}, {})
    assert found.is_overdue(NOW)
