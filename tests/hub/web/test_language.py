"""Which language a login speaks: the reader's choice, the agency's wish, the profile's, the
browser's, in that order."""

from tests.builders import a_query, an_authn_request
from tests.hub.test_between import person
from tests.hub.world import OLA, Browser, World, ask, log_in


def reader_of(world: World, profile: str | None = None, **headers: str) -> Browser:
    """A browser, and the language that its person has chosen at Miside."""
    world.store.people.set_preferences(person(world).id, profile, False, world.clock.now())
    browser = world.browser()
    for name, value in headers.items():
        browser.client.environ_base[f"HTTP_{name}"] = value
    return browser


def language(browser: Browser) -> str:
    return str(browser.page.dom.get("lang"))


def test_the_agencys_wish_beats_the_browser_and_the_profile(world: World) -> None:
    browser = reader_of(world, "se", ACCEPT_LANGUAGE="nn")
    query = a_query(an_authn_request(issued_at=world.clock.now()))
    browser.open(f"/saml/sso?{query.decode()}&locale=en")
    assert language(browser) == "en"
    assert log_in(world, browser).attributes["Culture"] == "en"


def test_the_readers_own_choice_beats_the_profile(world: World) -> None:
    browser = reader_of(world, "se")
    browser.open("/?locale=en")
    ask(world, browser)
    assert log_in(world, browser).attributes["Culture"] == "en"


def test_until_somebody_is_logged_in_the_browser_decides(world: World) -> None:
    browser = reader_of(world, "se", ACCEPT_LANGUAGE="nn")
    ask(world, browser)
    assert language(browser) == "nn"


def test_from_the_login_on_the_profile_does(world: World) -> None:
    browser = reader_of(world, "se", ACCEPT_LANGUAGE="nn")
    ask(world, browser)
    assert log_in(world, browser).attributes["Culture"] == "se"
    browser.open("/me")
    assert language(browser) == "se"


def test_without_a_profile_the_browser_goes_on(world: World) -> None:
    browser = reader_of(world, None, ACCEPT_LANGUAGE="nn")
    ask(world, browser)
    assert log_in(world, browser).attributes["Culture"] == "nn"


def test_the_profiles_language_is_kept_for_the_visit_alone(world: World) -> None:
    browser = reader_of(world, "se")
    browser.open("/login")
    log_in(world, browser)
    (cookie,) = [c for c in browser.client._cookies.values() if c.key.endswith("locale")]
    assert cookie.value == "se-profile" and cookie.expires is None and cookie.max_age is None


def test_the_next_person_at_the_browser_is_not_spoken_to_as_the_one_before(world: World) -> None:
    browser = reader_of(world, "se", ACCEPT_LANGUAGE="nn")
    browser.open("/login")
    log_in(world, browser)
    ask(world, browser, ForceAuthn="true")
    assert log_in(world, browser, OLA).attributes["Culture"] == "nn"


def test_the_agencys_wish_beats_what_the_profile_said_earlier(world: World) -> None:
    browser = reader_of(world, "se")
    browser.open("/login")
    log_in(world, browser)
    query = a_query(an_authn_request(issued_at=world.clock.now(), ForceAuthn="true"))
    browser.open(f"/saml/sso?{query.decode()}&locale=en")
    assert language(browser) == "en"


def test_a_choice_at_miside_speaks_at_once(world: World) -> None:
    browser = reader_of(world, None, ACCEPT_LANGUAGE="nn")
    browser.open("/login")
    log_in(world, browser)
    browser.send(to="/me/preferences", language="en", second_factor="sms")
    assert language(browser) == "en" and person(world).language == "en"
