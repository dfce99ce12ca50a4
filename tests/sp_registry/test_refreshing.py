"""Registered metadata is fetched again: what is noted, and what is put forward."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from sp_registry import onboarding, refreshing
from sp_registry.onboarding import Options
from sp_registry.refreshing import BY, Outcome, Refreshing
from sp_registry.source import SourceFault, believed
from tests.metadata.sample_keys import ec_key, rsa_key
from tests.sp_registry.lint.lint_samples import a_document, signed_document
from tests.sp_registry.registry_fixtures import DEVELOPMENT, NOW, World

SP = "https://sp.example.no"
URL = "https://sp.example.no/md"
OLD = a_document(entity_id=SP)
NEW = OLD.replace("Prøve".encode(), b"Nytt namn")


@dataclass
class Web:
    """What stands at addresses; a fault where an address should fail."""

    pages: dict[str, bytes | SourceFault] = field(default_factory=lambda: {URL: OLD})
    asked: int = 0

    def __call__(self, url: str) -> bytes:
        self.asked += 1
        found = self.pages[url]
        if isinstance(found, SourceFault):
            raise found
        return found


@pytest.fixture
def web() -> Web:
    return Web()


both_engines = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)


def work(world: World, web: Web) -> Refreshing:
    return Refreshing(world.database, world.audit, DEVELOPMENT, web)


def registered(world: World, document: bytes = OLD, **options: object) -> None:
    asked = Options(**({"source_url": URL} | options))  # type: ignore[arg-type]
    world.approved(onboarding.propose(document, asked, None, DEVELOPMENT, NOW))


def looked(world: World, web: Web, by: str = BY) -> str:
    return work(world, web).refresh(SP, by, NOW).outcome


@both_engines
def test_what_says_the_same_is_only_noted(world: World, web: Web) -> None:
    registered(world)
    web.pages[URL] = OLD.replace(b"><md:", b">\n  <md:")
    assert looked(world, web) == Outcome.SAME
    assert not world.desk.show(SP).newest.waits
    checked = world.database.read(lambda c: refreshing.last_checked(c, SP))
    assert checked is not None and checked.worked_at == NOW == checked.checked_at


def test_what_has_changed_waits_for_somebody_to_approve_it(world: World, web: Web) -> None:
    registered(world)
    web.pages[URL] = NEW
    assert looked(world, web) == Outcome.PROPOSED
    entry = world.desk.show(SP)
    assert entry.newest.waits and entry.newest.proposed_by == BY
    assert entry.approved is not None and entry.approved.description.display_names[0][1] == "Prøve"
    assert entry.proposed.policy == entry.approved.policy
    assert looked(world, web) == Outcome.WAITS
    world.desk.approve(SP, "ola", NOW)
    assert looked(world, web) == Outcome.SAME


def test_what_was_rejected_is_not_put_forward_again(world: World, web: Web) -> None:
    registered(world)
    web.pages[URL] = NEW
    looked(world, web)
    world.desk.reject(SP, "ola", NOW, world.desk.show(SP).newest.version, "no")
    assert looked(world, web) == Outcome.REJECTED


def test_a_person_s_proposal_is_not_replaced(world: World, web: Web) -> None:
    registered(world)
    wish = onboarding.propose(OLD, Options(return_url=SP), None, DEVELOPMENT, NOW)
    world.desk.propose(wish, "kari", NOW)
    web.pages[URL] = NEW
    assert looked(world, web) == Outcome.WAITS
    assert world.desk.show(SP).newest.proposed_by == "kari"


def test_a_failure_is_noted_with_its_cause_and_what_worked_before(world: World, web: Web) -> None:
    registered(world)
    looked(world, web)
    web.pages[URL] = SourceFault("source-slow", "sp.example.no took too long.")
    checked = work(world, web).refresh(SP, BY, NOW + timedelta(days=1))
    assert checked.failed and checked.outcome == "source-slow" and "too long" in checked.detail
    assert checked.worked_at == NOW


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (b"<oops", "xml-not-well-formed"),
        (a_document(entity_id="https://other.example.no"), "source-other-entity"),
        (a_document(consumers=""), "metadata-no-consumer"),
    ],
)
def test_what_cannot_be_taken_in_is_a_failure(
    world: World, web: Web, found: bytes, code: str
) -> None:
    registered(world)
    web.pages[URL] = found
    assert looked(world, web) == code
    assert not world.desk.show(SP).newest.waits


def test_with_a_pin_only_what_its_key_signed_is_read(world: World, web: Web) -> None:
    registered(world, source_pins=(rsa_key().certificate,))
    assert looked(world, web) == "source-signature"
    web.pages[URL] = signed_document()
    assert looked(world, web) == Outcome.PROPOSED


@both_engines
def test_each_source_is_asked_once_a_night(world: World, web: Web) -> None:
    registered(world)
    assert work(world, web).refresh_due(NOW) == 1
    assert work(world, web).refresh_due(NOW + timedelta(hours=12)) == 0
    assert work(world, web).refresh_due(NOW + timedelta(days=1)) == 1
    assert web.asked == 2


def test_one_that_is_suspended_or_has_no_address_is_left_alone(world: World, web: Web) -> None:
    registered(world, source_url="")
    assert work(world, web).refresh_due(NOW) == 0
    registered(world)
    world.desk.suspend(SP, "ola", NOW)
    assert work(world, web).refresh_due(NOW) == 0
    assert looked(world, web) != Outcome.PROPOSED


@pytest.mark.parametrize(
    ("at", "began"),
    [
        (datetime(2026, 3, 3, 1, 59, tzinfo=UTC), datetime(2026, 3, 2, 2, tzinfo=UTC)),
        (datetime(2026, 3, 3, 2, 0, tzinfo=UTC), datetime(2026, 3, 3, 2, tzinfo=UTC)),
    ],
)
def test_a_night_begins_at_two(at: datetime, began: datetime) -> None:
    assert refreshing.last_night(at) == began


def test_without_a_pin_the_document_is_believed_as_it_is() -> None:
    assert believed(b"<x/>", ()) == b"<x/>"


def test_what_is_signed_by_another_key_or_altered_is_not_believed() -> None:
    documents: Mapping[str, tuple[bytes, object]] = {
        "another key": (signed_document(), ec_key()),
        "altered": (signed_document().replace(b"sp.example.no", b"evil.example.no"), rsa_key()),
        "unsigned": (OLD, rsa_key()),
    }
    for name, (document, key) in documents.items():
        with pytest.raises(SourceFault) as caught:
            believed(document, (key.certificate,))  # type: ignore[attr-defined]
        assert caught.value.code == "source-signature", name
