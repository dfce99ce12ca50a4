"""Folkeregisteret's adapter against a server of its shape, with real tokens."""

import logging
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from hub.errors import OutsideFailed
from hub.letters.printing import print_due
from hub.outside.folkeregisteret import Folkeregisteret
from hub.outside.http_exchange import Limits
from hub.outside.maskinporten import Maskinporten
from hub.outside.register_client import AT_ONCE, Patience, RegisterClient
from hub.person import NationalId, read_number
from hub.population import EventKind, PersonStatus
from hub.registers.follow import follow
from hub.registers.freg import MOST_AT_ONCE
from hub.registers.register_file import RegisterFile
from hub.registers.server import FREG, Mode, RunningRegister
from hub.registers.token_office import TokenOffice
from hub.seams.letters import LetterState
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.letters.office import PrintProvider, an_office
from tests.hub.world import KARI, NOBODY, World, logged_in

KARIS = read_number(KARI.number)


@pytest.fixture
def rests() -> list[float]:
    return []


@pytest.fixture
def client(
    world: World, server: RunningRegister, tokens: Maskinporten, clock: FixedClock,
    rests: list[float],
) -> RegisterClient:
    return RegisterClient(
        "folkeregisteret", server.address + FREG, tokens, world.store.breakers, clock, rests.append
    )


@pytest.fixture
def register(client: RegisterClient, clock: FixedClock) -> Folkeregisteret:
    return Folkeregisteret(client, clock)


def test_a_person_is_found_with_a_token(register: Folkeregisteret) -> None:
    person = register.person(KARIS)
    assert person and (person.name, person.status) == ("Kari Nordmann", PersonStatus.RESIDENT)
    assert register.person(read_number(NOBODY.number)) is None


def test_an_address_is_found_and_the_unknown_get_none(register: Folkeregisteret) -> None:
    assert register.postal_address(KARIS).name == "Kari Nordmann"
    with pytest.raises(OutsideFailed) as refused:
        register.postal_address(read_number(NOBODY.number))
    assert (refused.value.code, refused.value.permanent) == ("register-unknown", True)


def test_many_are_asked_for_at_once(register: Folkeregisteret) -> None:
    found = register.many([KARIS, read_number(NOBODY.number)])
    assert [person.number for person in found] == [KARIS]
    assert register.many([]) == ()
    with pytest.raises(ValueError):
        register.many([KARIS] * (MOST_AT_ONCE + 1))


def test_the_feed_is_read_on_from_a_place(register: Folkeregisteret, file: RegisterFile) -> None:
    before = register.latest_event()
    file.die(KARI.number)
    page = register.events(before)
    assert [(event.kind, event.number) for event in page.events] == [(EventKind.DEATH, KARIS)]
    assert (page.read_to, page.is_last) == (before + 1, True)
    assert register.events(page.read_to).events == ()


def test_residents_of_a_year_come_in_batches(
    register: Folkeregisteret, file: RegisterFile
) -> None:
    year = MOMENT.year - 13
    found = [each.digits for some in register.residents_born_in(year) for each in some]
    assert found == list(file.residents_born_in(year)) and len(found) >= 357


def test_one_token_serves_until_shortly_before_it_expires(
    register: Folkeregisteret, server: RunningRegister, clock: FixedClock
) -> None:
    for _turn in range(3):
        register.person(KARIS)
    assert server.behaviour.asked == 4
    clock.move(seconds=101)
    register.person(KARIS)
    assert server.behaviour.asked == 6


def test_a_token_that_was_withdrawn_is_fetched_anew(
    register: Folkeregisteret, office: TokenOffice
) -> None:
    register.person(KARIS)
    office.revoke_all()
    assert register.person(KARIS)


def test_a_busy_register_is_asked_again(
    register: Folkeregisteret, tokens: Maskinporten, server: RunningRegister, rests: list[float]
) -> None:
    tokens.token()
    server.behaviour.mode, server.behaviour.asked = Mode.BUSY, 0
    assert register.person(KARIS)
    assert rests == [0.0]  # as it asked for


def test_a_broken_register_is_left_alone_after_three_times(
    register: Folkeregisteret, tokens: Maskinporten, server: RunningRegister, clock: FixedClock,
    rests: list[float],
) -> None:
    tokens.token()
    server.behaviour.mode, server.behaviour.asked = Mode.DOWN, 0
    for _turn in range(3):
        assert code_of(register) == "register-refused"
    assert (server.behaviour.asked, len(rests)) == (3 * AT_ONCE.tries, 3)
    assert code_of(register) == "register-resting"
    assert server.behaviour.asked == 3 * AT_ONCE.tries
    server.behaviour.mode = Mode.UP
    clock.move(seconds=31)
    assert register.person(KARIS)


def test_a_slow_register_is_not_waited_for(
    register: Folkeregisteret, tokens: Maskinporten, server: RunningRegister,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hasty = Patience(Limits(1.0, 0.05, 1024), tries=1)
    monkeypatch.setattr("hub.outside.folkeregisteret.AT_ONCE", hasty)
    tokens.token()
    server.behaviour.mode = Mode.SLOW
    assert code_of(register) == "register-away"


def test_garbage_is_a_passing_fault(
    register: Folkeregisteret, tokens: Maskinporten, server: RunningRegister
) -> None:
    tokens.token()
    server.behaviour.mode = Mode.GARBAGE
    assert code_of(register) == "register-garbage"


def test_a_register_that_is_not_there_is_a_passing_fault(
    client: RegisterClient, clock: FixedClock, tokens: Maskinporten
) -> None:
    tokens.token()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    away = replace(client, url=f"http://127.0.0.1:{port}")
    assert code_of(Folkeregisteret(away, clock)) == "register-away"


def test_no_number_is_in_a_fault_or_a_log(
    register: Folkeregisteret, client: RegisterClient, tokens: Maskinporten,
    server: RunningRegister, caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens.token()
    server.behaviour.mode = Mode.DOWN
    with pytest.raises(OutsideFailed) as fault:
        register.postal_address(KARIS)
    said = f"{fault.value!r} {fault.value.detail} {client!r} {caplog.text}"
    assert KARI.number not in said and "/personer" not in said


def test_letters_wait_for_a_register_that_is_away_and_logins_do_not(
    world: World, server: RunningRegister, tokens: Maskinporten, register: Folkeregisteret,
    clock: FixedClock, tmp_path: Path,
) -> None:
    kari = world.store.people.find(KARIS)
    assert kari
    order, _is_new = world.store.letters.order(kari.id, "test", MOMENT)
    office = replace(an_office(world.store, PrintProvider(tmp_path), register, MOMENT), clock=clock)
    tokens.token()
    server.behaviour.mode = Mode.DOWN
    world.replace(register=register)
    with pytest.raises(OutsideFailed):
        print_due(office)
    assert logged_in(world)
    server.behaviour.mode = Mode.UP
    clock.move(minutes=11)
    assert print_due(office) == 1
    found = world.store.letters.find(order.id)
    assert found and found.state is LetterState.RENDERED


def test_a_death_told_by_the_real_feed_closes_the_account(
    world: World, register: Folkeregisteret, file: RegisterFile
) -> None:
    assert follow(register, world.store, MOMENT) == 0
    file.die(KARI.number)
    assert follow(register, world.store, MOMENT) == 1
    kari = world.store.people.find(KARIS)
    assert kari and not kari.is_registered


def code_of(register: Folkeregisteret, number: NationalId = KARIS) -> str:
    with pytest.raises(OutsideFailed) as fault:
        register.person(number)
    assert not fault.value.permanent
    return fault.value.code
