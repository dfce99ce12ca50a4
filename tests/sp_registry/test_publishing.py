from concurrent.futures import ThreadPoolExecutor

import pytest

from sp_registry import materialise, publishing
from sp_registry.errors import UnknownSnapshot
from sp_registry.service_provider import Policy
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_key, a_proposal

POSTEN = "https://posten.example.no/saml"


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def test_each_publication_names_the_one_before(world: World) -> None:
    first = world.published(a_proposal(NAV))
    second = world.published(a_proposal(POSTEN))
    assert (first.number, first.previous) == (1, 0)
    assert (second.number, second.previous) == (2, 1)


def test_nothing_new_is_no_new_snapshot(world: World) -> None:
    first = world.published(a_proposal(NAV))
    assert world.published(a_proposal(NAV)) == first


def test_a_new_key_signs_the_same_anew(world: World) -> None:
    world.published(a_proposal(NAV))
    newer = a_key("a newer metadata key")
    second = publishing.publish(world.database, world.audit, newer, "ola", NOW)
    assert second.number == 2
    assert materialise.follow(world.database, world.directory, [newer.certificate]) == 2


def test_it_is_audited_before_it_is_done(world: World) -> None:
    world.published(a_proposal(NAV))
    assert world.audited == [
        ("sp-proposed", "kari"),
        ("sp-approved", "ola"),
        ("snapshot-published", "ola"),
    ]


def test_rolling_back_puts_the_earlier_one_in_force(world: World) -> None:
    world.published(a_proposal(NAV))
    world.published(a_proposal(NAV, policy=Policy(legal_basis="a mistake")))
    worker = world.snapshots
    publishing.rollback(world.database, world.audit, 1, "ola", NOW)
    assert world.follow() == 1
    assert worker.current().find(NAV).policy.legal_basis == "demo"


def test_after_a_rollback_numbers_go_on(world: World) -> None:
    world.published(a_proposal(NAV))
    world.published(a_proposal(POSTEN))
    publishing.rollback(world.database, world.audit, 1, "ola", NOW)
    third = world.published()
    assert (third.number, third.previous) == (3, 1)


def test_it_rolls_back_to_no_snapshot_that_never_was(world: World) -> None:
    world.published(a_proposal(NAV))
    with pytest.raises(UnknownSnapshot):
        publishing.rollback(world.database, world.audit, 2, "ola", NOW)
    assert world.follow() == 1


def test_all_who_publish_at_once_end_with_every_approval_in_force(world: World) -> None:
    def approve_and_publish(number: int) -> int:
        world.approved(a_proposal(f"https://sp{number}.example.no"))
        return publishing.publish(world.database, world.audit, a_key(), "ola", NOW).number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(approve_and_publish, range(6)))
    world.follow()
    assert world.snapshots.current().number == max(numbers)
    assert len(world.snapshots.current()) == 6
    listed = world.database.read(publishing.listing)
    assert [manifest.previous for manifest in listed] == [each.number - 1 for each in listed]
