"""Logins whose answer is fetched over the back channel, by software that is not ours."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests

from hub.development.synthetic import Standing
from tests.installation import Installation, free_port
from tests.journeys.artifact_agency import ArtifactAgency
from tests.journeys.citizen import Citizen
from tests.journeys.little_agency import served

STATE = "a=b&c?#%+ æøå <script>'\" \U0001f600"


@pytest.fixture(scope="module")
def agency(
    demo: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ArtifactAgency]:
    folder, port = tmp_path_factory.mktemp("artifact"), free_port()
    agency = ArtifactAgency(f"http://127.0.0.1:{port}", folder)
    agency.trust(requests.get(f"{demo.hub}/saml/metadata", timeout=60).content)
    file = folder / "metadata.xml"
    file.write_bytes(agency.metadata)
    demo.minid("sp", "add", str(file), "--approve")
    with served(agency, port):
        yield agency


def begin(citizen: Citizen, agency: ArtifactAgency) -> None:
    citizen.page.goto(f"{agency.base_url}/start?state={quote(STATE)}")


def made_of_it(citizen: Citizen) -> dict[str, Any]:
    citizen.page.wait_for_url("**/art?*")
    made: dict[str, Any] = json.loads(citizen.page.locator("pre").inner_text())
    return made


def test_the_browser_goes_on_by_itself_and_the_answer_is_fetched(
    citizen: Citizen, agency: ArtifactAgency, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    begin(citizen, agency)
    citizen.logs_in_by_sms(person)
    made = made_of_it(citizen)
    assert made["attributes"]["uid"] == [person.national_id]
    assert made["relay_state"] == made["came_from"] == STATE
    begin(citizen, agency)
    assert made_of_it(citizen)["name_id"] == made["name_id"]


def test_without_javascript_it_goes_on_by_itself_too(
    another_citizen: Any, agency: ArtifactAgency, demo: Installation
) -> None:
    person = demo.person(Standing.WITHOUT_MOBILE)
    citizen: Citizen = another_citizen(java_script_enabled=False)
    begin(citizen, agency)
    citizen.logs_in_by_pin(person)
    assert made_of_it(citizen)["attributes"]["uid"] == [person.national_id]


def test_an_artifact_that_was_used_gives_a_signed_nothing(
    citizen: Citizen, agency: ArtifactAgency, demo: Installation
) -> None:
    begin(citizen, agency)
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    assert "is_empty" not in made_of_it(citizen)
    assert agency.made_of(agency.envelope(agency.fetched[-1])) == {"is_empty": True}
