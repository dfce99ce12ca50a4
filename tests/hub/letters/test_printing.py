"""From an order to a batch, and what the printer tells of it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from hub.errors import HubError, OutsideFailed
from hub.letters.printing import Office, hand_over_all, print_due, receive, take_back
from hub.outside.letter_office import PrintRoom
from hub.outside.print_folder import PrintFolder
from hub.outside.synthetic_register import NoRegister
from hub.outside.system_clock import SystemClock
from hub.person import read_number
from hub.seams.letters import Batch, LetterOrder, LetterState
from hub.seams.registers import PostalAddress
from tests.fakes import Register
from tests.hub.letters.office import PrintProvider, an_office, text_of
from tests.hub.world import KARI, NOBODY, UNSHEETED, World


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> PrintProvider:
    return PrintProvider(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def office(world: World, provider: PrintProvider, register: Register) -> Office:
    return an_office(world.store, provider, register, world.clock.now())


@pytest.fixture
def order(world: World) -> Callable[[str], LetterOrder]:
    def order(number: str) -> LetterOrder:
        person = world.store.people.create(read_number(number), world.clock.now())
        return world.store.letters.order(person.id, "test", world.clock.now())[0]

    return order


Ordering = Callable[[str], LetterOrder]


def state_of(world: World, order: LetterOrder) -> LetterState:
    found = world.store.letters.find(order.id)
    assert found
    return found.state


def test_the_codes_of_a_printed_letter_are_right(
    world: World, office: Office, provider: PrintProvider, order: Ordering, tmp_path: Path
) -> None:
    made = order(NOBODY.number)
    assert print_due(office) == 1
    assert hand_over_all(office, PrintFolder(tmp_path / "out")) == 1
    [(letter_id, pdf)] = provider.letters_in(tmp_path / "out")
    assert (letter_id, state_of(world, made)) == (made.id, LetterState.PRINTED)
    text = text_of(pdf)
    asked = world.store.sheets.asked(made.person_id, 2)
    assert asked and f"Ark {asked.sheet_label} av" in text
    codes = re.findall(r"\b\d{6}\b", text)
    right = [
        (one, two)
        for one in codes for two in codes
        if world.store.sheets.use(made.person_id, asked, [one, two], world.clock.now())
    ]
    assert len(right) == 1


def test_nothing_in_clear_is_kept(
    world: World, office: Office, provider: PrintProvider, order: Ordering, tmp_path: Path
) -> None:
    order(NOBODY.number)
    print_due(office)
    hand_over_all(office, PrintFolder(tmp_path / "out"))
    [(_id, pdf)] = provider.letters_in(tmp_path / "out")
    secrets = [*re.findall(r"\b\d{6}\b", text_of(pdf)), NOBODY.number, "Guovža", "%PDF"]
    files = [*world.settings.instance.glob("*.sqlite*"), *(tmp_path / "out").glob("*.zip")]
    assert len(files) >= 2
    contents = [file.read_bytes() for file in files]
    assert not [s for s in secrets for content in contents if s.encode() in content]


def test_the_number_is_nowhere_in_a_letter(
    office: Office, provider: PrintProvider, order: Ordering, tmp_path: Path
) -> None:
    order(NOBODY.number)
    print_due(office)
    hand_over_all(office, PrintFolder(tmp_path))
    [(_id, pdf)] = provider.letters_in(tmp_path)
    assert NOBODY.number not in text_of(pdf).replace(" ", "")


def test_letters_wait_while_the_register_is_away(
    world: World, office: Office, register: Register, order: Ordering
) -> None:
    made = order(NOBODY.number)
    register.fault = OutsideFailed("the register does not answer")
    with pytest.raises(OutsideFailed):
        print_due(office)
    assert state_of(world, made) is LetterState.ORDERED
    register.fault = None
    assert print_due(office) == 0
    office.clock.move(minutes=11)  # type: ignore[attr-defined]  # the tests' own clock
    assert print_due(office) == 1
    assert state_of(world, made) is LetterState.RENDERED


def test_a_name_that_the_font_lacks_is_set_aside(
    world: World, office: Office, register: Register, order: Ordering
) -> None:
    register.address = PostalAddress("李 伟", ("0150 OSLO",))
    made = order(NOBODY.number)
    print_due(office)
    [aside] = world.store.letters.set_aside_orders()
    assert (aside.id, aside.fault) == (made.id, "glyph-missing")
    assert world.store.sheets.asked(made.person_id, 1) is None


def test_two_printers_print_an_order_once(
    world: World, office: Office, order: Ordering
) -> None:
    made = order(NOBODY.number)

    class Overtaken(Register):
        def postal_address(self, number: object) -> PostalAddress:
            print_due(office)  # another printer is faster
            return self.address

    slow = Office(
        office.store, Overtaken(), office.typesetter, office.certificate, office.clock, ()
    )
    print_due(slow)
    assert state_of(world, made) is LetterState.RENDERED
    assert len(world.store.sheets.held(made.person_id)) == 1
    assert len(world.events("letter-rendered")) == 1


def test_a_batch_handed_over_again_is_the_same_file(
    world: World, office: Office, order: Ordering, tmp_path: Path
) -> None:
    order(NOBODY.number)
    print_due(office)
    assert world.store.letters.make_batch("20261123-b", 10, world.clock.now()) == 1
    batch = world.store.letters.batch("20261123-b")
    for folder in ("one", "two", "two"):
        PrintFolder(tmp_path / folder).hand_over(batch)
    [one], [two] = ([*(tmp_path / name).glob("*.zip")] for name in ("one", "two"))
    assert one.name == two.name and one.read_bytes() == two.read_bytes()


def test_the_new_sheet_stands_beside_the_old_until_it_is_used(
    world: World, office: Office, order: Ordering
) -> None:
    made = order(KARI.number)
    office.clock.move(days=1)  # type: ignore[attr-defined]  # the tests' own clock
    print_due(office)
    assert len(world.store.sheets.held(made.person_id)) == 2


def test_a_letter_that_came_back_is_on_record_and_its_sheet_is_void(
    world: World, office: Office, order: Ordering
) -> None:
    made = order(NOBODY.number)
    print_due(office)
    now = world.clock.now() + timedelta(days=9)
    assert receive(world.store, made.id, LetterState.RETURNED, now)
    assert not receive(world.store, made.id, LetterState.RETURNED, now)
    assert not world.store.sheets.held(made.person_id)
    assert len(world.events("letter-returned")) == 1


def test_a_letter_of_somebody_else_is_not_received(world: World) -> None:
    with pytest.raises(HubError) as refused:
        receive(world.store, "0" * 32, LetterState.POSTED, world.clock.now())
    assert refused.value.code == "letter-unknown"


def test_the_worker_prints_in_development(world: World, order: Ordering) -> None:
    made = order(NOBODY.number)
    room = PrintRoom(world.settings, world.store, Register(), SystemClock())
    assert room.print_all() == 1
    assert room.print_all() == 0
    assert state_of(world, made) is LetterState.PRINTED
    assert len(list((world.settings.instance / "letters").glob("*.zip"))) == 1


def test_the_worker_of_production_prints_where_a_folder_is_set(
    world: World, order: Ordering
) -> None:
    made = order(NOBODY.number)
    settings = replace(world.settings, mode="production")
    assert PrintRoom(settings, world.store, NoRegister(), SystemClock()).print_all() == 0
    assert state_of(world, made) is LetterState.ORDERED
    folder = replace(settings, letters_folder="/nowhere")
    assert "MINID_LETTERS_FOLDER is set without MINID_LETTERS_CERTIFICATE" in folder.faults()


def test_a_letter_whose_codes_died_is_taken_out_and_told_to_the_printer(
    world: World, office: Office, provider: PrintProvider, order: Ordering, tmp_path: Path
) -> None:
    dead, living = order(NOBODY.number), order(UNSHEETED.number)
    print_due(office)
    world.store.sheets.block(dead.person_id, world.clock.now())
    assert hand_over_all(office, PrintFolder(tmp_path)) == 1
    assert [letter_id for letter_id, _pdf in provider.letters_in(tmp_path)] == [living.id]
    [batch] = tmp_path.glob("*.zip")
    assert json.loads(ZipFile(batch).read("manifest.json"))["withdrawn"] == [dead.id]
    assert state_of(world, dead) is LetterState.WITHDRAWN
    assert len(world.events("letter-withdrawn")) == 1


def withdrawn_in(folder: Path) -> list[list[str]]:
    """What each batch takes back, of those without letters."""
    manifests = [json.loads(ZipFile(each).read("manifest.json")) for each in folder.glob("*.zip")]
    return [each["withdrawn"] for each in manifests if not each["letters"]]


def test_dead_codes_are_told_to_the_printer_though_no_batch_comes(
    world: World, office: Office, order: Ordering, tmp_path: Path
) -> None:
    dead, now, printer = order(NOBODY.number), world.clock.now(), PrintFolder(tmp_path)
    print_due(office)
    hand_over_all(office, printer)
    world.store.sheets.block(dead.person_id, now)
    assert take_back(world.store, printer, now + timedelta(hours=1)) == 0
    assert take_back(world.store, printer, now + timedelta(hours=2)) == 1
    assert take_back(world.store, printer, now + timedelta(hours=3)) == 0
    assert withdrawn_in(tmp_path) == [[dead.id]]


def test_a_list_of_dead_codes_that_broke_off_is_handed_over_again(
    world: World, office: Office, order: Ordering, tmp_path: Path
) -> None:
    dead, later = order(NOBODY.number), world.clock.now() + timedelta(hours=2)
    print_due(office)
    hand_over_all(office, PrintFolder(tmp_path))
    world.store.sheets.block(dead.person_id, world.clock.now())
    with pytest.raises(OutsideFailed):
        take_back(world.store, Away(), later)
    assert take_back(world.store, PrintFolder(tmp_path), later) == 1


class Away:
    """A printer that nobody reaches."""

    def hand_over(self, batch: Batch) -> None:
        raise OutsideFailed("nobody answers", code="printer-away")
