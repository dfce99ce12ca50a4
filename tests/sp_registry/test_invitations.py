"""Invitations to the staff, on each engine."""

from datetime import timedelta

import pytest

from sp_registry import organisations, staff, tables
from sp_registry.arrival import arrived
from sp_registry.invitations import LINK_LIFE, InvitationOver, Invitations, Wish
from sp_registry.organisations import BadOrganisation
from sp_registry.staff import BadGrant, Colleague, LastAdministrator, Role, Staff
from tests.sp_registry.registry_fixtures import NOW, World

NAV = "889640782"
WISH = Wish("Kari", Role.CONTACT, NAV, "NAV")


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


@pytest.fixture
def room(world: World) -> Invitations:
    return Invitations(world.database, world.audit)


def come(world: World, person_id: str) -> Colleague | None:
    return arrived(world.database, world.audit, person_id, NOW, NOW)


def test_a_link_works_once_for_whoever_is_logged_in(world: World, room: Invitations) -> None:
    _found, secret = room.by_link(WISH, "shell:root", NOW)
    room.accept(secret, "p1", NOW)
    found = come(world, "p1")
    assert found is not None and (found.name, found.organisations) == ("Kari", (NAV,))
    with pytest.raises(InvitationOver):
        room.accept(secret, "p2", NOW)
    assert come(world, "p2") is None


def test_a_links_secret_is_not_in_the_table(world: World, room: Invitations) -> None:
    _found, secret = room.by_link(WISH, "shell:root", NOW)
    rows = world.database.read(
        lambda connection: connection.execute(tables.staff_invitation.select()).all()
    )
    assert secret not in str(rows)


def test_a_link_runs_out(room: Invitations) -> None:
    _found, secret = room.by_link(WISH, "shell:root", NOW)
    with pytest.raises(InvitationOver):
        room.accept(secret, "p1", NOW + LINK_LIFE)


def test_what_is_withdrawn_cannot_be_accepted(room: Invitations) -> None:
    found, secret = room.by_link(WISH, "shell:root", NOW)
    room.withdraw(found.number, "shell:root", NOW)
    with pytest.raises(InvitationOver):
        room.accept(secret, "p1", NOW)
    with pytest.raises(InvitationOver):
        room.withdraw(found.number, "shell:root", NOW)
    assert not room.listing(NOW)


def test_nobody_accepts_their_own(world: World, room: Invitations) -> None:
    Staff(world.database, world.audit).grant(
        "p1", "Kari", Role.ADMINISTRATOR, None, "shell:root", NOW
    )
    _found, secret = room.by_link(Wish("Ola", Role.AUDITOR), "staff:p1", NOW)
    with pytest.raises(InvitationOver):
        room.accept(secret, "p1", NOW)


def test_whoever_is_revoked_has_invited_nobody(world: World, room: Invitations) -> None:
    held = (Role.CONTACT, NAV, "shell:root", NOW)
    Staff(world.database, world.audit).grant("p1", "Kari", *held)
    _found, secret = room.by_link(WISH, "staff:p1", NOW)
    Staff(world.database, world.audit).revoke("p1", *held)
    with pytest.raises(InvitationOver):
        room.accept(secret, "p2", NOW)
    assert room.of_link(secret, NOW)  # nothing was half done
    assert come(world, "p2") is None


def test_what_waits_for_a_person_is_theirs_when_they_come(
    world: World, room: Invitations
) -> None:
    room.by_person(WISH, "p1", "shell:root", NOW)
    assert come(world, "p2") is None
    found = come(world, "p1")
    assert found is not None and found.organisations == (NAV,)
    assert not room.listing(NOW)
    assert ("staff-invitation-accepted", "staff:p1") in world.audited


def test_the_newest_login_is_kept(world: World, room: Invitations) -> None:
    room.by_person(WISH, "p1", "shell:root", NOW)
    for at in (NOW, NOW + timedelta(days=1), NOW - timedelta(days=1)):
        arrived(world.database, world.audit, "p1", at, NOW)
    (grant,) = Staff(world.database, world.audit).listing()
    assert grant.login_at == NOW + timedelta(days=1)


def test_an_organisation_is_named_once(world: World, room: Invitations) -> None:
    with pytest.raises(BadOrganisation):
        room.by_link(Wish("Kari", Role.CONTACT, NAV), "shell:root", NOW)
    room.by_link(WISH, "shell:root", NOW)
    room.by_link(Wish("Ola", Role.CONTACT, NAV, "Another name"), "shell:root", NOW)
    assert world.database.read(organisations.names) == {NAV: "NAV"}


def test_a_number_that_is_none_is_refused(room: Invitations) -> None:
    with pytest.raises(BadGrant):
        room.by_link(Wish("Kari", Role.CONTACT, "889640783", "NAV"), "shell:root", NOW)


def test_the_last_administrator_stays(world: World) -> None:
    people = Staff(world.database, world.audit)
    for person in ("p1", "p2"):
        people.grant(person, "Kari", Role.ADMINISTRATOR, None, "shell:root", NOW)
    people.revoke("p1", Role.ADMINISTRATOR, None, "staff:p2", NOW)
    with pytest.raises(LastAdministrator):
        people.revoke("p2", Role.ADMINISTRATOR, None, "staff:p2", NOW)
    assert world.database.read(lambda connection: staff.colleague(connection, "p2"))


def test_a_contact_manages_contacts_of_their_own_alone() -> None:
    kari = Colleague("p1", "Kari", frozenset({Role.CONTACT}), (NAV,))
    assert kari.may_manage(Role.CONTACT, NAV)
    assert not kari.may_manage(Role.CONTACT, "974760673")
    assert not kari.may_manage(Role.AUDITOR, None)
