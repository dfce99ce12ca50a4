"""The warning before the time is out, in Chromium with a clock of its own."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.accessibility import has_no_faults

pytestmark = pytest.mark.browser
HALF_AN_HOUR = 1800


def answering(**seconds: int) -> Callable[[Route], None]:
    """A hub that says how long is left, by the method of the request."""

    def answer(route: Route) -> None:
        known = {"seconds": seconds[route.request.method], "mayStay": True}
        route.fulfill(body=json.dumps(known), content_type="application/json")

    return answer


def after(page: Page, address: str, minutes: str, **seconds: int) -> Page:
    """The page once it has stood so long without a hand on it."""
    page.clock.install()
    page.route("**/stay", answering(**seconds))
    page.goto(f"{address}?locale=nn")
    page.clock.fast_forward(minutes)
    page.clock.run_for(2000)
    return page


def test_two_minutes_before_the_end_it_asks_and_stays(page: Page, pages_url: str) -> None:
    after(page, f"{pages_url}/me", "28:00", GET=118, POST=HALF_AN_HOUR)
    dialog = page.get_by_role("alertdialog", name="Er du her enno?")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_description(
        "Om to minutt går tida ut, og du må logge inn på nytt."
    )
    expect(page.get_by_role("button", name="Hald fram")).to_be_focused()
    has_no_faults(page)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


def test_where_another_tab_was_in_use_nothing_is_said(page: Page, pages_url: str) -> None:
    with page.expect_response("**/stay"):
        after(page, f"{pages_url}/me", "28:00", GET=HALF_AN_HOUR)
    expect(page.locator("#time-left")).to_be_hidden()


def test_what_cannot_be_put_off_is_told(page: Page, pages_url: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.clock.install()
    page.route("**/stay", lambda route: route.abort())
    page.goto(f"{pages_url}/me-at-the-end?locale=nn")
    page.clock.fast_forward("28:10")
    page.clock.run_for(2000)
    dialog = page.get_by_role("alertdialog", name="Tida er snart ute")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_afterwards_the_page_is_covered_and_leads_to_the_login(
    page: Page, pages_url: str
) -> None:
    after(page, f"{pages_url}/me", "30:10", GET=0)
    dialog = page.get_by_role("alertdialog", name="Tida er ute")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Gå vidare").click()
