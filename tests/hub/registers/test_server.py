"""The made-up registers' pages, without a network between."""

from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient

from hub.development.synthetic import synthetic_number
from hub.population import PersonStatus
from hub.registers import freg, register_file
from hub.registers.register_file import RegisterFile
from hub.registers.server import FREG, Behaviour, register_app
from hub.registers.token_office import TokenOffice
from tests.builders import MOMENT

CHANCE = Random(7)
KNOWN, NEW = synthetic_number(CHANCE, is_d_number=True), synthetic_number(CHANCE)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> RegisterFile:
    path: Path = tmp_path_factory.mktemp("population") / "register.sqlite"
    register_file.build(path, MOMENT.year, {KNOWN: "Sprø Vårløk"})
    return RegisterFile(path)


@pytest.fixture
def client(file: RegisterFile) -> FlaskClient:
    return register_app(file, TokenOffice({}, lambda: MOMENT), Behaviour()).test_client()


@pytest.mark.parametrize(
    "path", ["personer/12345678901", "hendelser/feed", "hendelser/siste/sekvensnummer"]
)
def test_nothing_is_told_without_a_token(client: FlaskClient, path: str) -> None:
    assert client.get(f"{FREG}/v1/{path}").status_code == 401
    with_one = client.get(f"{FREG}/v1/{path}", headers={"Authorization": "Bearer made-up"})
    assert with_one.status_code == 401


def test_no_token_is_given_for_what_is_no_grant(client: FlaskClient) -> None:
    answer = client.post("/token", data={"grant_type": "password", "assertion": "x"})
    assert answer.status_code == 400 and answer.get_json()["error"] == "invalid_grant"


def test_municipalities_have_names_and_counties(client: FlaskClient) -> None:
    aukra = client.get("/kommuneinfo/v1/kommuner/1547").get_json()
    assert (aukra["kommunenavn"], aukra["fylkesnavn"]) == ("Aukra", "Møre og Romsdal")
    assert client.get("/kommuneinfo/v1/kommuner/9999").status_code == 404


def test_it_misbehaves_when_it_is_told_to(client: FlaskClient) -> None:
    client.post("/dev/mode", json={"mode": "down"})
    assert client.get("/kommuneinfo/v1/kommuner/1547").status_code == 503
    client.post("/dev/mode", json={"mode": "up"})
    assert client.get("/kommuneinfo/v1/kommuner/1547").status_code == 200


def test_things_happen_to_people_when_it_is_told_so(
    client: FlaskClient, file: RegisterFile
) -> None:
    before = file.latest_event()
    new_number = {"what": "new-number", "number": KNOWN, "new_number": NEW}
    for wanted in (new_number, {"what": "death", "number": NEW}):
        told = client.post("/dev/happen", json=wanted).get_json()
    assert told["sequence"] == before + 2
    document = file.document(KNOWN)
    assert document
    person = freg.registered_person(document)
    assert (person.number.digits, person.status) == (NEW, PersonStatus.DEAD)
