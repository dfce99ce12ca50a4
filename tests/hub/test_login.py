"""The steps of a login, as a citizen and a guesser meet them."""

import re

import pytest

from tests.hub.world import (
    KARI,
    MOBILE,
    NILS,
    NOBODY,
    OLA,
    PASSWORD,
    UNSHEETED,
    Browser,
    Known,
    Page,
    World,
    ask,
    asked_pins,
    log_in,
    logged_in,
)

WRONG_LOGIN = "Fødselsnummeret eller passordet er ikke riktig. Prøv en gang til."
WRONG_CODE = "000000"


def at_the_code(world: World, person: Known = KARI) -> Browser:
    """A browser where number and password have been given."""
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=person.number, password=PASSWORD)
    return browser


def guessing(world: World, person: Known, times: int) -> Page:
    """The page after so many wrong passwords in a row, each in a browser of its own."""
    for _ in range(times):
        browser = world.browser()
        ask(world, browser)
        browser.send(national_id=person.number, password="feil passord")
    return browser.page


def masked(page: Page) -> str:
    """The page without what is its own: reference, token, address and what was typed."""
    text = re.sub(r'(value|href|data-address|data-token|name="csrf_token")="[^"]*"', "", page.body)
    return re.sub(r"\d+\. \w+ \d{4}|\b\d[A-Z]\b|\d+", "#", text)


def test_a_whole_login_has_one_reference_and_one_story(world: World) -> None:
    browser = world.browser()
    reference = ask(world, browser).request_id
    page = log_in(world, browser)
    assert page.is_answer and page.request_id == reference
    story = "\n".join(world.story(reference))
    assert "accepted: " in story and "decided: Answer" in story


# --- number and password ----------------------------------------------------------------


@pytest.mark.parametrize("person", [KARI, OLA, NILS, NOBODY, UNSHEETED])
def test_a_wrong_login_tells_nothing_of_the_person(world: World, person: Known) -> None:
    known, this = guessing(world, KARI, 1), guessing(world, person, 1)
    assert (this.status, this.errors) == (known.status, known.errors) and this.errors
    assert masked(this) == masked(known)


def test_the_password_alone_is_not_enough(world: World) -> None:
    assert ask(world, at_the_code(world), IsPassive="true").statuses[-1] == "NoPassive"


def test_the_password_never_comes_back_to_the_page(world: World) -> None:
    assert "feil passord" not in guessing(world, KARI, 1).text


@pytest.mark.parametrize("person", [KARI, NOBODY])
def test_from_the_third_wrong_password_one_has_to_wait(world: World, person: Known) -> None:
    assert guessing(world, person, 3).status == 200
    throttled = guessing(world, person, 1)
    assert (throttled.status, throttled.response.headers["Retry-After"]) == (429, "2")


def test_while_one_waits_not_even_the_right_password_is_looked_at(world: World) -> None:
    guessing(world, OLA, 3)
    assert at_the_code(world, OLA).page.status == 429
    world.clock.move(seconds=2)
    assert "pin" in at_the_code(world, OLA).page.inputs()


def test_a_device_that_is_known_does_not_wait_for_the_guesses_of_strangers(world: World) -> None:
    own = logged_in(world)
    guessing(world, KARI, 3)
    ask(world, own, ForceAuthn="true")
    assert log_in(world, own).is_answer


def test_a_throttled_page_says_when_to_try_again(world: World) -> None:
    page = guessing(world, KARI, 4)
    assert "om 2 sekund" in page.text
    assert page.dom.xpath(f"//a[@href='{page.path}']")


def test_a_number_that_is_none_costs_no_try(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    for _ in range(6):
        page = browser.send(national_id="12345678901", password="x")
    assert (page.status, len(page.errors)) == (200, 1)


# --- the code by SMS --------------------------------------------------------------------


def test_the_message_has_the_code_first_and_our_address_last(world: World) -> None:
    at_the_code(world)
    ((to, text),) = world.sms.sent
    assert to == MOBILE
    assert re.fullmatch(r"(\d{6}) .*Etaten\n\n@idp\.example\.no #\1", text)


def test_a_living_code_is_not_sent_again(world: World) -> None:
    browser = at_the_code(world)
    browser.open(browser.page.path)
    assert len(world.sms.sent) == 1


def test_after_ten_minutes_the_code_is_spent_and_another_is_sent(world: World) -> None:
    browser = at_the_code(world)
    code, path = world.sms.newest_code, browser.page.path
    world.clock.move(minutes=10)
    assert browser.send(otp=code).errors
    browser.open(path)
    assert len(world.sms.sent) == 2
    assert browser.send(otp=world.sms.newest_code).is_answer


def test_a_wrong_code_may_be_tried_again(world: World) -> None:
    browser = at_the_code(world)
    assert browser.send(otp=WRONG_CODE).errors
    assert browser.send(otp=world.sms.newest_code).is_answer


def test_after_five_wrong_codes_the_right_one_is_spent(world: World) -> None:
    browser = at_the_code(world)
    for _ in range(5):
        page = browser.send(otp=WRONG_CODE)
    spent = page.errors
    page = browser.send(otp=world.sms.newest_code)
    assert (page.is_answer, page.errors) == (False, spent)


def test_a_code_is_good_in_its_own_login_alone(world: World) -> None:
    at_the_code(world)
    code = world.sms.newest_code
    other = at_the_code(world)
    if code != world.sms.newest_code:  # once in a million times they are the same
        assert other.send(otp=code).errors


def test_a_code_is_good_once(world: World) -> None:
    browser = at_the_code(world)
    code, path = world.sms.newest_code, browser.page.path
    page = browser.page.inputs()
    browser.send(otp=code)
    assert browser.send(to=path, **(page | {"otp": code})).code == "flow-over"


def test_the_page_shows_two_digits_of_the_mobile_and_no_more(world: World) -> None:
    text = at_the_code(world).page.text
    assert "slutter på 67" in text and MOBILE[-4:] not in text


def test_while_the_gateway_is_away_the_code_of_the_letter_is_asked_for(world: World) -> None:
    world.sms.is_down = True
    browser = at_the_code(world)
    assert "pin" in browser.page.inputs()
    assert browser.send(pin=asked_pins(browser.page)[0]).is_answer


def test_the_letter_may_be_used_in_the_place_of_the_mobile(world: World) -> None:
    browser = at_the_code(world)
    browser.send(use_pin="1")
    page = browser.send(pin=asked_pins(browser.page)[0])
    assert page.attributes["AuthMethod"] == "Minid-PIN"


# --- the code of the letter -------------------------------------------------------------


def test_the_code_that_is_asked_for_stays_the_same_until_it_is_used(world: World) -> None:
    asked = at_the_code(world, OLA).page.inputs()["pin_number"]
    assert at_the_code(world, OLA).page.inputs()["pin_number"] == asked
    logged_in(world, OLA)
    assert at_the_code(world, OLA).page.inputs()["pin_number"] != asked


def test_a_used_code_is_not_taken_again(world: World) -> None:
    browser = at_the_code(world, OLA)
    (used,) = asked_pins(browser.page)
    browser.send(pin=used)
    assert at_the_code(world, OLA).send(pin=used).errors


def test_the_number_that_the_form_claims_is_not_believed(world: World) -> None:
    browser = at_the_code(world, OLA)
    asked = int(browser.page.inputs()["pin_number"])
    other = asked % 20 + 1
    assert browser.send(pin_number=str(other), pin=f"{other:02}4711").errors


def test_five_wrong_codes_put_the_sheet_out_of_use_for_the_day(world: World) -> None:
    browser = at_the_code(world, OLA)
    (right,) = asked_pins(browser.page)
    for _ in range(5):
        assert browser.send(pin=WRONG_CODE).status == 200
    world.clock.move(minutes=15)
    page = browser.send(to=browser.page.path, **(browser.page.inputs() | {"pin": right}))
    assert (page.status, int(page.response.headers["Retry-After"])) == (429, 86400 - 900)


def test_the_next_day_the_sheet_is_of_use_again(world: World) -> None:
    browser = at_the_code(world, OLA)
    for _ in range(5):
        browser.send(pin=WRONG_CODE)
    world.clock.move(days=1)
    assert logged_in(world, OLA).page.is_answer


def test_without_a_sheet_and_a_mobile_there_is_no_second_factor(world: World) -> None:
    page = at_the_code(world, UNSHEETED).page
    assert (page.status, page.code) == (409, "no-codes-left")


# --- sessions ---------------------------------------------------------------------------


def test_somebody_else_logging_in_ends_the_session_before(world: World) -> None:
    browser = logged_in(world)
    ask(world, browser, ForceAuthn="true")
    page = log_in(world, browser, OLA)
    assert page.attributes["uid"] == OLA.number
    people = {row["person_id"] for row in world.events("logged-in")}
    assert len(people) == 2


def test_the_session_before_is_over_for_whoever_kept_its_cookie(world: World) -> None:
    browser = logged_in(world)
    kept = browser.cookie("session") or ""
    ask(world, browser, ForceAuthn="true")
    log_in(world, browser, OLA)
    assert world.store.sessions.find(kept, world.clock.now()) is None


def test_the_cookie_before_a_new_login_of_the_same_person_is_worth_nothing(world: World) -> None:
    browser = logged_in(world)
    kept = browser.cookie("session") or ""
    ask(world, browser, ForceAuthn="true")
    log_in(world, browser)
    assert world.store.sessions.find(kept, world.clock.now()) is None


def test_a_new_login_does_not_put_off_the_two_hours(world: World) -> None:
    browser = logged_in(world)
    for _ in range(5):
        world.clock.move(minutes=23)
        ask(world, browser, ForceAuthn="true")
        assert log_in(world, browser).is_answer
    world.clock.move(minutes=5)
    assert not ask(world, browser).is_answer


def test_an_own_login_leads_to_the_own_page(world: World) -> None:
    browser = world.browser()
    browser.open("/login")
    page = log_in(world, browser)
    assert (page.status, page.path) == (200, "/me")


def test_the_own_page_is_for_those_who_are_logged_in(world: World) -> None:
    assert world.browser().open("/me").path.startswith("/login/")


def test_cancelling_an_own_login_leads_to_the_front_page(world: World) -> None:
    browser = world.browser()
    browser.open("/login")
    assert browser.send(cancel="1").path == "/"


def test_a_login_is_on_record_with_method_and_level(world: World) -> None:
    logged_in(world)
    (row,) = world.events("logged-in")
    assert row["details"] == '{"level": "3", "method": "Minid-OTC"}'
    assert row["at"] == world.clock.now()
