"""What the hub has seen of a service, on the registry's pages."""

from datetime import timedelta

import pytest

from hub.operations.counters import seconds_apart
from sp_registry.staff import Role
from tests.hub.registry.test_staff import CONTACT_OF, send, sp_address, staff_browser
from tests.hub.world import KARI, OLA, SP, Browser, World, ask, logged_in


@pytest.fixture
def admin(world: World) -> Browser:
    return staff_browser(world, KARI, Role.ADMINISTRATOR)


def health(world: World, browser: Browser, more: str = "") -> str:
    world.outside.counters.bring()
    return browser.open(f"{sp_address(world)}/health{more}").text


def test_logins_and_refusals_are_told_by_cause(world: World, admin: Browser) -> None:
    browser = logged_in(world, OLA)
    ask(world, browser, issued_at=world.clock.now() - timedelta(hours=1))
    text = health(world, admin)
    assert "1 svar gikk til tjenesten" in text
    assert "/errors/request-stale" in text
    assert "Ikke kjent" not in text


def test_the_numbers_come_as_csv(world: World, admin: Browser) -> None:
    logged_in(world, OLA)
    day = world.clock.now().date().isoformat()
    assert f"{day},1,0" in health(world, admin, ".csv").splitlines()


def test_a_clock_that_nears_the_limit_is_warned_of(world: World, admin: Browser) -> None:
    ask(world, world.browser(), issued_at=world.clock.now() + timedelta(seconds=150))
    assert "nærmer seg grensen" in health(world, admin)


def test_small_counts_are_hidden_from_other_agencies(world: World) -> None:
    logged_in(world, KARI)
    health(world, staff_browser(world, OLA, Role.CONTACT, CONTACT_OF))
    month = world.clock.now().date().isoformat()[:7]
    world.clock.move(minutes=40 * 24 * 60)
    other = staff_browser(world, OLA, None)
    text = health(world, other)
    assert "uten tall under fem" in text and "1 svar gikk" not in text
    assert "Klokken" not in text and "?days=30" not in text
    for more in (".csv", ".csv?days=30", ".csv?days=90"):
        lines = health(world, other, more).splitlines()
        assert f"{month},,0" in lines and len(lines) == 13


@pytest.mark.parametrize(("seconds", "kept"), [(4.4, 4), (-9.6, -10), (47, 50), (9999, 900)])
def test_what_is_far_off_is_counted_by_tens(seconds: float, kept: int) -> None:
    assert seconds_apart(timedelta(seconds=seconds)) == kept


# --- traces ---------------------------------------------------------------------------------


def refused(world: World) -> str:
    """The reference of a request that was refused."""
    browser = world.browser()
    reference = ask(world, browser, issued_at=world.clock.now() - timedelta(hours=1)).request_id
    world.story(reference)
    return reference


def test_a_reference_leads_to_the_story(world: World, admin: Browser) -> None:
    reference = refused(world)
    admin.open("/registry/trace")
    page = send(admin, "/registry/trace", request_id=reference)
    assert page.path == f"/registry/trace/{reference}"
    assert "request-stale" in page.text and SP in page.text
    assert world.events("trace-read")


def test_an_identity_number_in_place_of_a_reference_is_shown_nowhere(
    world: World, admin: Browser
) -> None:
    admin.open("/registry/trace")
    page = send(admin, "/registry/trace", request_id=OLA.number)
    assert page.status == 404 and OLA.number not in page.text + page.path
    assert admin.open(f"/registry/trace/{OLA.number}").status == 404


def test_another_team_is_told_of_no_story(world: World) -> None:
    reference = refused(world)
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert browser.open(f"/registry/trace/{reference}").status == 404
    browser.open("/registry/trace")
    page = send(browser, "/registry/trace", request_id=reference)
    assert page.status == 404 and page.errors


def test_a_login_that_went_over_pages_is_found_by_its_answer(world: World, admin: Browser) -> None:
    browser = logged_in(world, OLA)
    reference = browser.page.request_id
    world.story(reference)
    assert SP in admin.open(f"/registry/trace/{reference}").text
