"""An agency with software of its own, taken in by `minid sp add` while the hub runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hub.development.synthetic import Standing
from metadata import names
from tests.installation import Installation, free_port
from tests.journeys.citizen import Citizen
from tests.journeys.little_agency import LittleAgency, made_of_it, served


def taken_in(demo: Installation, folder: Path, port: int) -> LittleAgency:
    """A new agency that the hub knows from this moment."""
    agency = LittleAgency(f"http://127.0.0.1:{port}", folder)
    agency.trust(requests.get(f"{demo.hub}/saml/metadata", timeout=60).content)
    file = folder / "metadata.xml"
    file.write_bytes(agency.metadata)
    assert "is in force" in demo.minid("sp", "add", str(file), "--approve")
    return agency


@pytest.fixture(scope="module")
def little(
    demo: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LittleAgency]:
    port = free_port()
    agency = taken_in(demo, tmp_path_factory.mktemp("little"), port)
    with served(agency, port):
        yield agency


def test_every_worker_knows_it_as_soon_as_the_command_is_done(
    demo: Installation, tmp_path: Path
) -> None:
    agency = taken_in(demo, tmp_path, free_port())
    answers = [
        requests.get(agency.request_url(), allow_redirects=False, timeout=60).status_code
        for _ in range(20)
    ]
    assert answers == [303] * 20


def test_its_own_software_accepts_the_answer(
    citizen: Citizen, little: LittleAgency, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.page.goto(f"{little.base_url}/start")
    citizen.logs_in_by_sms(person)
    made = made_of_it(citizen)
    assert made["logged_in"] and not made["errors"], made["reason"]
    assert made["attributes"]["uid"] == [person.national_id]
    assert made["attributes"]["AuthMethod"] == ["Minid-OTC"]


def test_force_authn_asks_anew_within_the_same_session(
    citizen: Citizen, little: LittleAgency, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.page.goto(f"{little.base_url}/start")
    citizen.logs_in_by_sms(person)
    first = made_of_it(citizen)["session_index"]
    citizen.page.goto(f"{little.base_url}/start?force")
    citizen.logs_in_by_sms(person)
    second = made_of_it(citizen)
    assert second["logged_in"] and second["session_index"] == first


def test_force_authn_of_somebody_else_is_a_session_of_their_own(
    citizen: Citizen, little: LittleAgency, demo: Installation
) -> None:
    one, two = demo.person(Standing.WITH_MOBILE), demo.person(Standing.WITH_MOBILE)
    citizen.page.goto(f"{little.base_url}/start")
    citizen.logs_in_by_sms(one)
    first = made_of_it(citizen)["session_index"]
    citizen.page.goto(f"{little.base_url}/start?force")
    citizen.logs_in_by_sms(two)
    second = made_of_it(citizen)
    assert second["attributes"]["uid"] == [two.national_id]
    assert second["session_index"] != first


def test_is_passive_shows_nothing_and_says_that_nobody_is_logged_in(
    citizen: Citizen, little: LittleAgency
) -> None:
    citizen.page.goto(f"{little.base_url}/start?passive")
    made = made_of_it(citizen)
    assert not made["logged_in"]
    assert made["statuses"] == [names.RESPONDER, names.NO_PASSIVE]


def test_is_passive_is_answered_from_a_living_session(
    citizen: Citizen, little: LittleAgency, demo: Installation
) -> None:
    citizen.page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.page.wait_for_url(f"{demo.hub}/me")
    citizen.page.goto(f"{little.base_url}/start?passive")
    assert made_of_it(citizen)["logged_in"]


def test_suspended_while_somebody_logs_in_it_gets_no_answer(
    citizen: Citizen, demo: Installation, tmp_path: Path
) -> None:
    port = free_port()
    agency = taken_in(demo, tmp_path, port)
    with served(agency, port):
        citizen.page.goto(f"{agency.base_url}/start")
        citizen.gives_password(demo.person(Standing.WITHOUT_MOBILE))
        demo.minid("sp", "suspend", f"{agency.base_url}/metadata")
        citizen.writes(pin="123456")
        citizen.presses("cancel")
        citizen.sees("Vi kunne ikkje ta imot innlogginga frå tenesta.")
        assert "SAMLResponse" not in citizen.page.content()
