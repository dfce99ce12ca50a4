"""The population register's word when somebody registers."""

from hub.errors import OutsideFailed
from hub.person import read_number
from hub.population import PersonStatus, RegisteredPerson
from tests.hub.world import NILS, NOBODY, Browser, Known, Page, World, asked_pins

NUMBER = read_number(NILS.number)
CHILD = RegisteredPerson(NUMBER, (), "Nils", PersonStatus.RESIDENT, 2020)


def at_the_codes(world: World, person: Known = NILS) -> Browser:
    browser = world.browser()
    browser.open("/register")
    browser.send(national_id=person.number)
    return browser


def with_codes(browser: Browser) -> Page:
    first, second = asked_pins(browser.page)
    return browser.send(pin_1=first, pin_2=second)


def test_a_child_is_refused_with_a_clear_page(world: World) -> None:
    world.population.told[NILS.number] = CHILD
    page = with_codes(at_the_codes(world))
    assert (page.status, page.code) == (403, "too-young")
    assert "fyller 13" in page.text


def test_nothing_is_told_to_somebody_with_wrong_codes(world: World) -> None:
    world.population.told[NILS.number] = CHILD
    wrong = {"pin_1": "000000", "pin_2": "000001"}
    child = at_the_codes(world).send(**wrong)
    unknown = at_the_codes(world, NOBODY).send(**wrong)
    assert (child.status, child.errors) == (unknown.status, unknown.errors)


def test_who_turns_13_this_year_may_register(world: World) -> None:
    year = world.clock.now().year - 13
    world.population.told[NILS.number] = RegisteredPerson(
        NUMBER, (), "Nils", PersonStatus.RESIDENT, year
    )
    assert with_codes(at_the_codes(world)).path.endswith("/password")


def test_the_sheet_of_a_dead_person_is_of_no_use(world: World) -> None:
    wrong = at_the_codes(world).send(pin_1="000000", pin_2="000001").errors
    world.clock.move(hours=1)
    world.population.told[NILS.number] = RegisteredPerson(
        NUMBER, (), "Nils", PersonStatus.DEAD, 1950
    )
    page = with_codes(at_the_codes(world))
    assert (page.status, page.errors) == (200, wrong)


def test_a_death_between_the_codes_and_the_password_ends_the_registration(world: World) -> None:
    browser = at_the_codes(world)
    with_codes(browser)
    world.population.told[NILS.number] = None
    password = "hest batteri stift korrekt"
    page = browser.send(new_password=password, new_password_again=password)
    assert page.code == "session-ended"


def test_registration_goes_on_while_the_register_is_away(world: World) -> None:
    world.population.fault = OutsideFailed("it does not answer")
    assert with_codes(at_the_codes(world)).path.endswith("/password")
