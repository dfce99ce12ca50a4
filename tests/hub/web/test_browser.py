"""What the hub keeps in a browser, and which forms it takes from it."""

from pathlib import Path

import pytest

from tests.builders import HUB
from tests.hub.world import KARI, PASSWORD, Browser, World, a_world, ask, logged_in


def at_a_form(world: World) -> Browser:
    browser = world.browser()
    browser.open("/login")
    return browser


def sent(browser: Browser, headers: dict[str, str] | None = None, **fields: str) -> int:
    """The status after the login form was sent with these headers."""
    page = browser.page
    given = page.inputs() | {"national_id": KARI.number, "password": PASSWORD} | fields
    response = browser.client.post(page.path, data=given, base_url=HUB, headers=headers)
    return response.status_code


# --- forms ------------------------------------------------------------------------------


def test_its_own_form_is_taken(world: World) -> None:
    assert sent(at_a_form(world)) == 303


@pytest.mark.parametrize("origin", [HUB, "null"])
def test_a_form_from_here_is_taken_whether_the_browser_names_us_or_hides_us(
    world: World, origin: str
) -> None:
    assert sent(at_a_form(world), {"Origin": origin}) == 303


@pytest.mark.parametrize(
    "origin", ["https://attacker.example", "http://idp.example.no", f"{HUB}.attacker.example", ""]
)
def test_a_form_of_another_site_is_refused(world: World, origin: str) -> None:
    assert sent(at_a_form(world), {"Origin": origin}) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_the_browser_calls_anothers_is_refused(world: World, site: str) -> None:
    assert sent(at_a_form(world), {"Sec-Fetch-Site": site}) == 403


@pytest.mark.parametrize("token", ["", "x", "ø", "0" * 64])
def test_a_form_without_our_token_is_refused(world: World, token: str) -> None:
    assert sent(at_a_form(world), csrf_token=token) == 403


def test_the_token_of_another_browser_is_not_ours(world: World) -> None:
    other = at_a_form(world).page.inputs()["csrf_token"]
    assert sent(at_a_form(world), csrf_token=other) == 403


def test_a_browser_without_cookies_is_told_so(world: World) -> None:
    browser = at_a_form(world)
    stranger = world.app.test_client()
    response = stranger.post(browser.page.path, data=browser.page.inputs(), base_url=HUB)
    assert response.status_code == 403
    assert "form-refused" in response.get_data(as_text=True)


# --- cookies ----------------------------------------------------------------------------


def test_under_https_every_cookie_is_of_this_host_alone(world: World) -> None:
    browser = logged_in(world)
    cookies = browser.client._cookies.values()
    assert {each.key for each in cookies} >= {"__Host-minid_browser", "__Host-minid_session"}
    for each in cookies:
        assert each.key.startswith("__Host-")
        assert (each.secure, each.http_only, each.same_site) == (True, True, "Lax")
        assert (each.path, each.origin_only) == ("/", True)


def test_the_session_cookie_lasts_no_longer_than_the_browser(world: World) -> None:
    browser = logged_in(world)
    (session,) = [c for c in browser.client._cookies.values() if c.key.endswith("_session")]
    assert session.max_age is None and session.expires is None


def test_plain_http_gets_cookies_without_the_prefix(installation: Path, tmp_path: Path) -> None:
    address = "http://localhost:8080"
    with a_world(installation, tmp_path / "http", base_url=address) as world:
        response = world.app.test_client().get("/login", base_url=address)
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("minid_browser=") and "Secure" not in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/", "/errors", "/health/live", "/nowhere"])
def test_a_page_without_a_form_sets_no_cookie(world: World, path: str) -> None:
    response = world.app.test_client().get(path, base_url=HUB)
    assert response.headers.getlist("Set-Cookie") == []


def test_a_cookie_that_somebody_made_up_is_no_session(world: World) -> None:
    browser = world.browser()
    browser.client.set_cookie("__Host-minid_session", "made-up", domain="idp.example.no")
    assert "national_id" in ask(world, browser).inputs()


# --- known devices ----------------------------------------------------------------------


def test_a_login_makes_the_device_known_for_this_person_in_this_browser(world: World) -> None:
    one, other = logged_in(world), logged_in(world)
    marks = {one.cookie("device"), other.cookie("device")}
    assert len(marks) == 2 and None not in marks


def test_the_same_login_twice_is_one_mark(world: World) -> None:
    browser = logged_in(world)
    before = browser.cookie("device")
    ask(world, browser, ForceAuthn="true")
    browser.send(national_id=KARI.number, password=PASSWORD)
    browser.send(otp=world.sms.newest_code)
    assert browser.cookie("device") == before


def test_the_mark_says_neither_who_it_is_nor_how_many(world: World) -> None:
    mark = logged_in(world).cookie("device") or ""
    (row,) = world.events("logged-in")
    assert row["person_id"] not in mark and KARI.number not in mark
