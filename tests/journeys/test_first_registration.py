"""A person's first login: from an agency, with the letter in hand, and back to the agency."""

from typing import Any

from playwright.sync_api import Page, expect

from hub.development.synthetic import Standing
from hub.sending.notices import translated
from tests.accessibility import has_no_faults
from tests.installation import Installation
from tests.journeys.citizen import FRESH_PASSWORD, Citizen
from tests.journeys.screens import in_two_languages


def is_accessible(page: Page, heading: str) -> None:
    """The page of this heading, without a fault that axe finds or sideways scrolling."""
    expect(page.locator("h1")).to_have_text(heading)
    has_no_faults(page)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)


@in_two_languages
def test_somebody_registers_with_the_letter_and_comes_back_logged_in(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.ONLY_LETTER)
    citizen: Citizen = another_citizen(**screen)
    page = citizen.page

    def is_at(heading: str) -> None:
        is_accessible(page, translated(heading, language))

    citizen.goes_to("skatteetaten", "skattekort")
    is_at("Logg inn")
    citizen.sees(translated("Du loggar inn hos", language))
    name = translated("Registrer deg med PIN-kodane du fekk i posten", language)
    page.get_by_role("link", name=name).click()
    is_at("Registrer deg")
    label = translated("Fødselsnummer eller D-nummer", language)
    page.get_by_label(label).fill(person.national_id)
    page.get_by_role("button", name=translated("Neste", language)).click()
    is_at("Skriv inn to PIN-kodar")
    citizen.gives_two_pins(person)
    is_at("Vel eit passord")
    citizen.chooses_password()
    is_at("Legg til mobilnummer")
    mobile = f"+4740008{len(demo.people):03}"  # eight digits, however many people there are
    citizen.writes(mobile=mobile, mobile_again=mobile)
    citizen.presses()
    is_at("Stadfest mobilnummeret")
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
