"""A first registration, and what it tells to somebody who has no letter."""

import re

import pytest

from tests.hub.test_login import masked
from tests.hub.world import (
    KARI,
    NILS,
    NOBODY,
    OLA,
    Browser,
    Known,
    Page,
    World,
    ask,
    asked_pins,
    log_in,
)

CHOSEN = "trekkspel orrfugl regnboge"
NEW_MOBILE = "98765432"
TWICE = {"new_password": CHOSEN, "new_password_again": CHOSEN}
MOBILE_TWICE = {"mobile": NEW_MOBILE, "mobile_again": NEW_MOBILE}


def asked_for_pins(world: World, person: Known = NILS) -> Browser:
    """A browser where the number has been given and two codes are asked for."""
    browser = world.browser()
    ask(world, browser)
    browser.open(browser.page.path.replace("/login/", "/register/"))
    browser.send(national_id=person.number)
    return browser


def with_right_pins(world: World, person: Known = NILS) -> Browser:
    browser = asked_for_pins(world, person)
    first, second = asked_pins(browser.page)
    browser.send(pin_1=first, pin_2=second)
    return browser


def at_the_mobile(world: World) -> Browser:
    browser = with_right_pins(world)
    browser.send(**TWICE)
    return browser


def test_it_ends_logged_in_with_the_letter(world: World) -> None:
    page = at_the_mobile(world).send(skip="1")
    assert page.attributes["uid"] == NILS.number
    assert page.attributes["AuthMethod"] == "Minid-PIN"


def test_afterwards_the_chosen_password_and_a_letter_code_log_in(world: World) -> None:
    at_the_mobile(world).send(skip="1")
    browser = world.browser()
    ask(world, browser)
    assert log_in(world, browser, Known(NILS.number, CHOSEN)).is_answer


def test_a_mobile_counts_when_its_code_has_come_back(world: World) -> None:
    browser = at_the_mobile(world)
    browser.send(**MOBILE_TWICE)
    assert browser.send(otp=world.sms.newest_code).is_answer
    other = world.browser()
    ask(world, other)
    known = Known(NILS.number, CHOSEN, f"+47{NEW_MOBILE}")
    assert log_in(world, other, known).attributes["AuthMethod"] == "Minid-OTC"


def test_a_mobile_that_was_not_confirmed_is_not_kept(world: World) -> None:
    browser = at_the_mobile(world)
    browser.send(**MOBILE_TWICE)
    browser.send(otp="000000")
    assert browser.send(skip="1").is_answer
    other = world.browser()
    ask(world, other)
    assert log_in(world, other, Known(NILS.number, CHOSEN)).is_answer


def test_a_code_confirms_the_number_it_was_sent_to_and_no_other(world: World) -> None:
    browser = at_the_mobile(world)
    browser.send(**MOBILE_TWICE)
    sent_to_the_first = world.sms.newest_code
    browser.open(browser.page.path.replace("/confirm", "/mobile"))
    browser.send(mobile="91234567", mobile_again="91234567")
    if sent_to_the_first != world.sms.newest_code:  # once in a million times they are the same
        assert browser.send(otp=sent_to_the_first).errors


def test_its_steps_cannot_be_skipped(world: World) -> None:
    browser = asked_for_pins(world)
    here = browser.page.path
    for step in ("password", "mobile", "confirm", "sms"):
        assert browser.open(here.replace("/codes", f"/{step}")).path == here


def test_registering_is_on_record(world: World) -> None:
    at_the_mobile(world)
    assert len(world.events("registered")) == 1


# --- what strangers learn ---------------------------------------------------------------


@pytest.mark.parametrize("person", [NILS, KARI, NOBODY])
def test_every_number_is_asked_for_two_codes_of_a_sheet(world: World, person: Known) -> None:
    known, this = asked_for_pins(world, OLA).page, asked_for_pins(world, person).page
    assert this.status == 200
    assert masked(this) == masked(known)


def test_the_codes_an_unknown_number_is_asked_for_stay_the_same(world: World) -> None:
    first, again = (asked_for_pins(world, NOBODY).page for _ in range(2))
    assert shown(first) == shown(again)


def shown(page: Page) -> list[str]:
    return [page.inputs()[name] for name in ("pin_1_number", "pin_2_number")] + re.findall(
        r"ark \w+ av [^.]*\.? \w+ \d{4}", page.text
    )


@pytest.mark.parametrize("person", [NILS, KARI, NOBODY])
def test_wrong_codes_are_told_alike_whoever_it_is(world: World, person: Known) -> None:
    known, this = asked_for_pins(world, OLA), asked_for_pins(world, person)
    pages = [each.send(pin_1="000000", pin_2="000000") for each in (known, this)]
    assert pages[0].errors == pages[1].errors and pages[0].errors
    assert masked(pages[0]) == masked(pages[1])


@pytest.mark.parametrize("which", [0, 1])
def test_which_of_two_codes_was_wrong_is_never_told(world: World, which: int) -> None:
    browser = asked_for_pins(world)
    pins = asked_pins(browser.page)
    pins[which] = "000000"
    one_wrong = browser.send(pin_1=pins[0], pin_2=pins[1]).errors
    assert one_wrong == browser.send(pin_1="000000", pin_2="000000").errors


def test_of_two_codes_one_right_one_is_not_used_up(world: World) -> None:
    browser = asked_for_pins(world)
    first, second = asked_pins(browser.page)
    browser.send(pin_1=first, pin_2="000000")
    assert "new_password" in browser.send(pin_1=first, pin_2=second).inputs()


@pytest.mark.parametrize("person", [NILS, NOBODY])
def test_from_the_third_failure_one_has_to_wait(world: World, person: Known) -> None:
    browser = asked_for_pins(world, person)
    path, fields = browser.page.path, browser.page.inputs()
    wrong = fields | {"pin_1": "000000", "pin_2": "000000"}
    pages = [browser.send(to=path, **wrong) for _ in range(4)]
    assert [page.status for page in pages] == [200, 200, 200, 429]
    assert pages[-1].response.headers["Retry-After"] == "2"


# --- a new password of somebody who is registered ---------------------------------------


def test_with_a_mobile_on_record_its_code_is_asked_for_too(world: World) -> None:
    browser = with_right_pins(world, KARI)
    assert "otp" in browser.page.inputs()
    browser.send(otp=world.sms.newest_code)
    assert browser.send(**TWICE).is_answer


def test_a_new_password_logs_out_whoever_had_the_old_one(world: World) -> None:
    kari = world.browser()
    ask(world, kari)
    log_in(world, kari)
    browser = with_right_pins(world, KARI)
    browser.send(otp=world.sms.newest_code)
    browser.send(**TWICE)
    assert not ask(world, kari).is_answer
    assert len(world.events("password-changed")) == 1
