"""What is peculiar to each agency's software: binding, level, index, key, form without script."""

from typing import Any

import pytest
from playwright.sync_api import expect

from hub.development.synthetic import Standing
from tests.installation import Installation
from tests.journeys.citizen import Citizen

PASSWORD_PROTECTED = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
SERVICES = (
    ("miside", "sesjon"),
    ("skatteetaten", "adresseendring"),
    ("lanekassen", "betalingsutsetjing"),
    ("nav", "fastlege"),
    ("altinn", "skjema"),
    ("posten", "adresseendring"),
    ("kommune", "byggjesak"),
)
NOT_ENCRYPTED = {"posten", "kommune"}


def test_one_login_opens_all_seven(citizen: Citizen, demo: Installation) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(person)
    citizen.page.wait_for_url(f"{demo.hub}/me")
    for agency, service in SERVICES:
        citizen.goes_to(agency, service)
        citizen.is_in(agency, service)
        assert citizen.attribute("uid") == person.national_id
        assert citizen.is_told("Klasse") == PASSWORD_PROTECTED
        assert citizen.is_told("Kryptert") == ("nei" if agency in NOT_ENCRYPTED else "ja")


def test_a_request_by_post_is_held_for_the_browser_that_brings_it(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    sent = []
    citizen.page.on("request", lambda request: sent.append((request.method, request.url)))
    citizen.goes_to("nav", "pensjon")
    citizen.logs_in_by_sms(person)
    citizen.is_in("nav", "pensjon")
    assert ("POST", f"{demo.hub}/saml/sso") in sent
    assert citizen.is_told("AuthMethod") == "Minid-OTC"


def test_cancel_of_a_request_by_post_leads_back_too(citizen: Citizen) -> None:
    citizen.goes_to("nav", "pensjon")
    citizen.presses("cancel")
    citizen.sees("AuthnFailed")


def test_level_four_is_told_to_be_out_of_reach_without_a_login(
    citizen: Citizen, demo: Installation
) -> None:
    seen: list[str] = []
    citizen.page.on("framenavigated", lambda frame: seen.append(frame.url))
    citizen.goes_to("altinn", "skjema-niva-4")
    citizen.sees("urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext")
    assert not [url for url in seen if "/login/" in url and url.startswith(demo.hub)]


@pytest.mark.parametrize("agency, service", [("skatteetaten", "skattekort"), ("nav", "pensjon")])
def test_everything_goes_without_javascript(
    another_citizen: Any, demo: Installation, agency: str, service: str
) -> None:
    citizen: Citizen = another_citizen(java_script_enabled=False)
    citizen.goes_to(agency, service)
    if agency == "nav":
        citizen.page.get_by_role("button", name="Gå vidare").click()
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    expect(citizen.page.locator("h1")).to_contain_text("Du blir send vidare")
    citizen.page.get_by_role("button", name="Gå vidare").click()
    citizen.is_in(agency, service)


def test_loading_the_page_that_sends_on_once_more_gives_no_second_answer(
    another_citizen: Any, demo: Installation
) -> None:
    citizen: Citizen = another_citizen(java_script_enabled=False)
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    expect(citizen.page.locator("[name=SAMLResponse]")).to_be_attached()
    citizen.page.reload()
    citizen.sees("Denne innlogginga er ferdig eller avbroten.")
    assert "SAMLResponse" not in citizen.page.content()


def test_without_cookies_the_reader_is_told_why_it_stops(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.is_asked("national_id")
    citizen.page.context.clear_cookies()
    citizen.page.reload()
    citizen.sees("Nettlesaren må ta imot informasjonskapslar frå MinID.")


def test_the_front_page_leads_to_every_agency(citizen: Citizen, demo: Installation) -> None:
    citizen.page.goto(f"{demo.hub}/")
    for agency in (name for name, _ in SERVICES):
        expect(citizen.page.locator(f"a[href='{demo.agencies}/{agency}/']")).to_be_visible()
