"""An account that its owner closed opens again with a new letter, for the same person."""

from hub.seams.outbox import MessageKind
from hub.sending.outbox import LEASE
from tests.hub.test_answer import PERSISTENT
from tests.hub.test_between import person
from tests.hub.test_registration import CHOSEN, TWICE
from tests.hub.world import KARI, SHEET, Browser, Known, World, ask, asked_pins, log_in, logged_in


def closed(world: World) -> None:
    browser = logged_in(world)
    browser.open("/me/close")
    browser.send()
    world.clock.move(days=1)


def registers_anew(world: World) -> Browser:
    """With two codes of a letter that came after the account was closed."""
    world.store.sheets.issue(person(world).id, SHEET, world.clock.now())
    browser = world.browser()
    ask(world, browser, content=PERSISTENT)
    browser.open(browser.page.path.replace("/login/", "/register/"))
    browser.send(national_id=KARI.number)
    first, second = asked_pins(browser.page)
    browser.send(pin_1=first, pin_2=second)
    browser.send(**TWICE)
    browser.send(skip="1")
    return browser


def test_neither_the_old_password_nor_the_old_sheet_opens_it(world: World) -> None:
    closed(world)
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=KARI.password or "")
    assert browser.page.errors
    browser.open(browser.page.path.replace("/login/", "/register/"))
    browser.send(national_id=KARI.number)
    first, second = asked_pins(browser.page)
    assert browser.send(pin_1=first, pin_2=second).errors


def test_a_new_letter_can_be_ordered_for_it(world: World) -> None:
    closed(world)
    browser = world.browser()
    browser.open("/pins")
    browser.send(national_id=KARI.number, order="1")
    assert world.store.letters.of_person(person(world).id)


def test_registering_again_is_the_same_person_with_the_same_names(world: World) -> None:
    before = logged_in(world, content=PERSISTENT).page.name_id.text
    known = person(world).id
    closed(world)
    page = registers_anew(world).page
    assert page.attributes["uid"] == KARI.number
    assert (page.name_id.text, person(world).id) == (before, known)


def test_it_logs_in_again_with_the_new_password(world: World) -> None:
    closed(world)
    registers_anew(world)
    browser = world.browser()
    ask(world, browser)
    assert log_in(world, browser, Known(KARI.number, CHOSEN)).is_answer


def test_its_owner_is_told_by_letter_and_the_log_says_so(world: World) -> None:
    closed(world)
    registers_anew(world)
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    told = {(each.message.purpose, each.message.kind) for each in leased}
    assert ("account-reopened", MessageKind.LETTER_NOTICE) in told
    assert world.events("reopened")
