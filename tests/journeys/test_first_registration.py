"""A person's first login: from an agency, with the letter in hand, and back to the agency."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from hub.synthetic import Standing
from tests.installation import Installation
from tests.journeys.citizen import FRESH_PASSWORD, Citizen
from tests.journeys.screens import on_both

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


def is_accessible(page: Page, heading: str) -> None:
    """The page of this heading, without a fault that axe finds or sideways scrolling."""
    expect(page.locator("h1")).to_have_text(heading)
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)


@on_both
def test_somebody_registers_with_the_letter_and_comes_back_logged_in(
    another_citizen: Any, demo: Installation, screen: dict[str, Any]
) -> None:
    person = demo.person(Standing.ONLY_LETTER)
    citizen: Citizen = another_citizen(**screen)
    page = citizen.page
    citizen.goes_to("skatteetaten", "skattekort")
    is_accessible(page, "Logg inn")
    citizen.sees("Du loggar inn hos Skatteetaten")
    page.get_by_role("link", name="Registrer deg med PIN-kodane").click()
    is_accessible(page, "Registrer deg")
    page.get_by_label("Fødselsnummer eller D-nummer").fill(person.national_id)
    page.get_by_role("button", name="Neste").click()
    is_accessible(page, "Skriv inn to PIN-kodar")
    citizen.gives_two_pins(person)
    is_accessible(page, "Vel eit passord")
    citizen.chooses_password()
    is_accessible(page, "Legg til mobilnummer")
    mobile = f"+4799900{900 + len(demo.people)}"
    citizen.writes(mobile=mobile, mobile_again=mobile)
    citizen.presses()
    is_accessible(page, "Stadfest mobilnummeret")
    citizen.gives_sms_code(mobile)
    citizen.is_in("skatteetaten", "skattekort")
    is_accessible(page, "Skattekort")
    citizen.sees(f"Du er logga inn hos Skatteetaten som {person.national_id}.")
    assert citizen.is_told("AuthMethod") == "Minid-PIN"
    assert citizen.is_told("SecurityLevel") == "3"


def test_whoever_skips_the_mobile_is_logged_in_and_gets_no_sms_next_time(
    citizen: Citizen, another_citizen: Any, demo: Installation
) -> None:
    person = demo.person(Standing.ONLY_LETTER)
    citizen.goes_to("lanekassen", "stipend")
    citizen.page.locator("a[href^='/register/']").click()
    citizen.writes(national_id=person.national_id)
    citizen.presses()
    citizen.gives_two_pins(person)
    citizen.chooses_password()
    citizen.is_asked("mobile")
    citizen.presses("skip")
    citizen.is_in("lanekassen", "stipend")
    assert citizen.is_told("AuthMethod") == "Minid-PIN"
    later: Citizen = another_citizen()
    later.goes_to("posten", "sendingar")
    later.writes(national_id=person.national_id, password=FRESH_PASSWORD)
    later.presses()
    later.gives_pin(person)
    later.is_in("posten", "sendingar")
