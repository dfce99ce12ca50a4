"""Every page in Chromium, under our Content-Security-Policy: its breaches fail any test here."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.accessibility import has_no_faults, has_no_faults_in_light_or_dark
from tests.hub.pages.sample_pages import PAGES

# The sum of all movements since the page began (Cumulative Layout Shift).
LAYOUT_SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) { sum += entry.value; }
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""
# What is told from the page by its colour alone, which forced colours take away.
WITHOUT_EDGES = """() => [...document.querySelectorAll(
  "main .ds-button, main .ds-input, main .ds-alert, .ds-error-summary, #time-left .ds-button"
)].filter((e) => {
  const style = getComputedStyle(e);
  return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1;
}).map((e) => e.outerHTML)"""
pytestmark = pytest.mark.browser
every_page = pytest.mark.parametrize("name", PAGES)


def stay_here(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def arrive(route: Route) -> None:
    route.fulfill(body="arrived")


def opened(page: Page, address: str, locale: str = "nn") -> Page:
    page.route("**/autopost.js", stay_here)
    page.goto(f"{address}?locale={locale}")
    return page


@every_page
def test_it_is_for_everyone_in_light_in_dark_and_with_colours_forced(
    page: Page, pages_url: str, name: str
) -> None:
    opened(page, f"{pages_url}/{name}")
    has_no_faults_in_light_or_dark(page)
    page.emulate_media(forced_colors="active")
    assert page.evaluate(WITHOUT_EDGES) == []


@every_page
def test_nothing_needs_sideways_scrolling_at_320_pixels(
    page: Page, pages_url: str, name: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for locale in ("nn", "se"):
        opened(page, f"{pages_url}/{name}", locale)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_can_be_read_without_the_style_sheets_of_others(
    page: Page, pages_url: str, scheme: str
) -> None:
    page.route("**/vendor/**", lambda route: route.abort())
    page.emulate_media(color_scheme=scheme)
    opened(page, f"{pages_url}/login-errors")
    has_no_faults(page)


def test_nothing_moves_while_a_page_loads(page: Page, pages_url: str) -> None:
    for name in ("front", "login", "login-errors", "help"):
        page.goto(f"{pages_url}/{name}?locale=se")
        assert page.evaluate(LAYOUT_SHIFT) == 0


def test_the_focus_goes_to_the_errors(browser: Browser, pages_url: str) -> None:
    page = browser.new_context(java_script_enabled=True).new_page()
    opened(page, f"{pages_url}/login-errors")
    assert page.locator(":focus").get_attribute("class") == "ds-error-summary"
    page.context.close()


def test_a_step_can_be_sent_without_javascript(browser: Browser, pages_url: str) -> None:
    page = browser.new_context(java_script_enabled=False, locale="nn-NO").new_page()
    page.goto(f"{pages_url}/login")
    page.get_by_label("Passord").fill("noko")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Logg inn").click()
    assert "password=noko" in (sent.value.post_data or "")
    assert "continue=1" in (sent.value.post_data or "")
    page.context.close()


def test_the_answer_goes_on_by_itself(page: Page, pages_url: str) -> None:
    page.route("https://service.example/acs", arrive)
    page.goto(f"{pages_url}/saml-post", wait_until="commit")
    page.wait_for_url("https://service.example/acs")


def test_the_answer_goes_on_by_the_button_without_javascript(
    browser: Browser, pages_url: str
) -> None:
    page = browser.new_context(java_script_enabled=False, locale="nn-NO").new_page()
    page.route("https://service.example/acs", arrive)
    page.goto(f"{pages_url}/saml-post")
    page.get_by_role("button", name="Gå vidare").click()
    page.wait_for_url("https://service.example/acs")
    page.context.close()


def test_a_second_press_sends_nothing(page: Page, pages_url: str) -> None:
    sent: list[str] = []

    def count(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/login?*", count)
    opened(page, f"{pages_url}/login")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Logg inn").dblclick()
    assert len(sent) == 1
