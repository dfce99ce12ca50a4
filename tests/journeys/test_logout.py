"""Logout in a real browser: with services that are well, dead, slow, failing or apart."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from hub.development.synthetic import Standing
from tests.installation import Installation
from tests.journeys.citizen import Citizen
from tests.journeys.logout_services import (
    Services,
    failing,
    isolated,
    services,
    slow,
    unsigned,
)
from tests.the_demo import the_demo

SERVICE_OF = {
    "skatteetaten": "skattekort",
    "lanekassen": "stipend",
    "altinn": "skjema",
    "nav": "pensjon",
    "posten": "sendingar",
    "miside": "sesjon",
    "kommune": "barnehage",
}
TITLE_OF = {
    "skatteetaten": "Skatteetaten",
    "lanekassen": "Lånekassen",
    "altinn": "Altinn",
    "nav": "NAV",
    "posten": "Posten",
    "miside": "Miside",
    "kommune": "Demo kommune",
}
LIVE = ("skatteetaten", "lanekassen", "altinn", "nav", "miside", "kommune")
MOST_SECONDS = 30.0  # in which all that can be reached has ended, on a busy machine too


@pytest.fixture(scope="module")
def live(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    odd = {"nav": slow, "altinn": failing, "miside": isolated, "kommune": unsigned}
    demo = the_demo(pytestconfig)
    with services(tmp_path_factory.mktemp("live"), demo.hub, odd) as running:
        demo.minid("sp", "add", *running.metadata(*LIVE), "--approve")
        yield running


@pytest.fixture(scope="module")
def demo(pytestconfig: pytest.Config, live: Services) -> Installation:
    """The demo, with these services in the place of its own."""
    return replace(the_demo(pytestconfig), agencies=live.base_url)


@pytest.fixture
def mortal(
    demo: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """A service that a test may end."""
    with services(tmp_path_factory.mktemp("mortal"), demo.hub) as running:
        demo.minid("sp", "add", *running.metadata("posten"), "--approve")
        yield running


def logs_in_at(citizen: Citizen, *names: str, at: str | None = None) -> None:
    """One login, and then each service in turn."""
    base = at or citizen.installation.agencies
    citizen.page.goto(f"{base}/{names[0]}/login/{SERVICE_OF[names[0]]}")
    citizen.logs_in_by_sms(citizen.installation.person(Standing.WITH_MOBILE))
    citizen.page.wait_for_url(f"{base}/{names[0]}/service/{SERVICE_OF[names[0]]}")
    visits(citizen, *names[1:])


def visits(citizen: Citizen, *names: str) -> None:
    """These services too, which ask for no new login."""
    base = citizen.installation.agencies
    for name in names:
        citizen.page.goto(f"{base}/{name}/login/{SERVICE_OF[name]}")
        citizen.page.wait_for_url(f"{base}/{name}/service/{SERVICE_OF[name]}")


def asks_to_log_out(citizen: Citizen, name: str) -> None:
    citizen.page.goto(f"{citizen.installation.agencies}/{name}/")
    citizen.presses("logout")


def walks(page: Page) -> None:
    page.locator("#logout-walk button").click()


def verdict(page: Page, name: str) -> str:
    row = page.locator("[data-number]", has_text=TITLE_OF[name])
    return row.get_attribute("data-verdict") or ""


def has_verdict(page: Page, name: str, wanted: str) -> None:
    row = page.locator("[data-number]", has_text=TITLE_OF[name])
    expect(row).to_have_attribute("data-verdict", wanted)


def is_out_of(citizen: Citizen, *names: str) -> None:
    """These services know this browser no more."""
    for name in names:
        citizen.page.goto(f"{citizen.installation.agencies}/{name}/")
        expect(citizen.page.locator("h1")).to_have_text(TITLE_OF[name])
        expect(citizen.page.locator("button[name=logout]")).to_have_count(0)


def test_five_services_of_which_one_is_dead_one_slow_and_one_fails(
    citizen: Citizen, mortal: Services
) -> None:
    logs_in_at(citizen, "posten", at=mortal.base_url)
    visits(citizen, "nav", "altinn", "lanekassen", "skatteetaten")
    mortal.close()
    asks_to_log_out(citizen, "skatteetaten")
    page = citizen.page
    began = time.monotonic()
    walks(page)
    for name, wanted in (("lanekassen", "out"), ("altinn", "error")):
        has_verdict(page, name, wanted)
    took = time.monotonic() - began
    assert took < MOST_SECONDS
    for name in ("nav", "posten"):
        has_verdict(page, name, "silent")
    citizen.sees("Lukk heile nettlesaren")
    print(f"every session that can be reached had ended after {took:.1f} s")
    citizen.presses()
    citizen.sees("ikkje alle dei andre tenestene har stadfesta det")
    citizen.sees("status:PartialLogout")
    is_out_of(citizen, "skatteetaten", "lanekassen", "altinn")


def test_when_all_confirm_the_browser_goes_back_by_itself(citizen: Citizen) -> None:
    logs_in_at(citizen, "lanekassen", "skatteetaten")
    asks_to_log_out(citizen, "skatteetaten")
    walks(citizen.page)
    citizen.sees("Du er logga ut av MinID og av alle tenestene du brukte.")
    is_out_of(citizen, "lanekassen")


def test_the_asking_service_alone_is_answered_without_a_page(citizen: Citizen) -> None:
    logs_in_at(citizen, "skatteetaten")
    asks_to_log_out(citizen, "skatteetaten")
    citizen.sees("Du er logga ut av MinID og av alle tenestene du brukte.")


def test_the_hub_itself_is_logged_out_of_whatever_the_others_say(citizen: Citizen) -> None:
    logs_in_at(citizen, "nav", "skatteetaten")
    asks_to_log_out(citizen, "skatteetaten")
    citizen.sees("Du er logga ut av MinID")
    citizen.page.goto(f"{citizen.installation.hub}/me")
    citizen.is_asked("national_id")


def test_a_service_that_cuts_the_window_off_does_not_stop_the_walk(citizen: Citizen) -> None:
    logs_in_at(citizen, "miside", "lanekassen", "skatteetaten")
    asks_to_log_out(citizen, "skatteetaten")
    walks(citizen.page)
    citizen.sees("Du er logga ut av MinID og av alle tenestene du brukte.")
    is_out_of(citizen, "miside", "lanekassen")


def test_an_unsigned_answer_counts_for_nothing(citizen: Citizen) -> None:
    logs_in_at(citizen, "kommune", "skatteetaten")
    asks_to_log_out(citizen, "skatteetaten")
    walks(citizen.page)
    has_verdict(citizen.page, "kommune", "silent")


def test_going_on_early_says_that_others_have_not_confirmed(citizen: Citizen) -> None:
    logs_in_at(citizen, "lanekassen", "skatteetaten")
    asks_to_log_out(citizen, "skatteetaten")
    citizen.presses()
    citizen.sees("status:PartialLogout")


def test_logging_out_at_the_hub_tells_every_service(citizen: Citizen) -> None:
    logs_in_at(citizen, "lanekassen", "skatteetaten")
    citizen.page.goto(f"{citizen.installation.hub}/logout")
    citizen.sees("Lånekassen")
    citizen.presses("logout")
    walks(citizen.page)
    citizen.sees("Alle tenestene du brukte, har stadfesta at du er logga ut.")
    is_out_of(citizen, "lanekassen", "skatteetaten")


def test_it_works_without_javascript(
    another_citizen: Callable[..., Citizen], live: Services
) -> None:
    citizen = another_citizen(java_script_enabled=False)
    page, base = citizen.page, live.base_url
    for name in ("lanekassen", "skatteetaten"):
        page.goto(f"{base}/{name}/login/{SERVICE_OF[name]}")
        if page.locator("[name=national_id]").count():
            citizen.logs_in_by_sms(citizen.installation.person(Standing.WITH_MOBILE))
        page.locator("#saml-post button").click()
        page.wait_for_url(f"{base}/{name}/service/{SERVICE_OF[name]}")
    asks_to_log_out(citizen, "skatteetaten")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Logg ut av Lånekassen").click()
    expect(opened.value.locator("h1")).to_have_text("Du er logga ut av Lånekassen")
    page.get_by_role("link", name="Oppdater lista").click()
    citizen.sees("Du er logga ut av MinID og av alle tenestene du brukte.")
    is_out_of(citizen, "lanekassen")


def test_a_window_that_the_browser_stops_leaves_the_links(citizen: Citizen) -> None:
    logs_in_at(citizen, "lanekassen", "skatteetaten")
    citizen.page.add_init_script("window.open = () => null")
    asks_to_log_out(citizen, "skatteetaten")
    walks(citizen.page)
    citizen.sees("Nettlesaren stoppa vindauget.")
    expect(citizen.page.locator("#logout-walk button")).to_be_enabled()
    expect(citizen.page.get_by_role("link", name="Logg ut av Lånekassen")).to_be_visible()
