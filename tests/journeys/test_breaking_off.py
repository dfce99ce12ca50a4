"""A login that is given up, gone back in, or loaded once more."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from hub.development.synthetic import Standing
from tests.installation import Installation
from tests.journeys.citizen import Citizen

AUTHN_FAILED = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"


def to_password(citizen: Citizen, demo: Installation) -> None:
    citizen.is_asked("national_id")


def to_sms_code(citizen: Citizen, demo: Installation) -> None:
    citizen.gives_password(demo.person(Standing.WITH_MOBILE))
    citizen.is_asked("otp")


def to_pin(citizen: Citizen, demo: Installation) -> None:
    citizen.gives_password(demo.person(Standing.WITHOUT_MOBILE))
    citizen.is_asked("pin")


def to_number(citizen: Citizen, demo: Installation) -> None:
    citizen.page.locator("a[href^='/register/']").click()
    citizen.is_asked("national_id")


def to_two_pins(citizen: Citizen, demo: Installation) -> None:
    to_number(citizen, demo)
    citizen.writes(national_id=demo.unknown_person().national_id)
    citizen.presses()
    citizen.is_asked("pin_1")


def to_new_password(citizen: Citizen, demo: Installation) -> None:
    person = demo.person(Standing.ONLY_LETTER)
    to_number(citizen, demo)
    citizen.writes(national_id=person.national_id)
    citizen.presses()
    citizen.gives_two_pins(person)
    citizen.is_asked("new_password")


def to_mobile(citizen: Citizen, demo: Installation) -> None:
    to_new_password(citizen, demo)
    citizen.chooses_password()
    citizen.is_asked("mobile")


def to_confirmation(citizen: Citizen, demo: Installation) -> None:
    to_mobile(citizen, demo)
    citizen.writes(mobile="40000999", mobile_again="40000999")
    citizen.presses()
    citizen.is_asked("otp")


STEPS = (
    to_password,
    to_sms_code,
    to_pin,
    to_number,
    to_two_pins,
    to_new_password,
    to_mobile,
    to_confirmation,
)


@pytest.mark.parametrize("go", STEPS, ids=[step.__name__ for step in STEPS])
def test_cancel_leads_back_to_the_agency_from_every_step(
    citizen: Citizen, demo: Installation, go: Callable[[Citizen, Installation], None]
) -> None:
    citizen.goes_to("posten", "sendingar")
    go(citizen, demo)
    citizen.presses("cancel")
    expect(citizen.page.locator("h1")).to_have_text("Du er ikkje logga inn")
    citizen.sees(AUTHN_FAILED)
    citizen.goes_to("posten", "sendingar")
    citizen.is_asked("national_id")  # nobody was logged in


def test_cancel_of_an_own_login_leads_to_the_front_page(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.page.goto(f"{demo.hub}/login")
    citizen.presses("cancel")
    citizen.page.wait_for_url(f"{demo.hub}/")


def test_the_password_page_may_be_loaded_once_more(citizen: Citizen, demo: Installation) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("posten", "sendingar")
    citizen.writes(national_id=person.national_id, password="feil passord 123")
    citizen.presses()
    expect(citizen.page.locator(".ds-error-summary")).to_be_visible()
    citizen.page.reload()
    citizen.logs_in_by_sms(person)
    citizen.is_in("posten", "sendingar")


def test_going_back_from_the_sms_page_leads_to_it_again_and_sends_no_second_code(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("posten", "sendingar")
    citizen.gives_password(person)
    citizen.is_asked("otp")
    first = demo.last_sms(to=str(person.mobile))
    citizen.page.go_back()
    citizen.is_asked("otp")
    assert demo.last_sms(to=str(person.mobile)) == first
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("posten", "sendingar")


def test_going_back_after_a_login_gives_no_second_answer(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.goes_to("posten", "sendingar")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.is_in("posten", "sendingar")
    citizen.page.go_back()
    citizen.sees("Denne innlogginga er ferdig eller avbroten.")
    assert "SAMLResponse" not in citizen.page.content()


def test_loading_the_agencys_service_once_more_changes_nothing(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.goes_to("posten", "sendingar")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.is_in("posten", "sendingar")
    index = citizen.is_told("SessionIndex")
    citizen.page.reload()
    assert citizen.is_told("SessionIndex") == index


def test_sending_the_answer_twice_does_no_harm(citizen: Citizen, demo: Installation) -> None:
    citizen.goes_to("posten", "sendingar")
    citizen.presses("cancel")
    citizen.sees(AUTHN_FAILED)
    citizen.page.reload()  # the browser posts the same answer again
    expect(citizen.page.locator("h1")).to_have_text("Vi kunne ikkje ta imot svaret")


def lose(route: Route) -> None:
    route.fulfill(body="lost")


def stuck_on_the_way(page: Page, agencies: str, go: Callable[[], object]) -> None:
    """Lose the answer between the hub and the agency, once."""
    page.route(f"{agencies}/*/saml/acs**", lose)
    go()
    expect(page.locator("body")).to_have_text("lost")
    page.unroute(f"{agencies}/*/saml/acs**")


def test_an_answer_that_was_lost_after_a_login_is_not_given_again(
    citizen: Citizen, demo: Installation
) -> None:
    person, page = demo.person(Standing.WITHOUT_MOBILE), citizen.page
    citizen.goes_to("posten", "sendingar")
    citizen.gives_password(person)
    citizen.is_asked("pin")
    handle = page.url.split("/")[4]
    stuck_on_the_way(page, demo.agencies, lambda: citizen.gives_pin(person))
    page.goto(f"{demo.hub}/saml/sso/continue/{handle}")
    citizen.sees("Denne innlogginga er ferdig eller avbroten.")
    citizen.goes_to("posten", "sendingar")
    citizen.is_in("posten", "sendingar")  # the login itself is not lost


def test_a_lost_answer_without_a_page_is_not_given_again(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.page.wait_for_url(f"{demo.hub}/me")
    request = request_of(citizen, "skatteetaten", "skattekort")
    stuck_on_the_way(citizen.page, demo.agencies, lambda: citizen.page.goto(request))
    citizen.page.goto(request)
    expect(citizen.page.locator("h1")).to_have_text("Innlogginga er allereie fullført")
    assert "SAMLResponse" not in citizen.page.content()
    citizen.page.get_by_role("link", name="Tilbake til Skatteetaten").click()
    citizen.page.wait_for_url(f"{demo.agencies}/skatteetaten/")


def request_of(citizen: Citizen, agency: str, service: str) -> str:
    """The address to which the agency sends this browser with its AuthnRequest."""
    start = f"{citizen.installation.agencies}/{agency}/login/{service}"
    return citizen.page.request.get(start, max_redirects=0).headers["location"]


def test_the_same_request_opened_twice_in_one_browser_goes_on_where_it_was(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    request = request_of(citizen, "skatteetaten", "skattekort")
    citizen.page.goto(request)
    citizen.gives_password(person)
    citizen.is_asked("otp")
    citizen.page.goto(request)
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("skatteetaten", "skattekort")


def test_the_same_request_in_another_browser_is_refused(
    citizen: Citizen, another_citizen: Any
) -> None:
    request = request_of(citizen, "skatteetaten", "skattekort")
    citizen.page.goto(request)
    citizen.is_asked("national_id")
    stranger: Citizen = another_citizen()
    stranger.page.goto(request)
    stranger.sees("Vi kunne ikkje ta imot innlogginga frå tenesta.")
    stranger.sees("request-refused")
    stranger.page.goto(citizen.page.url)
    stranger.sees("Denne innlogginga vart starta i ein annan nettlesar.")
