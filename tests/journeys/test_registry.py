"""From an invitation to a new agency's production login, and its first changes, in browsers.

The tests are the chapters of one story, on the state that the chapter before has left.
`pytest -s tests/journeys/test_registry.py` prints what hands did, as docs/registry.md has it.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Response, expect

from hub.development.synthetic import Standing, SyntheticPerson
from tests.installation import PATIENCE, ROOT, Installation, free_port
from tests.journeys.citizen import Citizen
from tests.journeys.little_agency import LittleAgency, made_of_it, served
from tests.journeys.passing_time import a_login_grows_old, what_was_scheduled_is_due
from tests.journeys.player import Hands, Player

ORGANISATION = "974760673"
REASON = "Oppgje kvar folk skal attende."
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT08:00")
# As docs/registry.md tells: from the invitation to the login, and with the changes after it.
MOST_CLICKS, MOST_FIELDS, MOST_KEYS = 46, 22, 350  # the demo's passwords are of any length
MOST_CLICKS_IN_ALL = 78


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


@dataclass
class Cast:
    """Two administrators and a newcomer, and whom they want to bring in."""

    demo: Installation
    ola: Player  # an administrator, who invites
    kari: Player  # an administrator, who decides
    nina: Player  # of the new agency, not on the staff yet
    anybody: Citizen
    agency: LittleAgency
    faulty: str  # its metadata, with two faults
    logo: str
    kari_is: SyntheticPerson
    address: str = ""  # of the service's page
    reference: str = ""  # of the login in production
    until_production: tuple[Hands, Hands] = (Hands(), Hands())  # both sides

    @property
    def hands(self) -> tuple[Hands, Hands]:
        """Of the administrators, and of the agency, until now."""
        return self.ola.hands + self.kari.hands, self.nina.hands + Hands()


@pytest.fixture(scope="module")
def cast(
    demo: Installation, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cast]:
    folder = tmp_path_factory.mktemp("agency")
    Image.new("RGB", (64, 64), "navy").save(folder / "logo.png")
    port = free_port()
    agency = LittleAgency(f"http://127.0.0.1:{port}", folder)
    agency.trust(requests.get(f"{demo.hub}/saml/metadata", timeout=60).content)
    contexts = [browser.new_context(locale="nn-NO") for _ in range(4)]
    ola, kari, nina, anybody = (Citizen(one.new_page(), demo) for one in contexts)
    with served(agency, port):
        yield Cast(
            demo, Player(ola), Player(kari), Player(nina), anybody, agency,
            faulty(agency), str(folder / "logo.png"), made_administrator(demo, "Kari"),
        )  # fmt: skip
    for one in contexts:
        one.close()


def faulty(agency: LittleAgency) -> str:
    document = agency.metadata.decode().replace(' use="signing"', "")
    return re.sub(r'validUntil="\d{4}', 'validUntil="2020', document)


def is_the_answer(response: Response) -> bool:
    """The page that posts our answer to the agency."""
    return "/saml/sso/continue/" in response.url and response.status == 200


def finds_what_waits(kari: Player, hub: str) -> None:
    kari.opens(f"{hub}/registry")
    kari.sees("Det som ventar")
    kari.follows_what_says("ventar på ei avgjerd frå ein forvaltar")
    expect(kari.page.get_by_label("Status")).to_have_value("waiting")
    kari.sees("1 teneste")
    kari.follows_what_says("Litle etaten")
    kari.sees("Dette ventar på deg")


def proposes_a_name(nina: Player, address: str, name: str) -> None:
    nina.opens(address)
    nina.sees("Det som gjeld no")
    nina.follows("Føreslå endring")
    nina.sees("Slik er det no.")
    nina.writes(name_nn=name)
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")


def test_a_newcomer_is_invited_and_shown_the_way(cast: Cast) -> None:
    ola, nina, hub = cast.ola, cast.nina, cast.demo.hub
    ola.opens(f"{hub}/registry")
    ola.logs_in(made_administrator(cast.demo, "Ola"))
    ola.sees("Tenesteleverandørar", on_a_phone_too=True)
    ola.follows("Folk")
    ola.sees("Folk i registeret")
    ola.follows("Inviter")
    ola.sees("Det som kollegaene ser.", on_a_phone_too=True)
    ola.writes(name="Nina", organisation=ORGANISATION, organisation_name="Litle etaten")
    ola.presses("invite")
    ola.sees("Send denne lenkja til personen.")

    nina.opens(ola.copies("#link"))
    nina.logs_in(cast.demo.person(Standing.WITH_MOBILE))
    nina.sees("Ola inviterer deg", on_a_phone_too=True)
    nina.presses("continue")
    nina.sees("Slik får de tenesta på lufta", on_a_phone_too=True)
    nina.at.sees(f"{hub}/saml/metadata")


def test_a_service_is_mended_by_a_click_and_approved_for_test(cast: Cast) -> None:
    nina, kari, hub = cast.nina, cast.kari, cast.demo.hub
    nina.follows("Registrer ny teneste")
    nina.sees("Steg 1 av 2", on_a_phone_too=True)
    nina.chooses("environment", "test")
    nina.pastes(metadata=cast.faulty)
    nina.presses("check")
    nina.sees("Dette fann vi", on_a_phone_too=True)
    nina.presses("fix", "all")
    nina.sees("Dette er retta")
    nina.writes(name_nn="Litle etaten", legal_basis="Litlelova § 1")
    nina.writes(contact_1_email="drift@litle.example")
    nina.uploads(logo_file=cast.logo)
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")

    kari.opens(f"{hub}/registry")
    kari.logs_in(cast.kari_is)
    finds_what_waits(kari, hub)
    kari.at.sees("Svar går til ei ny adresse:")
    kari.at.sees("Fødselsnummeret (uid) blir gitt.")
    kari.presses("approve")
    kari.sees("Godkjent av Kari")


def test_what_is_proposed_for_production_is_sent_back_with_a_reason_and_comes_again(
    cast: Cast,
) -> None:
    nina, kari, hub = cast.nina, cast.kari, cast.demo.hub
    nina.page.reload()
    nina.sees("Godkjent av Kari")
    nina.follows("Føreslå det same for produksjon")
    nina.sees("Registrer Litle etaten for produksjon", on_a_phone_too=True)
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")
    cast.address = nina.page.url

    finds_what_waits(kari, hub)
    kari.writes(comment="Kvar kjem ein når noko stansar?")
    kari.presses("write")
    kari.sees("Kvar kjem ein når noko stansar?")
    kari.writes(reason=REASON)
    kari.presses("reject")
    kari.sees("Avvist av Kari")

    nina.opens(f"{hub}/registry")
    nina.sees("Det som ventar")
    nina.follows_what_says("er avvist, og kan rettast")
    expect(nina.page.get_by_label("Status")).to_have_value("rejected")
    nina.follows_what_says("Litle etaten")
    nina.sees(REASON)
    nina.follows("Rett og føreslå på nytt")
    nina.sees("Rett Litle etaten, og føreslå på nytt", on_a_phone_too=True)
    nina.at.sees(REASON)  # beside what is to be mended
    nina.writes(return_url="https://litle.example/")
    nina.presses("propose")
    nina.sees("Framlegget er sendt inn.")


def test_who_logged_in_long_ago_logs_in_anew_before_approving(cast: Cast) -> None:
    kari = cast.kari
    finds_what_waits(kari, cast.demo.hub)
    a_login_grows_old(cast.demo, cast.kari_is, by=timedelta(minutes=16))
    kari.presses("approve")
    kari.logs_in(cast.kari_is)
    kari.sees("Det du ville avgjere, er ikkje gjort enno", on_a_phone_too=True)
    kari.presses("approve")
    kari.sees("Tenesta er i drift: folk kan logge inn.")


def test_a_citizen_logs_in_at_the_new_agency_in_production(cast: Cast) -> None:
    citizen, person = cast.anybody, cast.demo.person(Standing.WITH_MOBILE)
    cast.until_production = cast.hands
    citizen.page.goto(f"{cast.agency.base_url}/start")
    citizen.sees("Litle etaten")
    with citizen.page.expect_response(is_the_answer) as answer:
        citizen.logs_in_by_sms(person)
    made = made_of_it(citizen)
    assert made["logged_in"] and not made["errors"], made["reason"]
    assert made["attributes"]["uid"] == [person.national_id]
    cast.reference = answer.value.headers["x-request-id"]


def test_its_team_sees_how_that_login_went(cast: Cast) -> None:
    """The service's health, the story of the login, and when its certificates end."""
    nina = cast.nina
    nina.page.reload()
    nina.sees("Tenesta er i drift")
    nina.follows("Helse: innloggingar, avviste, nøklar og klokke")
    nina.sees("Helsa til Litle etaten")
    nina.follows("Spor")
    nina.sees("Referansen nedst på sida")
    nina.pastes(request_id=cast.reference)
    nina.presses("show")
    nina.sees(f"Referanse {cast.reference}")
    nina.follows("Kalender")
    nina.sees("Litle etaten")


def test_a_change_is_tried_on_real_requests_and_begins_with_a_share_of_logins(
    cast: Cast,
) -> None:
    kari = cast.kari
    proposes_a_name(cast.nina, cast.address, "Litle etaten no")
    finds_what_waits(kari, cast.demo.hub)
    kari.at.sees("1 av dei siste 1 ville framleis gå gjennom")
    kari.unfolds("Godkjenn på ein annan måte")
    kari.ticks("how", "share")
    kari.writes(share="50")
    kari.presses("plan")
    kari.sees("For 50 % av innloggingane", on_a_phone_too=True)
    kari.at.sees("Teikn på feil")
    kari.presses("full")
    kari.sees("Godkjent av Kari")
    kari.at.sees("Sett i drift for alle")


def test_a_change_comes_in_force_at_the_time_that_was_set(cast: Cast) -> None:
    kari = cast.kari
    proposes_a_name(cast.nina, cast.address, "Litle etaten snart")
    finds_what_waits(kari, cast.demo.hub)
    kari.unfolds("Godkjenn på ein annan måte")
    kari.ticks("how", "scheduled")
    kari.writes(at=TOMORROW)
    kari.presses("plan")
    kari.sees("Godkjent, og set i drift seinare")
    kari.opens(f"{cast.demo.hub}/registry?q=snart&state=on-its-way")
    kari.sees("1 teneste")
    kari.follows_what_says("Litle etaten")
    kari.sees("Godkjent, på veg i drift")
    what_was_scheduled_is_due(cast.demo)
    in_force, give_up_at = kari.page.get_by_text("Tenesta er i drift"), time.monotonic() + PATIENCE
    while not in_force.is_visible():
        assert time.monotonic() < give_up_at, kari.page.locator("main").inner_text()
        kari.page.reload()
    kari.sees("Litle etaten snart")


def test_an_earlier_version_is_proposed_again_and_approved(cast: Cast) -> None:
    nina, kari = cast.nina, cast.kari
    nina.opens(cast.address)
    nina.sees("Litle etaten snart")
    entry = nina.page.get_by_role("listitem").filter(has_text="Godkjent av Kari")
    versions = entry.get_by_role("link", name="Sjå versjonen").evaluate_all(
        "(links) => links.map((link) => link.href)"
    )
    nina.opens(versions[-1])  # the first that was in force
    nina.sees("Det som ville endre seg i det som gjeld no")
    nina.presses("restore")
    nina.sees("Framlegget er sendt inn.")
    finds_what_waits(kari, cast.demo.hub)
    kari.at.sees("Litle etaten snart")
    kari.presses("approve")
    kari.sees("Tenesta er i drift")
    expect(kari.page.get_by_role("heading", level=1)).to_have_text("Litle etaten")


def test_it_takes_no_more_clicks_and_keys_than_are_told(cast: Cast) -> None:
    administrators, agency = cast.until_production
    there, all_of_it = administrators + agency, sum(cast.hands, Hands())
    print(
        "\n| | pages | clicks | fields | keys | pages came in, s | minutes |",
        "|---|---|---|---|---|---|---|",
        administrators.row("administrators, to the login"),
        agency.row("the agency, to the login"),
        there.row("both, to the login"),
        all_of_it.row("both, with the changes after it"),
        sep="\n",
    )
    assert there.clicks <= MOST_CLICKS and there.fields <= MOST_FIELDS
    assert there.keys <= MOST_KEYS and all_of_it.clicks <= MOST_CLICKS_IN_ALL
