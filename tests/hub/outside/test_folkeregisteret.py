"""Folkeregisteret's adapter against a server of its shape, with real tokens."""

import base64
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey
from hub.errors import OutsideFailed
from hub.letters.printing import print_due
from hub.outside.contact_register import NationalContacts
from hub.outside.folkeregisteret import Folkeregisteret
from hub.outside.http_exchange import Limits
from hub.outside.maskinporten import GRANT_LIVES, Maskinporten
from hub.outside.register_client import AT_ONCE, Patience, RegisterClient
from hub.person import NationalId, read_number
from hub.population import EventKind, PersonStatus
from hub.registers import register_file
from hub.registers.access import TokenAccess
from hub.registers.follow import follow
from hub.registers.freg import MOST_AT_ONCE
from hub.registers.register_file import RegisterFile
from hub.registers.server import FREG, FREG_SCOPE, KRR_SCOPE, Mode, RunningRegister, start
from hub.registers.token_office import BadGrant, TokenOffice
from hub.seams import ContactStatus, LetterState
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.letters.office import PrintProvider, an_office
from tests.hub.world import KARI, NOBODY, World, logged_in

KARIS = read_number(KARI.number)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "register.sqlite"
    register_file.build(path, MOMENT.year, {KARI.number: "Kari Nordmann"})
    return path


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> PemSigningKey:
    folder = tmp_path_factory.mktemp("enterprise")
    make_key(folder, "enterprise", KeyKind.RSA_2048, "MinID", MOMENT, 1)
    return PemSigningKey.from_pem(
        (folder / "enterprise-1.key.pem").read_bytes(),
        (folder / "enterprise-1.crt.pem").read_bytes(),
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MOMENT)


@pytest.fixture
def file(built: Path, tmp_path: Path) -> RegisterFile:
    (tmp_path / "register.sqlite").write_bytes(built.read_bytes())
    return RegisterFile(tmp_path / "register.sqlite")


@pytest.fixture
def server(
    file: RegisterFile, key: PemSigningKey, clock: FixedClock
) -> Iterator[RunningRegister]:
    running = start(file, {"minid": key.certificate}, clock, look_every=0.02)
    yield running
    running.stop()


@pytest.fixture
def office(server: RunningRegister) -> TokenOffice:
    return server.office


@pytest.fixture
def tokens(server: RunningRegister, key: PemSigningKey, clock: FixedClock) -> Maskinporten:
    return tokens_for(server.address, key, clock)


def tokens_for(
    address: str, key: PemSigningKey, clock: FixedClock, scope: str = FREG_SCOPE
) -> Maskinporten:
    access = TokenAccess(f"{address}/token", f"{address}/", "minid", "", "", "")
    return Maskinporten(access, key, scope, clock)


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


def test_eight_threads_fetch_one_token(tokens: Maskinporten, server: RunningRegister) -> None:
    threads = [Thread(target=tokens.token) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.behaviour.asked == 1


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


# --- the contact register -----------------------------------------------------------------


def contacts_of(
    world: World, server: RunningRegister, key: PemSigningKey, clock: FixedClock
) -> NationalContacts:
    tokens = tokens_for(server.address, key, clock, KRR_SCOPE)
    client = RegisterClient(
        "kontaktregisteret", server.address, tokens, world.store.breakers, clock
    )
    return NationalContacts(client, world.store.people)


def test_the_contact_register_is_asked_by_number(
    world: World, server: RunningRegister, key: PemSigningKey, clock: FixedClock,
    file: RegisterFile,
) -> None:
    contacts, found = contacts_of(world, server, key, clock), {}
    for number in [KARI.number, *file.residents_born_in(1970)[:9]]:
        person = world.store.people.create(read_number(number), MOMENT)
        found[number] = contacts.find(person.id)
    assert {ContactStatus.ACTIVE, ContactStatus.NOT_REGISTERED} == {
        each.status for each in found.values()
    }
    active = next(each for each in found.values() if each.status is ContactStatus.ACTIVE)
    assert active.email and active.mobile and active.mailbox in ("Digipost", "e-Boks")


def test_its_failure_is_a_fault_and_no_answer(
    world: World, server: RunningRegister, key: PemSigningKey, clock: FixedClock
) -> None:
    kari = world.store.people.find(KARIS)
    server.behaviour.mode = Mode.DOWN
    with pytest.raises(OutsideFailed):
        assert kari and contacts_of(world, server, key, clock).find(kari.id)


# --- what the token endpoint does not believe -----------------------------------------------


def test_a_grant_signed_by_another_key_is_not_believed(
    tokens: Maskinporten, office: TokenOffice, clock: FixedClock, tmp_path: Path
) -> None:
    make_key(tmp_path, "other", KeyKind.RSA_2048, "somebody", MOMENT, 1)
    other = PemSigningKey.from_pem(
        (tmp_path / "other-1.key.pem").read_bytes(), (tmp_path / "other-1.crt.pem").read_bytes()
    )
    office.clients = {"minid": other.certificate}
    with pytest.raises(OutsideFailed) as refused:
        tokens.token()
    assert refused.value.code == "token-refused"


def test_those_who_waited_for_a_token_in_vain_do_not_each_try_again(
    tokens: Maskinporten, server: RunningRegister, clock: FixedClock
) -> None:
    server.behaviour.mode = Mode.DOWN
    for code in ("token-refused", "token-away"):
        with pytest.raises(OutsideFailed) as refused:
            tokens.token()
        assert refused.value.code == code
    assert server.behaviour.asked == 1
    server.behaviour.mode = Mode.UP
    clock.move(seconds=1)
    assert tokens.token()


def test_a_grant_is_used_once_and_in_its_time(
    tokens: Maskinporten, office: TokenOffice, clock: FixedClock
) -> None:
    grant = tokens._grant(clock.now())
    office.token(grant)
    with pytest.raises(BadGrant, match="used before"):
        office.token(grant)
    late = tokens._grant(clock.now() - GRANT_LIVES - timedelta(seconds=11))
    with pytest.raises(BadGrant, match="another time"):
        office.token(late)


@pytest.mark.parametrize("assertion", ["", "a.b.c", base64.b64encode(b"{}").decode() + "..x"])
def test_what_is_no_grant_is_refused(office: TokenOffice, assertion: str) -> None:
    with pytest.raises(BadGrant):
        office.token(assertion)
