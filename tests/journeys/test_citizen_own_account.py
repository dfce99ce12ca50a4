"""A person's own account: a forgotten password, Miside, and PIN codes blocked and ordered."""

from typing import Any

import pytest

from hub.notices import translated
from hub.synthetic import Standing
from tests.installation import Installation
from tests.journeys.citizen import FRESH_PASSWORD, Citizen
from tests.journeys.screens import DESKTOP, PHONE
from tests.journeys.test_first_registration import is_accessible

NORWEGIAN = {
    "/me": "Mi side",
    "/me/contact": "Kontaktinformasjon",
    "/me/contact/mobile": "Endre mobilnummeret",
    "/me/contact/email": "Endre e-postadressa",
    "/me/password": "Vel nytt passord",
    "/me/history": "Innloggingar",
    "/me/not-me": "Dette var ikkje meg",
    "/me/close": "Steng MinID-en min",
    "/pins": "PIN-kodar",
}
ENGLISH = {address: translated(heading, "en") for address, heading in NORWEGIAN.items()}
in_two_languages = pytest.mark.parametrize(
    ("screen", "headings"),
    [(DESKTOP | {"locale": "nn-NO"}, NORWEGIAN), (PHONE | {"locale": "en-GB"}, ENGLISH)],
    ids=["desktop-nn", "phone-en"],
)


@in_two_languages
def test_a_forgotten_password_is_chosen_anew_on_the_way_to_the_agency(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], headings: dict[str, str]
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    page = citizen.page
    citizen.goes_to("skatteetaten", "skattekort")
    page.locator("a[href^='/forgotten/']").click()
    is_accessible(page, headings["/me/password"])
    citizen.writes(national_id=person.national_id)
    citizen.presses()
    citizen.gives_two_pins(person)
    citizen.gives_sms_code(person.mobile)
    citizen.chooses_password(FRESH_PASSWORD)
    citizen.is_in("skatteetaten", "skattekort")
    for address, heading in headings.items():
        page.goto(f"{demo.hub}{address}")
        is_accessible(page, heading)


@in_two_languages
def test_a_stolen_sheet_is_blocked_without_a_login_and_a_new_one_ordered(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], headings: dict[str, str]
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    page = citizen.page
    page.goto(f"{demo.hub}/pins")
    is_accessible(page, headings["/pins"])
    citizen.writes(national_id=person.national_id)
    citizen.presses("order")
    page.wait_for_url(f"{demo.hub}/pins/done/ordered")
    page.goto(f"{demo.hub}/pins")
    citizen.writes(national_id=person.national_id)
    citizen.presses("block")
    citizen.is_asked("password")
    citizen.writes(password=str(person.password))
    citizen.presses()
    page.wait_for_url(f"{demo.hub}/pins/done/blocked")
