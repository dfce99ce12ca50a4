"""From an invitation to a new agency's production login, all of it in browsers."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Response, expect

from hub.development.synthetic import Standing, SyntheticPerson
from tests.accessibility import has_no_faults
from tests.installation import ROOT, Installation, free_port
from tests.journeys.citizen import Citizen
from tests.journeys.little_agency import LittleAgency, made_of_it, served

ORGANISATION = "974760673"
MOST_CLICKS = 35  # as docs/registry.md tells


def made_administrator(demo: Installation, name: str) -> SyntheticPerson:
    return made_staff(demo, "administrator", name)


def made_staff(demo: Installation, role: str, name: str) -> SyntheticPerson:
    """Somebody with a role, whose number went in by standard input."""
    person = demo.person(Standing.WITH_MOBILE)
    grant = ("staff", "grant", "--role", role, "--name", name)
    done = subprocess.run(
        [sys.executable, "-m", "hub.commands", *grant],
        input=person.national_id, cwd=ROOT, env=demo.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return person


class Player:
    """One of those who play, whose clicks are counted; each page is seen by axe on arrival."""

    def __init__(self, at: Citizen) -> None:
        self.at, self.page, self.clicks = at, at.page, 0

    def sees(self, text: str) -> None:
        """The page that says so, which has no fault."""
        self.at.sees(text)
        has_no_faults(self.page)

    def follows(self, link: str) -> None:
        self.clicks += 1
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def presses(self, button: str) -> None:
        self.clicks += 1
        self.at.presses(button)

    def mends_all(self) -> None:
        self.clicks += 1
        self.page.locator("button[name=fix][value=all]").click()

    def chooses(self, field: str, value: str) -> None:
        self.clicks += 1
        self.page.locator(f"[name={field}]").select_option(value)

    def logs_in(self, person: SyntheticPerson) -> None:
        self.clicks += 2
        self.at.logs_in_by_sms(person)


@dataclass(frozen=True, slots=True)
class Cast:
    """A newcomer and two administrators, logged in, and whom they want to bring in."""

    ola: Player  # invites
    kari: Player  # reviews
    nina: Player  # of the new agency, not on the staff yet
    agency: LittleAgency
    faulty: str  # its metadata, with two faults

    @property
    def clicks(self) -> int:
        return sum(each.clicks for each in (self.ola, self.kari, self.nina))


@pytest.fixture
def cast(
    demo: Installation, another_citizen: Callable[..., Citizen], tmp_path: Path
) -> Cast:
    agency = LittleAgency(f"http://127.0.0.1:{free_port()}", tmp_path)
    agency.trust(requests.get(f"{demo.hub}/saml/metadata", timeout=60).content)
    document = agency.metadata.decode().replace(' use="signing"', "")
    faulty = re.sub(r'validUntil="\d{4}', 'validUntil="2020', document)
    ola, kari, nina = (Player(another_citizen()) for _ in range(3))
    return Cast(ola, kari, nina, agency, faulty)


def invites(ola: Player, hub: str, person: SyntheticPerson) -> str:
    """The link that works once."""
    ola.page.goto(f"{hub}/registry")
    ola.logs_in(person)
    ola.sees("Tenesteleverandørar")
    ola.follows("Folk")
    ola.sees("Folk i registeret")
    ola.follows("Inviter")
    ola.sees("Det som kollegaene ser.")
    ola.at.writes(name="Nina", organisation=ORGANISATION, organisation_name="Litle etaten")
    ola.presses("invite")
    ola.sees("Send denne lenkja til personen.")
    return ola.page.locator("#link").inner_text()


def accepts(nina: Player, link: str, person: SyntheticPerson) -> None:
    nina.page.goto(link)
    nina.logs_in(person)
    nina.sees("Seier du ja, er rolla knytt til deg")
    nina.presses("continue")
    nina.sees("Slik får de tenesta på lufta")


def registers(nina: Player, document: str, logo: Path) -> None:
    """For test first, with what the linter found mended by one click."""
    nina.follows("Registrer ny teneste")
    nina.sees("Byrj med metadata")
    nina.chooses("environment", "test")
    nina.at.writes(metadata=document)
    nina.presses("check")
    nina.sees("Dette fann vi")
    nina.mends_all()
    nina.sees("Dette er retta")
    nina.at.writes(name_nn="Litle etaten", legal_basis="Litlelova § 1")
    nina.at.writes(contact_1_email="drift@litle.example")
    nina.page.locator("[name=logo_file]").set_input_files(logo)
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")


def finds_what_waits(kari: Player, hub: str) -> None:
    kari.page.goto(f"{hub}/registry")
    kari.clicks += 1
    kari.page.get_by_role("link", name="ventar på ei avgjerd frå ein forvaltar").click()
    expect(kari.page.get_by_label("Status")).to_have_value("waiting")
    kari.sees("Det som ventar")
    kari.follows("Litle etaten")
    kari.sees("Dette ventar på deg")
    kari.at.sees("Svar går til ei ny adresse:")
    kari.at.sees("Fødselsnummeret (uid) blir gitt.")


def sends_back(kari: Player, reason: str) -> None:
    kari.clicks += 1
    kari.at.writes(comment="Kvar kjem ein når noko stansar?")
    kari.page.get_by_role("button", name="Skriv kommentaren").click()
    kari.at.sees("Kvar kjem ein når noko stansar?")
    kari.at.writes(reason=reason)
    kari.presses("reject")
    kari.sees("Avvist av Kari")


def mends_what_was_sent_back(nina: Player, hub: str, reason: str) -> None:
    nina.page.goto(f"{hub}/registry")
    nina.clicks += 1
    nina.page.get_by_role("link", name="er avvist, og kan rettast").click()
    expect(nina.page.get_by_label("Status")).to_have_value("rejected")
    nina.follows("Litle etaten")
    nina.sees(reason)
    nina.follows("Rett og føreslå på nytt")
    nina.at.writes(return_url="https://litle.example/")
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")


def looks_after_it(nina: Player, address: str, reference: str) -> None:
    """How it fares, the story of that login, and when its certificates end."""
    nina.page.goto(address)
    nina.follows("Helse: innloggingar, avviste, nøklar og klokke")
    nina.sees("Helsa til Litle etaten")
    nina.follows("Spor")
    nina.sees("Referansen nedst på sida")
    nina.at.writes(request_id=reference)
    nina.clicks += 1
    nina.page.get_by_role("button", name="Vis").click()
    nina.sees(f"Referanse {reference}")
    nina.follows("Kalender")
    nina.sees("Litle etaten")


def is_the_answer(response: Response) -> bool:
    """The page that posts our answer to the agency."""
    return "/saml/sso/continue/" in response.url and response.status == 200


def test_a_new_agency_comes_from_an_invitation_to_a_login_in_production(
    demo: Installation, cast: Cast, another_citizen: Callable[..., Citizen], picture: Path
) -> None:
    ola, kari, nina = cast.ola, cast.kari, cast.nina
    link = invites(ola, demo.hub, made_administrator(demo, "Ola"))
    accepts(nina, link, demo.person(Standing.WITH_MOBILE))
    registers(nina, cast.faulty, picture)

    kari.page.goto(f"{demo.hub}/registry")
    kari.logs_in(made_administrator(demo, "Kari"))
    kari.sees("Det som ventar")
    finds_what_waits(kari, demo.hub)
    kari.presses("approve")
    kari.sees("Godkjent av Kari")

    nina.page.reload()
    nina.follows("Føreslå det same for produksjon")
    expect(nina.page.locator("[name=environment]")).to_have_value("production")
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")
    finds_what_waits(kari, demo.hub)
    sends_back(kari, "Oppgje kvar folk skal attende.")
    mends_what_was_sent_back(nina, demo.hub, "Oppgje kvar folk skal attende.")
    finds_what_waits(kari, demo.hub)
    kari.presses("approve")
    kari.sees("Godkjent av Kari")

    person, citizen = demo.person(Standing.WITH_MOBILE), another_citizen()
    with served(cast.agency, int(cast.agency.base_url.rpartition(":")[2])):
        citizen.page.goto(f"{cast.agency.base_url}/start")
        citizen.sees("Litle etaten")
        with citizen.page.expect_response(is_the_answer) as answer:
            citizen.logs_in_by_sms(person)
        made = made_of_it(citizen)
    assert made["logged_in"] and not made["errors"], made["reason"]
    assert made["attributes"]["uid"] == [person.national_id]
    looks_after_it(nina, nina.page.url, answer.value.headers["x-request-id"])
    assert cast.clicks <= MOST_CLICKS


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A logo, drawn."""
    file = tmp_path / "logo.png"
    Image.new("RGB", (64, 64), "navy").save(file)
    return file
