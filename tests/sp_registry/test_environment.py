"""Test and production stand beside each other, and neither touches the other."""

import pytest

from sp_registry.environment import Environment, key_of
from sp_registry.onboarding import Mode, Options, Refused, propose
from sp_registry.service_provider import Policy
from sp_registry.snapshot import Snapshots, UnknownServiceProvider
from tests.sp_registry.lint.lint_samples import a_document
from tests.sp_registry.registry_fixtures import NAV, NOW, World, a_proposal

FOR_TEST = Policy(legal_basis="demo", environment=Environment.TEST)
TEST_KEY = key_of(NAV, Environment.TEST)


def hub(world: World, environment: Environment) -> Snapshots:
    return Snapshots(world.directory, environment=environment)


def test_an_entry_for_test_leaves_that_of_production_as_it_is(world: World) -> None:
    world.published(a_proposal(NAV))
    before = world.desk.show(NAV)
    world.published(a_proposal(NAV, FOR_TEST, display_names=(("nb", "Prøve"),)))
    assert world.desk.show(NAV) == before
    assert world.desk.show(TEST_KEY).newest.number != before.newest.number
    assert world.desk.show(TEST_KEY).proposed.id != before.proposed.id
    world.desk.suspend(TEST_KEY, "ola", NOW)
    assert before.approved == world.desk.show(NAV).approved


def test_a_hub_answers_for_its_own_environment_alone(world: World) -> None:
    world.published(a_proposal(NAV), a_proposal(NAV, FOR_TEST, display_names=(("nb", "Prøve"),)))
    real, test = (hub(world, one).current() for one in Environment)
    assert real.find(NAV).policy.environment is Environment.PRODUCTION
    assert test.find(NAV).policy.environment is Environment.TEST
    assert len(real) == len(test) == len(real.all()) == len(test.all()) == 1
    assert [entity_id for entity_id, _ in test.documents()] == [NAV]
    assert len({one.id for one in (*real.all(), *test.all())}) == 2


def test_what_is_registered_for_test_alone_is_unknown_in_production(world: World) -> None:
    world.published(a_proposal(NAV, FOR_TEST))
    real = hub(world, Environment.PRODUCTION).current()
    id = world.desk.show(TEST_KEY).proposed.id
    for ask in (lambda: real.find(NAV), lambda: real.by_id(id)):
        with pytest.raises(UnknownServiceProvider):
            ask()
    assert real.document(NAV) is None and not real.all() and not list(real.documents())


def test_a_key_is_no_entity_id_that_a_request_could_name(world: World) -> None:
    world.published(a_proposal(NAV, FOR_TEST))
    for environment in Environment:
        with pytest.raises(UnknownServiceProvider):
            hub(world, environment).current().find(TEST_KEY)


def test_the_registry_s_search_finds_both(world: World) -> None:
    world.published(a_proposal(NAV), a_proposal(NAV, FOR_TEST))
    found = hub(world, Environment.PRODUCTION).current().search("nav.example.no")
    assert {sp.policy.environment for sp in found} == set(Environment)


def test_the_installation_s_environment_is_meant_where_none_is_named() -> None:
    for environment in Environment:
        mode = Mode(production=False, environment=environment)
        assert propose(a_document(), Options(), None, mode, NOW).policy.environment is environment
        asked = Options(environment=Environment.TEST)
        assert propose(a_document(), asked, None, mode, NOW).policy.environment is Environment.TEST


def test_an_entity_id_that_would_not_fit_is_refused() -> None:
    long = a_document(entity_id="https://x.no/" + "x" * 1011)
    mode = Mode(production=False)
    assert propose(long, Options(), None, mode, NOW)
    with pytest.raises(Refused) as caught:
        propose(long, Options(environment=Environment.TEST), None, mode, NOW)
    assert caught.value.code == "entity-id-long"
