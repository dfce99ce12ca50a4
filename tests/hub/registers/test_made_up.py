"""The made-up population, and the file that it lives in."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hub.development.synthetic import synthetic_number
from hub.errors import HubError, OutsideFailed
from hub.outside.synthetic_register import NoRegister, SyntheticRegister
from hub.person import NumberKind, read_number
from hub.population import EventKind, PersonStatus
from hub.registers import freg, register_file
from hub.registers.made_up import MadeUp, made_up_people
from hub.registers.municipalities import municipalities
from hub.registers.register_file import RegisterFile
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.world import settings_in

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = synthetic_number(Random(1))


@pytest.fixture(scope="module")
def people() -> list[MadeUp]:
    return list(made_up_people(Random(20), NOW.year, {KNOWN: "Raud Kaffikanne"}))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "register.sqlite"
    register_file.build(path, NOW.year, {KNOWN: "Raud Kaffikanne"})
    return path


@pytest.fixture
def file(built: Path, tmp_path: Path) -> RegisterFile:
    (tmp_path / "register.sqlite").write_bytes(built.read_bytes())
    return RegisterFile(tmp_path / "register.sqlite")


def home_of(person: MadeUp) -> str:
    homes: list[Any] = person.document["folkeregisterperson"].get("bostedsadresse", [])
    return homes[0]["vegadresse"]["kommunenummer"] if homes else ""


def test_there_are_357_municipalities_in_15_counties() -> None:
    assert len({each.number for each in municipalities()}) == len(municipalities()) == 357
    assert len({each.county for each in municipalities()}) == 15


def test_people_live_in_every_municipality(people: list[MadeUp]) -> None:
    homes = Counter(home_of(person) for person in people)
    assert all(homes[each.number] >= 11 for each in municipalities())


def test_no_living_person_can_have_one_of_the_numbers(people: list[MadeUp]) -> None:
    numbers = [read_number(digits) for person in people for digits in person.numbers]
    assert {number.kind for number in numbers} == {NumberKind.TENOR, NumberKind.TENOR_D_NUMBER}
    assert len(set(numbers)) == len(numbers) > 4000


def test_every_kind_of_life_is_there(people: list[MadeUp]) -> None:
    assert Counter(person.news for person in people).keys() == {
        None, EventKind.DEATH, EventKind.FALSE_IDENTITY, EventKind.NUMBER, EventKind.ADDRESS,
        EventKind.NEW_RESIDENT,
    }  # fmt: skip
    assert {person.status for person in people} == {
        PersonStatus.RESIDENT, PersonStatus.DEAD, PersonStatus.MOVED_AWAY,
        PersonStatus.TEMPORARY, PersonStatus.CEASED,
    }  # fmt: skip
    text = str([person.document for person in people])
    assert "'fortrolig'" in text and "'strengtFortrolig'" in text


def test_the_same_seed_makes_the_same_people(people: list[MadeUp]) -> None:
    again = made_up_people(Random(20), NOW.year, {KNOWN: "Raud Kaffikanne"})
    assert [each.document for each in again] == [each.document for each in people]


def test_all_who_may_have_a_letter_have_an_address(people: list[MadeUp]) -> None:
    for person in people:
        who = freg.registered_person(person.document)
        if who.is_old_enough(NOW) and not who.is_over:
            assert len(freg.postal_address(person.document, NOW).lines) >= 2


def test_the_file_is_for_its_owner_and_left_whole(built: Path) -> None:
    assert built.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in built.parent.iterdir()] == [built.name]


def test_people_are_found_by_each_of_their_numbers(file: RegisterFile) -> None:
    [number, *_others] = file.told_of(EventKind.NUMBER)
    found = file.document(number)
    assert found
    person = freg.registered_person(found)
    assert [file.document(each.digits) for each in person.former] == [found]
    assert file.document("0" * 11) is None


def test_what_happens_is_in_the_feed(file: RegisterFile) -> None:
    before, new = file.latest_event(), synthetic_number(Random(2))
    file.renumber(KNOWN, new)
    file.die(new)
    page = freg.event_page(file.events_from(before + 1, 10), before)
    assert [event.kind for event in page.events] == [EventKind.NUMBER, EventKind.DEATH]
    found = file.document(KNOWN)
    assert found and freg.registered_person(found).status is PersonStatus.DEAD
    with pytest.raises(LookupError):
        file.die("0" * 11)


def test_the_hub_builds_it_when_it_is_first_asked(built: Path, tmp_path: Path) -> None:
    people = tmp_path / "demo" / "people.json"
    people.parent.mkdir()
    people.write_text(f'[{{"national_id": "{KNOWN}", "name": "Raud Kaffikanne"}}]', "utf-8")
    register = SyntheticRegister(settings_in(tmp_path), FixedClock(NOW))
    address = register.postal_address(read_number(KNOWN))
    assert address == SyntheticRegister(settings_in(tmp_path), FixedClock(NOW)).postal_address(
        read_number(KNOWN)
    )
    assert address.name == "Raud Kaffikanne" and KNOWN not in repr(address)


def test_production_has_no_made_up_register(tmp_path: Path) -> None:
    with pytest.raises(HubError) as refused:
        SyntheticRegister(settings_in(tmp_path, mode="production"), FixedClock(MOMENT))
    assert refused.value.code == "adapter-mode"
    for ask in (NoRegister().person, NoRegister().postal_address):
        with pytest.raises(OutsideFailed):
            ask(read_number(KNOWN))
