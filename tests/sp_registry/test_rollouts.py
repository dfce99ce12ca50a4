"""Changes that come in force at a time, or for some logins first."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sp_registry import past, publishing, rollouts
from sp_registry.changes import NothingToApprove
from sp_registry.environment import Environment
from sp_registry.onboarding import NeedsApproval
from sp_registry.rollouts import MACHINE, BadRollout, Kind, NoRollout, Outcome, Plan, Rollout
from sp_registry.service_provider import Policy
from sp_registry.snapshot import Snapshot, Snapshots
from sp_registry.staging import Staged, Then, drawn, is_worse, meets
from sp_registry.traffic import Tallies, Tally
from tests.sp_registry.registry_fixtures import (
    NAV,
    NOW,
    PRODUCTION,
    World,
    a_key,
    a_proposal,
)
from tests.sp_registry.test_commands import Terminal

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
NEWER = a_proposal(policy=Policy(legal_basis="a newer law"))
SHARE = Plan(Kind.SHARE, LATER, 10)
BAD = Tallies(Tally(40, (("asked again", 12),)), Tally(400, (("asked again", 1),)))


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def begun(world: World, plan: Plan) -> Rollout:
    """NAV in force, a newer version of it rolled out by Ola."""
    world.published(a_proposal())
    change = world.desk.propose(NEWER, "kari", NOW)
    rollout = world.rollouts.begin(NAV, plan, "ola", NOW, change.version)
    publish(world)
    return rollout


def publish(world: World) -> Snapshot:
    publishing.publish(world.database, world.audit, a_key(), "ola", NOW)
    world.follow()
    return world.snapshots.current()


def run_due(world: World, now: datetime = NOW) -> list[Rollout]:
    """What the worker does, but for the publication."""
    verdicts = world.rollouts.to_end(world.traffic, now)
    return [world.rollouts.end(rollout, verdict, now) for rollout, verdict in verdicts]


def newest(world: World) -> Rollout:
    return world.database.read(lambda connection: rollouts.of(connection, NAV))[0]


def basis(snapshot: Snapshot) -> str | None:
    return snapshot.find(NAV).policy.legal_basis


# --- pure ---------------------------------------------------------------------------------


def test_the_same_browser_draws_the_same_and_shares_are_kept() -> None:
    staged = Staged("v", 7, 10, LATER, Then.FULL)
    browsers = [f"browser {number}" for number in range(2000)]
    those = {one for one in browsers if meets(staged, one, NOW)}
    assert those == {one for one in browsers if meets(staged, one, NOW + HOUR / 2)}
    assert 150 < len(those) < 250
    assert {drawn(7, one) for one in browsers} != {drawn(8, one) for one in browsers[:5]}
    assert not any(meets(Staged("v", 7, 0, LATER, Then.FULL), one, NOW) for one in browsers)


def test_what_goes_back_does_so_on_time_by_itself() -> None:
    assert meets(Staged("v", 1, 100, LATER, Then.BACK), "b", LATER - timedelta(seconds=1))
    assert not meets(Staged("v", 1, 100, LATER, Then.BACK), "b", LATER)
    assert meets(Staged("v", 1, 100, LATER, Then.FULL), "b", LATER)


@pytest.mark.parametrize(
    ("new", "old", "worse"),
    [
        ((40, 12), (400, 1), True),
        ((40, 2), (400, 0), False),  # two may be chance
        ((400, 19), (0, 0), False),  # less than five percent
        ((400, 21), (0, 0), False),  # hardly more than five percent
        ((400, 40), (0, 0), True),
        ((3, 3), (0, 0), True),
        ((40, 3), (400, 0), True),
        ((40, 3), (25, 0), False),  # may be chance
        ((40, 12), (400, 80), False),  # the old one fails as well
        ((1000, 600), (99000, 59400), False),  # an attack hits both alike
        ((99, 30), (1, 0), True),  # one is no measure
        ((9, 9), (9, 9), False),
    ],
)
def test_it_goes_back_when_it_fails_more_than_the_old(
    new: tuple[int, int], old: tuple[int, int], worse: bool
) -> None:
    sides = [Tally(tried, (("refused", failed),)) for tried, failed in (new, old)]
    assert is_worse(Tallies(*sides)) is worse


# --- life ---------------------------------------------------------------------------------


def test_a_staged_version_is_published_beside_the_one_in_force(world: World) -> None:
    rollout = begun(world, SHARE)
    snapshot = world.snapshots.current()
    staged = snapshot.staged[NAV]
    assert basis(snapshot) == "demo"
    assert staged.sp.policy.legal_basis == "a newer law"
    assert staged.staged == Staged(rollout.version, rollout.number, 10, LATER, Then.FULL)
    assert world.desk.show(NAV).newest.waits


def test_nothing_staged_costs_the_snapshot_nothing(world: World) -> None:
    world.published(a_proposal())
    assert not world.snapshots.current().staged


def test_a_share_becomes_full_when_its_time_is_over(world: World) -> None:
    begun(world, SHARE)
    assert run_due(world, LATER - timedelta(seconds=1)) == []
    [ended] = run_due(world, LATER)
    assert (ended.outcome, ended.ended_by) == (Outcome.FULL, MACHINE)
    snapshot = publish(world)
    assert basis(snapshot) == "a newer law" and not snapshot.staged
    change = world.desk.history(NAV)[0]
    assert (change.approved_by, change.approved_at) == ("ola", LATER)


def test_a_trial_goes_back_when_its_time_is_over(world: World) -> None:
    begun(world, Plan(Kind.TRIAL, LATER))
    [ended] = run_due(world, LATER)
    assert ended.outcome is Outcome.BACK
    snapshot = publish(world)
    assert basis(snapshot) == "demo" and not snapshot.staged
    assert world.desk.show(NAV).newest.waits


def test_it_goes_back_by_itself_when_logins_fail(world: World) -> None:
    begun(world, SHARE)
    world.traffic.tallied = BAD
    [ended] = run_due(world, NOW)
    assert ended.outcome is Outcome.BACK
    assert "12 of 40 people failed (asked again 12), against 1 of 400" in ended.reason
    assert ("sp-rollout-back", MACHINE) in world.audited
    assert run_due(world, LATER) == []


def test_a_schedule_publishes_nothing_before_its_time(world: World) -> None:
    begun(world, Plan(Kind.SCHEDULED, LATER))
    snapshot = world.snapshots.current()
    assert basis(snapshot) == "demo" and not snapshot.staged
    run_due(world, LATER)
    assert basis(publish(world)) == "a newer law"


def test_a_schedule_may_be_of_what_was_never_in_force(world: World) -> None:
    change = world.desk.propose(a_proposal(), "kari", NOW)
    world.rollouts.begin(NAV, Plan(Kind.SCHEDULED, LATER), "ola", NOW, change.version)
    run_due(world, LATER)
    assert basis(publish(world)) == "demo"


def test_a_schedule_can_be_cancelled(world: World) -> None:
    begun(world, Plan(Kind.SCHEDULED, LATER))
    assert world.rollouts.take_back(NAV, "ola", NOW, "").outcome is Outcome.CANCELLED
    assert run_due(world, LATER) == []
    with pytest.raises(NoRollout):
        world.rollouts.take_back(NAV, "ola", NOW, "")


def test_a_click_makes_it_full_or_takes_it_back(world: World) -> None:
    begun(world, SHARE)
    world.rollouts.take_back(NAV, "ola", NOW, "no")
    assert not publish(world).staged
    version = world.desk.show(NAV).newest.version
    world.rollouts.begin(NAV, SHARE, "ola", NOW, version)
    world.rollouts.complete(NAV, "nina", NOW)
    assert basis(publish(world)) == "a newer law"
    assert newest(world).ended_by == "nina"


def test_an_approval_of_the_same_change_is_its_end(world: World) -> None:
    begun(world, SHARE)
    world.desk.approve(NAV, "ola", NOW)
    assert newest(world).outcome is Outcome.FULL


def test_an_approval_of_a_newer_change_takes_its_place(world: World) -> None:
    begun(world, SHARE)
    world.desk.propose(a_proposal(policy=Policy(legal_basis="the newest")), "kari", NOW)
    assert publish(world).staged  # a proposal alone changes nothing
    world.desk.approve(NAV, "ola", NOW)
    assert newest(world).outcome is Outcome.REPLACED
    snapshot = publish(world)
    assert basis(snapshot) == "the newest" and not snapshot.staged


def test_it_ends_well_though_something_newer_waits(world: World) -> None:
    begun(world, SHARE)
    world.desk.propose(a_proposal(policy=Policy(legal_basis="the newest")), "kari", NOW)
    run_due(world, LATER)
    assert basis(publish(world)) == "a newer law"
    assert world.desk.show(NAV).newest.waits


def test_a_suspension_ends_it_at_once(world: World) -> None:
    begun(world, SHARE)
    world.desk.suspend(NAV, "ola", NOW)
    snapshot = publish(world)
    assert not snapshot.staged and not snapshot.find(NAV).active


def test_a_rejection_ends_it(world: World) -> None:
    rollout = begun(world, SHARE)
    world.desk.reject(NAV, "ola", NOW, rollout.version, "no")
    assert newest(world).outcome is Outcome.BACK and not publish(world).staged


def test_nobody_rolls_out_a_proposal_of_their_own_in_production(world: World) -> None:
    world.mode = PRODUCTION
    change = world.desk.propose(a_proposal(policy=Policy(legal_basis="a law")), "kari", NOW)
    with pytest.raises(NeedsApproval):
        world.rollouts.begin(NAV, Plan(Kind.SCHEDULED, LATER), "kari", NOW, change.version)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(Kind.SCHEDULED, NOW),
        Plan(Kind.SCHEDULED, NOW + timedelta(days=91)),
        Plan(Kind.SHARE, NOW + timedelta(days=15), 10),
        Plan(Kind.SHARE, LATER, 100),
        Plan(Kind.SHARE, LATER, 0),
    ],
)
def test_impossible_plans_are_refused(world: World, plan: Plan) -> None:
    with pytest.raises(BadRollout):
        begun(world, plan)


def test_nothing_is_staged_where_nothing_is_in_force(world: World) -> None:
    change = world.desk.propose(a_proposal(), "kari", NOW)
    with pytest.raises(BadRollout):
        world.rollouts.begin(NAV, SHARE, "ola", NOW, change.version)
    with pytest.raises(NothingToApprove):
        world.rollouts.begin(NAV, SHARE, "ola", NOW, "another version")


def test_going_back_to_an_earlier_snapshot_ends_it(world: World) -> None:
    begun(world, Plan(Kind.SCHEDULED, LATER))
    publishing.rollback(world.database, world.audit, 1, "ola", NOW)
    assert newest(world).outcome is Outcome.REPLACED
    assert run_due(world, LATER) == []


def test_a_rollout_that_is_over_is_not_begun_again_by_going_back_to_it(world: World) -> None:
    begun(world, SHARE)
    world.rollouts.take_back(NAV, "ola", NOW, "it failed")
    publish(world)
    publishing.rollback(world.database, world.audit, 2, "ola", NOW)
    assert world.follow() == 2
    assert not world.snapshots.current().staged
    found = past.in_force_at(world.database, [a_key().certificate], NOW, NAV)
    assert [one.staged for one in found.providers] == [None]


def test_it_is_staged_in_its_own_environment_alone(world: World) -> None:
    world.published(a_proposal(), a_proposal(policy=Policy(environment=Environment.TEST)))
    newer = a_proposal(policy=Policy(legal_basis="a law", environment=Environment.TEST))
    change = world.desk.propose(newer, "kari", NOW)
    world.rollouts.begin(newer.key, SHARE, "ola", NOW, change.version)
    assert not publish(world).staged
    of_test = Snapshots(world.directory, environment=Environment.TEST).current()
    assert of_test.staged[NAV].sp.policy.legal_basis == "a law"


def test_the_past_tells_what_some_logins_met(world: World) -> None:
    rollout = begun(world, SHARE)
    found = past.in_force_at(world.database, [a_key().certificate], NOW, NAV)
    [whole, some] = found.providers
    assert whole.staged is None and some.version == rollout.version
    assert some.staged is not None and some.staged.share == 10
    assert some.change.approved_by == "ola"


def test_the_commands_begin_tell_and_end_it(world: World, tmp_path: Path) -> None:
    terminal = Terminal(world, tmp_path)
    world.published(a_proposal())
    world.desk.propose(NEWER, "nina", NOW)
    assert terminal.run("sp", "approve", NAV, "--share", "10", "--hours", "2") == 0
    assert world.snapshots.current().staged
    world.traffic.tallied = BAD
    assert terminal.run("sp", "rollout", NAV) == 0
    assert terminal.told == [
        "share, 10 % until 2026-11-23 12:14, by kari",
        "  new: 40 people, 12 failed (asked again 12)",
        "  old: 400 people, 1 failed (asked again 1)",
    ]
    assert terminal.run("sp", "rollout", NAV, "--back", "they fail") == 0
    assert not world.snapshots.current().staged
    assert terminal.run("sp", "approve", NAV, "--at", "2026-11-23T11:00") == 0
    assert terminal.run("sp", "rollout", NAV, "--full") == 0
    assert basis(world.snapshots.current()) == "a newer law"
