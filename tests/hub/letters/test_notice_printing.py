"""Notices to people with neither mobile nor e-mail: from the outbox to a letter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.errors import OutsideFailed
from hub.letters.notice_printing import print_notices
from hub.letters.printing import Office, hand_over_all, receive
from hub.outside.letter_office import PrintRoom
from hub.outside.print_folder import PrintFolder
from hub.person import read_number
from hub.seams.letters import LetterState
from hub.seams.outbox import MessageState, Sent
from hub.seams.registers import PostalAddress
from hub.sending import notices
from hub.sending.notices import Notice
from tests.fakes import Meddling, Register
from tests.hub.letters.office import FOLD, PrintProvider, an_office, lines, text_of
from tests.hub.world import OLA, World


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> PrintProvider:
    return PrintProvider(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def office(world: World, provider: PrintProvider, register: Register) -> Office:
    return an_office(world.store, provider, register, world.clock.now())


@pytest.fixture
def person_id(world: World) -> str:
    """Somebody with a notice in the outbox that can go by letter alone."""
    known = world.store.people.find(read_number(OLA.number))
    assert known
    notices.put(
        world.store, world.settings, known.id, Notice.PASSWORD_CHANGED, world.clock.now()
    )
    return known.id


def row_of(world: World, person_id: str) -> Sent:
    [row] = world.store.outbox.of_person(person_id)
    return row


def test_a_notice_becomes_one_letter(
    world: World, office: Office, provider: PrintProvider, person_id: str, tmp_path: Path
) -> None:
    assert print_notices(office) == 1
    assert print_notices(office) == 0
    assert hand_over_all(office, PrintFolder(tmp_path)) == 1
    [(_id, pdf)] = provider.letters_in(tmp_path)
    text = " ".join(text_of(pdf).split())
    assert "Máret Guovža" in text and "Passordet ditt i MinID er endret." in text
    assert "fordi MinID ikke har mobilnummer eller e-post til deg" in text
    assert row_of(world, person_id).state is MessageState.SENT
    assert len(world.events("notice-rendered")) == 1


def test_it_takes_nobodys_place_among_the_sheets(
    world: World, office: Office, person_id: str
) -> None:
    print_notices(office)
    assert not world.store.letters.of_person(person_id)
    assert world.store.letters.order(person_id, "test", world.clock.now())[1]


def test_notices_wait_while_the_register_is_away(
    world: World, office: Office, register: Register, person_id: str
) -> None:
    register.fault = OutsideFailed("the register does not answer", code="register-away")
    with pytest.raises(OutsideFailed):
        print_notices(office)
    assert row_of(world, person_id).state is MessageState.WAITING
    register.fault = None
    assert print_notices(office) == 0
    office.clock.move(minutes=11)  # type: ignore[attr-defined]  # the tests' own clock
    assert print_notices(office) == 1


def test_one_that_cannot_be_printed_is_looked_at_by_somebody(
    world: World, office: Office, register: Register, person_id: str
) -> None:
    register.address = PostalAddress("李 伟", ("0150 OSLO",))
    print_notices(office)
    [aside] = world.store.letters.set_aside_orders()
    assert (aside.person_id, aside.fault) == (person_id, "glyph-missing")
    row = row_of(world, person_id)
    assert (row.state, row.reason) == (MessageState.REFUSED, "glyph-missing")


def test_two_printers_print_a_notice_once(
    world: World, office: Office, person_id: str
) -> None:
    def too_late() -> None:
        office.clock.move(minutes=6)  # type: ignore[attr-defined]  # the tests' own clock
        print_notices(office)  # another printer has it, now that the lease is over

    slow = replace(office, typesetter=Meddling(office.typesetter, "pdf", once(too_late)))
    print_notices(slow)
    assert world.store.letters.counts() == {LetterState.RENDERED: 1}
    assert len(world.events("notice-rendered")) == 1


def once(act: Callable[[], object]) -> Callable[[], object]:
    left = [act]
    return lambda: left.pop()() if left else None


def test_what_fails_before_it_is_stored_is_printed_by_the_next(
    world: World, office: Office, person_id: str
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    store = replace(world.store, ledger=Meddling(world.store.ledger, "append", die))
    with pytest.raises(KeyboardInterrupt):
        print_notices(replace(office, store=store))
    assert not world.store.letters.counts()
    office.clock.move(minutes=6)  # type: ignore[attr-defined]  # the tests' own clock
    assert print_notices(office) == 1
    assert world.store.letters.counts() == {LetterState.RENDERED: 1}


def test_one_that_came_back_is_noted_at_the_notice_too(
    world: World, office: Office, person_id: str, tmp_path: Path
) -> None:
    print_notices(office)
    hand_over_all(office, PrintFolder(tmp_path))
    [(letter, _sealed)] = world.store.letters.kept(10)
    receive(world.store, letter.id, LetterState.RETURNED, world.clock.now() + timedelta(days=9))
    assert row_of(world, person_id).state is MessageState.UNDELIVERED


def test_the_worker_prints_notices(world: World, person_id: str) -> None:
    room = PrintRoom(world.settings, world.store, Register(), world.clock)
    assert [room.print_all(), room.print_all()] == [1, 0]
    assert row_of(world, person_id).state is MessageState.SENT


def test_the_letter_lies_as_every_letter_and_above_the_fold(
    office: Office, provider: PrintProvider, person_id: str, tmp_path: Path
) -> None:
    print_notices(office)
    hand_over_all(office, PrintFolder(tmp_path))
    [(_id, pdf)] = provider.letters_in(tmp_path)
    found = list(lines(pdf))
    near = [text for text, _left, _right, top, bottom in found if bottom > 30 and top < 93]
    assert near == ["Máret Guovža", "Čuoldu 3", "9730 KÁRÁŠJOHKA"]
    assert max(bottom for *_rest, bottom in found) < FOLD
    assert min(left for _text, left, *_edges in found) >= 18
