"""How long a page says that is left, and what staying gives."""

from typing import Any

from tests.builders import HUB
from tests.hub.world import Browser, World, ask, logged_in


def left(browser: Browser, address: str) -> Any:
    return browser.client.get(address, base_url=HUB).json


def stay(browser: Browser, address: str, token: str | None = None) -> Any:
    """What the script gets; the page that it runs on stays."""
    data = {"csrf_token": browser.page.inputs()["csrf_token"] if token is None else token}
    return browser.client.post(address, base_url=HUB, data=data).json


def in_session(world: World) -> Browser:
    browser = logged_in(world)
    browser.open("/me")
    return browser


def told(browser: Browser) -> tuple[int, str, str]:
    (dialog,) = browser.page.dom.xpath("//dialog[@id='time-left']")
    return int(dialog.get("data-seconds")), dialog.get("data-may-stay"), dialog.get("data-address")


def test_a_page_of_a_session_says_how_long_is_left(world: World) -> None:
    assert told(in_session(world)) == (1800, "yes", "/stay")


def test_to_look_is_not_to_stay(world: World) -> None:
    browser = in_session(world)
    world.clock.move(minutes=20)
    for _ in range(2):
        assert left(browser, "/stay") == {"seconds": 600, "mayStay": True}


def test_staying_gives_thirty_minutes(world: World) -> None:
    browser = in_session(world)
    world.clock.move(minutes=29)
    assert stay(browser, "/stay") == {"seconds": 1800, "mayStay": True}
    world.clock.move(minutes=29)
    assert browser.open("/me").path == "/me"


def test_two_hours_are_the_end(world: World) -> None:
    browser = in_session(world)
    for _ in range(4):
        world.clock.move(minutes=25)
        known = stay(browser, "/stay")
    assert known == {"seconds": 1200, "mayStay": False}
    world.clock.move(minutes=20)
    assert left(browser, "/stay") == {"seconds": 0, "mayStay": False}


def test_another_site_cannot_keep_anybody_logged_in(world: World) -> None:
    browser = in_session(world)
    assert stay(browser, "/stay", token="") is None
    assert browser.send(to="/stay", csrf_token="").code == "form-refused"


def test_a_login_may_take_an_hour_and_another_when_asked_for(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    seconds, may_stay, address = told(browser)
    assert (seconds, may_stay) == (3600, "yes")
    world.clock.move(minutes=59)
    assert stay(browser, address) == {"seconds": 3600, "mayStay": True}
    world.clock.move(minutes=59)
    assert left(browser, address) == {"seconds": 60, "mayStay": True}
    assert stay(browser, address) == {"seconds": 120, "mayStay": False}


def test_of_another_browsers_login_nothing_is_told(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    _seconds, _may_stay, address = told(browser)
    assert left(world.browser(), address) == {"seconds": 0, "mayStay": False}


def test_public_pages_warn_of_nothing(world: World) -> None:
    browser = in_session(world)
    assert not browser.open("/help").dom.xpath("//dialog")
