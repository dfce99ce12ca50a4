"""Two tabs of one browser never mix: neither two agencies, nor two logins at one."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, expect

from hub.development.synthetic import Standing
from tests.installation import Installation
from tests.journeys.citizen import Citizen


def relay_state_sent(request: Request) -> str:
    form = request.post_data_json
    assert form is not None
    return str(form["RelayState"])


def beside(citizen: Citizen) -> Citizen:
    """The same person at another tab."""
    return Citizen(citizen.page.context.new_page(), citizen.installation)


def relay_states(context: BrowserContext, agencies: str) -> dict[str, list[str]]:
    """The RelayState of every answer that reaches an agency, by the agency's name."""
    states: dict[str, list[str]] = {}

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.startswith(f"{agencies}/"):
            agency = request.url.removeprefix(f"{agencies}/").split("/")[0]
            states.setdefault(agency, []).append(relay_state_sent(request))

    context.on("request", note)
    return states


def relay_state_asked(page: Page, agencies: str, agency: str, service: str) -> str:
    """Start a login in this tab; the RelayState that the agency sent along."""
    with page.expect_request(lambda request: "/saml/sso?" in request.url) as asked:
        page.goto(f"{agencies}/{agency}/login/{service}")
    query = asked.value.url.partition("RelayState=")[2]
    return query.partition("&")[0]


def test_two_agencies_side_by_side_each_get_their_own_answer(
    citizen: Citizen, demo: Installation
) -> None:
    person, other = demo.person(Standing.WITH_MOBILE), beside(citizen)
    arrived = relay_states(citizen.page.context, demo.agencies)
    one = relay_state_asked(citizen.page, demo.agencies, "skatteetaten", "skattekort")
    two = relay_state_asked(other.page, demo.agencies, "posten", "sendingar")
    citizen.sees("Du loggar inn hos Skatteetaten")
    other.sees("Du loggar inn hos Posten")
    other.gives_password(person)
    citizen.gives_password(person)
    citizen.presses("use_pin")
    other.presses("use_pin")
    citizen.gives_pin(person)
    citizen.is_in("skatteetaten", "skattekort")
    other.is_asked("pin")
    other.page.reload()
    other.gives_pin(person)
    other.is_in("posten", "sendingar")
    assert arrived == {"skatteetaten": [one], "posten": [two]}


def test_cancel_in_one_tab_leaves_the_other_alone(citizen: Citizen, demo: Installation) -> None:
    other = beside(citizen)
    citizen.goes_to("skatteetaten", "skattekort")
    other.goes_to("posten", "sendingar")
    other.presses("cancel")
    other.sees("AuthnFailed")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.is_in("skatteetaten", "skattekort")


def test_a_tab_left_behind_goes_on_where_the_other_one_is(
    citizen: Citizen, demo: Installation
) -> None:
    person, other = demo.person(Standing.WITH_MOBILE), beside(citizen)
    citizen.goes_to("posten", "sendingar")
    citizen.is_asked("national_id")
    other.page.goto(citizen.page.url)
    other.gives_password(person)
    other.is_asked("otp")
    citizen.gives_password(person)  # this step is done already
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("posten", "sendingar")
    other.writes(otp="123456")
    other.presses()
    other.sees("Denne innlogginga er ferdig eller avbroten.")


def test_the_second_of_two_logins_at_one_agency_needs_no_new_proof(
    citizen: Citizen, demo: Installation
) -> None:
    other = beside(citizen)
    citizen.goes_to("posten", "sendingar")
    other.goes_to("posten", "adresseendring")
    other.is_asked("national_id")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.is_in("posten", "sendingar")
    handle = other.page.url.split("/")[4]
    other.page.goto(f"{demo.hub}/saml/sso/continue/{handle}")
    other.is_in("posten", "adresseendring")


def test_the_form_of_one_browser_is_worth_nothing_in_another(
    citizen: Citizen, another_citizen: Any, demo: Installation
) -> None:
    citizen.page.goto(f"{demo.hub}/login")
    token = citizen.page.locator("[name=csrf_token]").input_value()
    address = citizen.page.url
    stranger: Citizen = another_citizen()
    sent: dict[str, str | float | bool] = {"csrf_token": token, "cancel": "1"}
    assert stranger.page.request.post(address, form=sent).status == 403
    citizen.page.reload()
    expect(citizen.page.locator("[name=password]")).to_be_visible()
