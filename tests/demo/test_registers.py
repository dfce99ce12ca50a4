"""What Miside shows of the population register, from a server of its shape."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from certs.certificate import Certificate
from demo.app import create_app
from demo.desk import Desk
from demo.hub import Hub
from demo.provider import Provider
from demo.registers import Register, RegisterAway
from demo.response import Login
from hub.population import EventKind
from hub.registers import register_file
from hub.registers.register_file import RegisterFile
from hub.registers.server import Mode, RunningRegister, start
from tests.demo.requests_sent import BASE_URL
from tests.fakes import FixedClock
from tests.hub.world import KARI, NOBODY

NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
PAGE = "/miside/service/opplysningar"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> RegisterFile:
    path = tmp_path_factory.mktemp("population") / "register.sqlite"
    register_file.build(path, NOW.year, {KARI.number: "Kari Nordmann"})
    return RegisterFile(path)


@pytest.fixture
def server(file: RegisterFile, sps: Mapping[str, Provider]) -> Iterator[RunningRegister]:
    certificate = Certificate.from_pem(sps["miside"].keys.signing.certificate)
    running = start(file, {"miside": certificate}, FixedClock(NOW), look_every=0.02)
    yield running
    running.stop()


@pytest.fixture
def register(server: RunningRegister, sps: Mapping[str, Provider]) -> Register:
    return Register(server.address, sps["miside"].keys.signing.private_key)


@pytest.fixture
def desk(sps: Mapping[str, Provider], register: Register) -> Desk:
    return Desk(sps, Hub("http://localhost:9"), lambda: NOW, register)


def logged_in(desk: Desk, number: str = KARI.number) -> FlaskClient:
    login = Login("_1", None, None, (), (("uid", number), ("SecurityLevel", "3")), True, "<x/>")
    level_3 = ("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",)
    login = replace(login, context_classes=level_3)
    browser = create_app(desk).test_client()
    browser.set_cookie("demo_miside", desk.logins.keep(login, NOW), path="/miside/",
                       domain="127.0.0.1")  # fmt: skip
    return browser


def test_it_shows_name_address_and_municipality(desk: Desk, register: Register) -> None:
    held = register.held(KARI.number, NOW)
    assert held and held.name == "Kari Nordmann" and len(held.address) == 2
    page = logged_in(desk).get(PAGE, base_url=BASE_URL).text
    for shown in (held.name, *held.address, held.municipality):
        assert shown in page
    assert KARI.number not in repr(register) + repr(held)


def test_a_person_who_is_not_in_the_register_is_told_so(desk: Desk) -> None:
    page = logged_in(desk, NOBODY.number).get(PAGE, base_url=BASE_URL).text
    assert "har ingen opplysningar om deg" in page


@pytest.mark.parametrize("mode", [Mode.DOWN, Mode.GARBAGE])
def test_it_works_while_the_register_is_away(
    desk: Desk, server: RunningRegister, mode: Mode
) -> None:
    server.behaviour.mode = mode
    page = logged_in(desk).get(PAGE, base_url=BASE_URL)
    assert page.status_code == 200 and "Folkeregisteret svarar ikkje" in page.text


def test_it_works_without_a_register(desk: Desk) -> None:
    page = logged_in(replace(desk, register=None)).get(PAGE, base_url=BASE_URL)
    assert "Folkeregisteret svarar ikkje" in page.text


def test_other_services_do_not_ask_it(desk: Desk, server: RunningRegister) -> None:
    page = logged_in(desk).get("/miside/service/sesjon", base_url=BASE_URL).text
    assert "Folkeregisteret" not in page and server.behaviour.asked == 0


def test_everybody_in_it_can_be_shown(register: Register, file: RegisterFile) -> None:
    for kind in (EventKind.ADDRESS, EventKind.NUMBER, EventKind.NEW_RESIDENT):
        held = register.held(file.told_of(kind)[0], NOW)
        assert held and held.name and len(held.address) >= 2


def test_a_stranger_without_a_key_gets_nothing(
    server: RunningRegister, sps: Mapping[str, Provider]
) -> None:
    other = Register(server.address, sps["nav"].keys.signing.private_key)
    with pytest.raises(RegisterAway):
        other.held(KARI.number, NOW)


def test_the_key_is_in_no_repr(register: Register) -> None:
    assert "PRIVATE" not in repr(register)
