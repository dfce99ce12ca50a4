from dataclasses import replace

import pytest

from sp_registry import changes
from sp_registry.changes import ChangeKind, NothingToApprove, NotRegistered
from sp_registry.onboarding import Mode, NeedsApproval
from sp_registry.service_provider import Policy
from sp_registry.staff import Staff
from tests.sp_registry.registry_fixtures import NAV, NOW, PRODUCTION, World, a_proposal

POSTEN = "https://posten.example.no/saml"
OURS, THEIRS = "889640782", "974760673"
LAWFUL = Policy(legal_basis="folketrygdloven")


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def test_a_proposal_waits_until_it_is_approved(world: World) -> None:
    change = world.desk.propose(a_proposal(NAV), "kari", NOW, "new")
    assert change.waits
    assert world.desk.show(NAV).approved is None
    approved = world.desk.approve(NAV, "ola", NOW)
    assert (approved.proposed_by, approved.approved_by, approved.note) == ("kari", "ola", "new")
    assert world.desk.show(NAV).approved == world.desk.show(NAV).proposed


def test_the_same_again_is_no_new_change(world: World) -> None:
    first = world.desk.propose(a_proposal(NAV), "kari", NOW)
    assert world.desk.propose(a_proposal(NAV), "ola", NOW) == first
    approved = world.desk.approve(NAV, "ola", NOW)
    assert world.desk.propose(a_proposal(NAV), "kari", NOW) == approved
    assert world.desk.history(NAV) == [approved]


def test_another_document_or_policy_is_a_new_change(world: World) -> None:
    world.approved(a_proposal(NAV))
    world.approved(replace(a_proposal(NAV), document=b"<another/>"))
    world.approved(a_proposal(NAV, policy=LAWFUL))
    assert [change.number for change in world.desk.history(NAV)] == [3, 2, 1]


def test_the_opaque_id_never_changes(world: World) -> None:
    world.approved(a_proposal(NAV))
    before = world.desk.show(NAV).proposed.id
    world.approved(a_proposal(NAV, policy=LAWFUL))
    assert world.desk.show(NAV).proposed.id == before


def test_only_the_newest_change_can_be_approved_and_once(world: World) -> None:
    first = world.desk.propose(a_proposal(NAV), "kari", NOW)
    world.desk.propose(a_proposal(NAV, policy=LAWFUL), "kari", NOW)
    with pytest.raises(NothingToApprove):
        world.desk.approve(NAV, "ola", NOW, version=first.version)
    world.desk.approve(NAV, "ola", NOW)
    with pytest.raises(NothingToApprove):
        world.desk.approve(NAV, "ola", NOW)


def test_an_approval_that_was_overtaken_is_not_written(world: World) -> None:
    seen = world.desk.propose(a_proposal(NAV), "kari", NOW)
    world.desk.propose(a_proposal(NAV, policy=LAWFUL), "kari", NOW)
    with pytest.raises(NothingToApprove):
        world.database.write(lambda c: changes.mark_approved(c, seen, "ola", NOW))


def test_production_wants_another_person_to_approve(world: World) -> None:
    world.mode = PRODUCTION
    world.desk.propose(a_proposal(NAV, policy=LAWFUL), "kari", NOW)
    with pytest.raises(NeedsApproval) as caught:
        world.desk.approve(NAV, "kari", NOW)
    assert caught.value.code == "approver-same"
    assert world.desk.approve(NAV, "ola", NOW).approved_by == "ola"


def test_an_installation_with_one_approver_says_so(world: World) -> None:
    world.mode = Mode(production=True, single_approver=True)
    world.desk.propose(a_proposal(NAV, policy=LAWFUL), "kari", NOW)
    assert world.desk.approve(NAV, "kari", NOW).approved_by == "kari"


def test_a_suspended_one_is_published_as_such(world: World) -> None:
    world.published(a_proposal(NAV))
    suspended = world.desk.suspend(NAV, "kari", NOW, "key lost")
    assert (suspended.kind, suspended.approved_by) == (ChangeKind.SUSPENSION, "kari")
    world.published()
    assert not world.snapshots.current().find(NAV).active
    assert world.desk.suspend(NAV, "kari", NOW) == suspended


def test_taking_it_in_again_does_not_lift_a_suspension(world: World) -> None:
    world.published(a_proposal(NAV))
    world.desk.suspend(NAV, "kari", NOW)
    world.published(a_proposal(NAV), a_proposal(NAV, policy=LAWFUL))
    assert not world.snapshots.current().find(NAV).active


def test_a_suspension_overtakes_what_waits(world: World) -> None:
    world.approved(a_proposal(NAV))
    world.desk.propose(a_proposal(NAV, policy=LAWFUL), "kari", NOW)
    world.desk.suspend(NAV, "kari", NOW)
    with pytest.raises(NothingToApprove):
        world.desk.approve(NAV, "ola", NOW)


def test_resuming_needs_an_approval(world: World) -> None:
    world.approved(a_proposal(NAV))
    world.desk.suspend(NAV, "kari", NOW)
    assert world.desk.resume(NAV, "kari", NOW).waits
    world.desk.approve(NAV, "ola", NOW)
    world.published()
    assert world.snapshots.current().find(NAV).active


def test_it_lists_by_entity_id(world: World) -> None:
    world.desk.propose(a_proposal(POSTEN), "kari", NOW)
    world.approved(a_proposal(NAV))
    entries = world.desk.listing()
    assert [entry.newest.entity_id for entry in entries] == [NAV, POSTEN]
    assert [entry.approved is not None for entry in entries] == [True, False]


@pytest.mark.parametrize("act", ["approve", "suspend", "resume"])
def test_what_is_not_registered_is_said_to_be_so(world: World, act: str) -> None:
    with pytest.raises(NotRegistered):
        getattr(world.desk, act)(NAV, "kari", NOW)
    with pytest.raises(NotRegistered):
        world.desk.show(NAV)
    with pytest.raises(NotRegistered):
        world.desk.history(NAV)


def test_a_shell_that_is_somebodys_counts_as_that_person(world: World) -> None:
    world.mode = PRODUCTION
    staff = Staff(world.database, world.audit)
    world.desk.propose(a_proposal(policy=Policy(legal_basis="a law")), "shell:kari", NOW)
    staff.bind_shell("kari", "p1", "shell:root", NOW)
    with pytest.raises(NeedsApproval, match="somebody else"):
        world.desk.approve(NAV, "staff:p1", NOW)
    assert world.desk.approve(NAV, "staff:p2", NOW).approved_at


def test_two_shells_of_one_person_count_once(world: World) -> None:
    world.mode = PRODUCTION
    staff = Staff(world.database, world.audit)
    for user in ("kari", "deploy"):
        staff.bind_shell(user, "p1", "shell:root", NOW)
    world.desk.propose(a_proposal(), "shell:kari", NOW)
    with pytest.raises(NeedsApproval, match="somebody else"):
        world.desk.approve(NAV, "shell:deploy", NOW)


def owner(world: World) -> str | None:
    return world.database.read(lambda connection: changes.owner_of(connection, NAV))


def test_whose_it_is_does_not_change_by_silence(world: World) -> None:
    ours = Policy(legal_basis="demo", organisation_number=OURS)
    world.approved(a_proposal(policy=ours))
    assert owner(world) == OURS
    world.approved(a_proposal(policy=Policy(legal_basis="another law")))
    assert owner(world) == OURS
    approved = world.desk.show(NAV).approved
    assert approved is not None and approved.policy.organisation_number == OURS


def test_it_moves_to_another_organisation_by_approval_alone(world: World) -> None:
    world.approved(a_proposal(policy=Policy(legal_basis="demo", organisation_number=OURS)))
    moving = Policy(legal_basis="demo", organisation_number=THEIRS)
    world.desk.propose(a_proposal(policy=moving), "kari", NOW)
    assert owner(world) == OURS
    world.desk.approve(NAV, "ola", NOW)
    assert owner(world) == THEIRS


def test_many_are_proposed_as_each_by_itself(world: World) -> None:
    world.approved(a_proposal(NAV))
    world.desk.suspend(NAV, "kari", NOW)
    proposals = [a_proposal(NAV, policy=LAWFUL), a_proposal(POSTEN)]
    changed, new = world.desk.propose_all(proposals, "kari", NOW, "both")
    assert (changed.entity_id, new.entity_id) == (NAV, POSTEN)
    assert changed.waits and new.waits and new.note == "both"
    assert not world.desk.show(NAV).proposed.active
    assert world.desk.propose_all(proposals, "ola", NOW) == [changed, new]
    assert world.desk.propose(proposals[1], "ola", NOW) == new


def test_of_many_those_that_may_not_be_approved_are_told_and_wait(world: World) -> None:
    world.mode = PRODUCTION
    lawful = a_proposal(NAV, policy=LAWFUL)
    waiting = world.desk.propose_all([lawful, a_proposal(POSTEN)], "kari", NOW)
    refusals = world.desk.approve_all(waiting, "ola", NOW)
    assert [(key, one.code) for key, one in refusals.items()] == [
        (POSTEN, "uid-needs-legal-basis")
    ]
    assert world.desk.show(NAV).approved and world.desk.show(POSTEN).newest.waits


def test_of_many_none_is_approved_if_one_was_decided_on_meanwhile(world: World) -> None:
    waiting = world.desk.propose_all([a_proposal(NAV), a_proposal(POSTEN)], "kari", NOW)
    world.desk.reject(POSTEN, "ola", NOW, waiting[1].version, "no")
    with pytest.raises(NothingToApprove):
        world.desk.approve_all(waiting, "ola", NOW)
    assert world.desk.show(NAV).newest.waits
