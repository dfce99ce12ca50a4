"""Who is on the staff, on each engine."""

import pytest

from sp_registry.staff import BadGrant, NoSuchRole, Role, Staff
from tests.sp_registry.registry_fixtures import NOW, World

NAV = "889640782"


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world.database, world.audit)


def test_nobody_is_on_the_staff_without_a_role(staff: Staff) -> None:
    assert staff.find("p1") is None


def test_a_contact_has_their_own_organisations_and_decides_nothing(staff: Staff) -> None:
    staff.grant("p1", "Kari", Role.CONTACT, NAV, "shell:root", NOW)
    found = staff.find("p1")
    assert found is not None and found.organisations == (NAV,)
    assert found.proposes and not found.decides and not found.sees_all


def test_the_same_role_twice_is_held_once_and_goes_at_once(staff: Staff) -> None:
    for _ in range(2):
        staff.grant("p1", "Kari", Role.AUDITOR, None, "shell:root", NOW)
    assert len(staff.listing()) == 1
    staff.revoke("p1", Role.AUDITOR, None, "shell:root", NOW)
    assert staff.find("p1") is None
    with pytest.raises(NoSuchRole):
        staff.revoke("p1", Role.AUDITOR, None, "shell:root", NOW)


def test_history_can_name_those_who_have_left(staff: Staff) -> None:
    staff.grant("p1", "Kari", Role.AUDITOR, None, "shell:root", NOW)
    staff.revoke("p1", Role.AUDITOR, None, "shell:root", NOW)
    assert staff.names() == {"staff:p1": "Kari"}


@pytest.mark.parametrize(
    ("role", "organisation"),
    [(Role.CONTACT, None), (Role.CONTACT, "889640783"), (Role.AUDITOR, NAV)],
)
def test_a_role_that_nobody_can_have_is_refused(
    staff: Staff, role: Role, organisation: str | None
) -> None:
    with pytest.raises(BadGrant):
        staff.grant("p1", "Kari", role, organisation, "shell:root", NOW)


def test_every_deed_is_audited(staff: Staff, world: World) -> None:
    staff.grant("p1", "Kari", Role.ADMINISTRATOR, None, "shell:root", NOW)
    staff.grant("p2", "Ola", Role.ADMINISTRATOR, None, "shell:root", NOW)
    staff.revoke("p1", Role.ADMINISTRATOR, None, "shell:root", NOW)
    assert world.audited[1:] == [("staff-granted", "shell:root"), ("staff-revoked", "shell:root")]
