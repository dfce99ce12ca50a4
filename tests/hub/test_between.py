"""The pages between a login and its answer: old contact data, and few codes left."""

import pytest

from hub.person import Person, read_number
from tests.hub.world import (
    KARI,
    MOBILE,
    OLA,
    SHEET,
    Browser,
    Known,
    World,
    ask,
    log_in,
)

NEW = "+4798765432"


def person(world: World, known: Known = KARI) -> Person:
    found = world.store.people.find(read_number(known.number))
    assert found is not None
    return found


def three_months_later(world: World, known: Known = KARI) -> Browser:
    """A login at an agency so long after the contact data was confirmed."""
    world.clock.move(days=90)
    return a_login(world, known)


def a_login(world: World, known: Known = KARI) -> Browser:
    browser = world.browser()
    ask(world, browser)
    log_in(world, browser, known)
    return browser


def with_few_codes(world: World, left: int) -> None:
    held = person(world, OLA).id
    for _ in range(len(SHEET) - left):
        asked = world.store.sheets.asked(held, 1)
        assert asked is not None
        codes = [SHEET[number] for number in asked.numbers]
        assert world.store.sheets.use(held, asked, codes, world.clock.now())


# --- contact data ---------------------------------------------------------------------------


def test_contact_data_of_ninety_days_ago_is_asked_about_before_the_answer(world: World) -> None:
    browser = three_months_later(world)
    assert browser.page.path.endswith("/contact") and MOBILE in browser.page.text
    assert browser.send(**{"continue": "1"}).is_answer
    assert person(world).contact_confirmed_at == world.clock.now()
    assert world.events("contact-confirmed")


def test_before_that_nobody_is_asked(world: World) -> None:
    world.clock.move(days=89)
    assert a_login(world).page.is_answer


def test_whoever_has_no_contact_data_is_not_asked(world: World) -> None:
    assert three_months_later(world, OLA).page.is_answer


def test_single_sign_on_asks_nothing(world: World) -> None:
    browser = three_months_later(world)
    assert ask(world, browser).is_answer


def test_the_question_can_be_put_off_three_times_in_a_month(world: World) -> None:
    three_months_later(world)
    for _ in range(2):
        assert a_login(world).send(skip="1").is_answer
    browser = a_login(world)
    assert not browser.page.dom.xpath("//button[@name='skip']")
    assert browser.send(skip="1").path.endswith("/contact")
    assert person(world).contact_confirmed_at != world.clock.now()


def test_a_change_leads_back_to_the_login_that_waits(world: World) -> None:
    browser = three_months_later(world)
    page = browser.send(change="1")
    assert page.path == "/me/contact"
    (mobile_url,) = page.dom.xpath("//dd/a[contains(@href, 'mobile')]/@href")
    browser.open(mobile_url)
    browser.send(to=mobile_url, mobile=NEW, mobile_again=NEW)
    page = browser.send(otp=world.sms.newest_code)
    assert page.path.endswith("/contact") and NEW in page.text
    assert browser.send(**{"continue": "1"}).is_answer


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("mobile", {"mobile": NEW, "mobile_again": NEW}),
        ("email", {"email": "kari@ny.example.no", "email_again": "kari@ny.example.no"}),
    ],
)
def test_a_change_that_is_cancelled_leads_back_to_the_login_that_waits(
    world: World, kind: str, typed: dict[str, str]
) -> None:
    browser = three_months_later(world)
    waiting = browser.page.path
    page = browser.send(change="1")
    (change_url,) = page.dom.xpath(f"//dd/a[contains(@href, '{kind}')]/@href")
    browser.open(change_url)
    browser.send(to=change_url, **typed)
    assert "otp" in browser.page.inputs()
    assert browser.send(cancel="1").path == waiting
    assert browser.send(**{"continue": "1"}).is_answer


def test_a_login_that_a_page_of_ours_asked_for_asks_nothing_of_its_own(world: World) -> None:
    world.clock.move(days=90)
    browser = world.browser()
    browser.open("/me/history")
    assert log_in(world, browser).path == "/me/history"


def test_whoever_is_logged_out_meanwhile_sees_no_contact_data(world: World) -> None:
    browser = three_months_later(world)
    waiting = browser.page.path
    world.clock.move(minutes=31)
    page = browser.open(waiting)
    assert MOBILE not in page.text and "national_id" in page.inputs()


def test_two_tabs_each_keep_their_own_login(world: World) -> None:
    browser = three_months_later(world)
    waiting = browser.page.path
    assert ask(world, browser, ForceAuthn="true").status == 200
    browser.open(waiting)
    assert browser.send(**{"continue": "1"}).is_answer


# --- a new sheet --------------------------------------------------------------------------------


def test_with_five_codes_left_a_login_by_letter_offers_a_new_sheet(world: World) -> None:
    with_few_codes(world, left=6)
    browser = a_login(world, OLA)
    assert browser.page.path.endswith("/new-sheet")
    assert browser.send(**{"continue": "1"}).is_answer
    assert world.store.letters.of_person(person(world, OLA).id)


def test_it_can_be_declined(world: World) -> None:
    with_few_codes(world, left=6)
    assert a_login(world, OLA).send(skip="1").is_answer
    assert not world.store.letters.of_person(person(world, OLA).id)


def test_with_more_codes_nothing_is_offered(world: World) -> None:
    with_few_codes(world, left=7)
    assert a_login(world, OLA).page.is_answer


def test_with_a_letter_on_its_way_nothing_is_offered(world: World) -> None:
    with_few_codes(world, left=6)
    world.store.letters.order(person(world, OLA).id, "own-wish", world.clock.now())
    assert a_login(world, OLA).page.is_answer


def test_miside_offers_it_too(world: World) -> None:
    with_few_codes(world, left=6)
    browser = a_login(world, OLA)
    browser.send(skip="1")
    assert "Bestill eit nytt ark" in browser.open("/me?locale=nn").text
