"""Two sheets at once: the page asks of one, and its owner may use the other."""

from datetime import timedelta

from hub.person import read_number
from tests.hub.world import (
    NILS,
    NOBODY,
    OLA,
    PASSWORD,
    Browser,
    Known,
    Page,
    World,
    ask,
    asked_pins,
)

NEWER = {number: f"9{number:02}815" for number in range(1, 21)}


def give_another(world: World, person: Known) -> str:
    known = world.store.people.find(read_number(person.number))
    assert known
    return world.store.sheets.issue(known.id, NEWER, world.clock.now() + timedelta(days=1))


def at_the_pin(world: World) -> Browser:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=OLA.number, password=PASSWORD)
    return browser


def at_the_pins(world: World, person: Known) -> Browser:
    browser = world.browser()
    browser.open("/register")
    browser.send(national_id=person.number)
    return browser


def newer_pins(browser: Browser) -> list[str]:
    hidden = browser.page.inputs()
    wanted = ("pin_number", "pin_1_number", "pin_2_number")
    return [NEWER[int(hidden[name])] for name in wanted if name in hidden]


def shows(page: Page, label: str) -> bool:
    """Two letters alone turn up in tokens by chance."""
    return f"ark {label} av" in page.dom.text_content()


def test_the_holder_of_one_sheet_is_offered_no_other(world: World) -> None:
    assert "use_other_sheet" not in at_the_pin(world).page.text


def test_a_login_goes_by_either_of_two_sheets(world: World) -> None:
    label = give_another(world, OLA)
    browser = at_the_pin(world)
    assert shows(browser.page, label)
    page = browser.send(use_other_sheet="1")
    assert not shows(page, label) and not page.errors
    wrong = browser.send(pin="000000")
    assert wrong.errors and not shows(wrong, label)
    assert browser.send(pin=asked_pins(browser.page)[0]).is_answer


def test_the_choice_is_taken_back_by_the_same_button(world: World) -> None:
    label = give_another(world, OLA)
    browser = at_the_pin(world)
    browser.send(use_other_sheet="1")
    browser.send(use_other_sheet="1")
    assert shows(browser.page, label)
    assert browser.send(pin=newer_pins(browser)[0]).is_answer


def test_a_registration_goes_by_either_of_two_sheets(world: World) -> None:
    give_another(world, NILS)
    browser = at_the_pins(world, NILS)
    browser.send(use_other_sheet="1")
    one, two = asked_pins(browser.page)
    assert "new_password" in browser.send(pin_1=one, pin_2=two).inputs()


def test_a_stranger_is_offered_another_sheet_whoever_it_is(world: World) -> None:
    for person in (NILS, NOBODY):
        browser = at_the_pins(world, person)
        assert "use_other_sheet" in browser.page.text
        page = browser.send(use_other_sheet="1")
        assert "use_other_sheet" in page.text and page.inputs()["pin_1_number"]
