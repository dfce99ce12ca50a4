"""A login without a mouse, without JavaScript, in Northern Sámi, and on a small screen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hub.development.synthetic import Standing
from tests.accessibility import has_no_faults
from tests.installation import Installation
from tests.journeys.citizen import Citizen
from tests.journeys.screens import DESKTOP, PHONE

MOST_TABS = 30  # no field lies further from the top of a page
# Something around the element in focus that is not there without focus.
SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""
# 1280 pixels at 400 per cent.
MAGNIFIED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}


def tabs_to(page: Page, name: str) -> None:
    """Press Tab until this field or button has the focus, which is to be seen all the way."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"{name} was not reached")


def is_without_faults(page: Page) -> None:
    has_no_faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_by_the_keyboard_alone(citizen: Citizen, demo: Installation) -> None:
    person, page = demo.person(Standing.WITH_MOBILE), citizen.page
    page.goto(f"{demo.agencies}/skatteetaten/login/skattekort")
    tabs_to(page, "national_id")
    page.keyboard.type(person.national_id)
    tabs_to(page, "password")
    page.keyboard.type("feil passord 123")
    page.keyboard.press("Enter")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    tabs_to(page, "national_id")
    tabs_to(page, "password")
    page.keyboard.type(str(person.password))
    page.keyboard.press("Enter")
    citizen.is_asked("otp")
    tabs_to(page, "otp")
    page.keyboard.type(demo.last_sms(to=str(person.mobile))[:6])
    tabs_to(page, "continue")
    page.keyboard.press("Space")
    citizen.is_in("skatteetaten", "skattekort")


def test_without_javascript(another_citizen: Any, demo: Installation) -> None:
    citizen: Citizen = another_citizen(java_script_enabled=False)
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    expect(citizen.page.locator("h1")).to_contain_text("Du blir send vidare")
    citizen.page.get_by_role("button", name="Gå vidare").click()
    citizen.is_in("skatteetaten", "skattekort")


def test_in_northern_sami(another_citizen: Any, demo: Installation) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(locale="se-NO")
    citizen.goes_to("skatteetaten", "skattekort")
    expect(citizen.page.locator("html")).to_have_attribute("lang", "se")
    expect(citizen.page.locator("h1")).to_have_text("Logge sisa")
    citizen.gives_password(person)
    expect(citizen.page.locator("h1")).to_have_text("Čále koda SMS:s")
    assert "MinID koda" in demo.last_sms(to=str(person.mobile))
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("skatteetaten", "skattekort")
    assert citizen.attribute("Culture") == "se"


@pytest.mark.parametrize(
    ("screen", "locale"),
    [(DESKTOP, "en-GB"), (PHONE, "nb-NO"), (MAGNIFIED, "se-NO")],
    ids=["desktop", "phone", "magnified"],
)
def test_every_page_on_the_way_is_without_faults(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], locale: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen, locale=locale)
    page = citizen.page
    for path in ("/", "/help", "/login"):
        page.goto(f"{demo.hub}{path}")
        is_without_faults(page)
    citizen.writes(national_id="1", password="x")
    citizen.presses()
    expect(page.locator(".ds-error-summary")).to_be_focused()
    is_without_faults(page)
    citizen.gives_password(person)
    citizen.is_asked("otp")
    is_without_faults(page)
    citizen.gives_sms_code(person.mobile)
    page.wait_for_url(f"{demo.hub}/me")
    is_without_faults(page)
