"""A forgotten password: two codes, the mobile, and three days for whoever has lost it."""

from datetime import timedelta

import pytest

from hub.person import Person, read_number
from hub.seams.outbox import MessageKind
from hub.seams.people import Waiting
from hub.sending.outbox import LEASE, payload_of
from tests.hub.test_login import masked
from tests.hub.test_registration import CHOSEN, TWICE
from tests.hub.world import (
    KARI,
    MOBILE,
    NILS,
    NOBODY,
    OLA,
    Browser,
    Known,
    World,
    ask,
    asked_pins,
    log_in,
    logged_in,
)

AFTERWARDS = Known(KARI.number, CHOSEN, MOBILE)


def person(world: World, known: Known = KARI) -> Person:
    found = world.store.people.find(read_number(known.number))
    assert found is not None
    return found


def notices(world: World) -> list[tuple[str, str]]:
    """Purpose and kind of the notices that are on their way."""
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    return [(each.message.purpose, each.message.kind.value) for each in leased]


def asked_for_pins(world: World, known: Known = KARI, at_agency: bool = True) -> Browser:
    browser = world.browser()
    if at_agency:
        ask(world, browser)
        browser.open(browser.page.path.replace("/login/", "/forgotten/"))
    else:
        browser.open("/forgotten")
    browser.send(national_id=known.number)
    return browser


def with_right_pins(world: World, known: Known = KARI) -> Browser:
    browser = asked_for_pins(world, known)
    first, second = asked_pins(browser.page)
    browser.send(pin_1=first, pin_2=second)
    return browser


def waiting(world: World) -> Browser:
    """Kari has lost her mobile and said so."""
    browser = with_right_pins(world)
    browser.send(lost_mobile="1")
    return browser


def test_the_login_page_leads_to_it_within_the_login(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    links = browser.page.dom.xpath("//a/@href")
    assert browser.page.path.replace("/login/", "/forgotten/") in links


def test_two_codes_and_the_mobile_give_a_new_password_and_the_login(world: World) -> None:
    browser = with_right_pins(world)
    browser.send(otp=world.sms.newest_code)
    assert browser.send(**TWICE).is_answer
    again = world.browser()
    ask(world, again)
    assert log_in(world, again, AFTERWARDS).is_answer


def test_its_owner_is_told(world: World) -> None:
    browser = with_right_pins(world)
    browser.send(otp=world.sms.newest_code)
    browser.send(**TWICE)
    assert ("password-changed", "sms") in notices(world)


def test_without_an_agency_it_ends_at_the_own_page(world: World) -> None:
    browser = asked_for_pins(world, OLA, at_agency=False)
    first, second = asked_pins(browser.page)
    browser.send(pin_1=first, pin_2=second)
    browser.send(**TWICE)
    assert browser.send(skip="1").path == "/me"


@pytest.mark.parametrize("known", [NILS, KARI, NOBODY])
def test_every_number_is_asked_for_two_codes(world: World, known: Known) -> None:
    ours, this = asked_for_pins(world, OLA).page, asked_for_pins(world, known).page
    assert (this.status, masked(this)) == (ours.status, masked(ours))


# --- the mobile is lost -------------------------------------------------------------------


def test_without_the_mobile_one_has_to_wait_three_days(world: World) -> None:
    browser = waiting(world)
    assert browser.page.path.endswith("/wait")
    assert ("recovery-waits", "sms") in notices(world)
    world.clock.move(hours=71)
    assert "otp" in with_right_pins(world).page.inputs()


def test_after_three_days_it_is_done_without_and_the_old_mobile_is_gone(world: World) -> None:
    waiting(world)
    world.clock.move(hours=72)
    browser = with_right_pins(world)
    browser.send(**TWICE)
    assert browser.send(skip="1").is_answer
    assert person(world).mobile is None
    assert ("recovery-done", "sms") in notices(world)
    assert len(world.events("recovered")) == 1


def test_a_login_stops_it(world: World) -> None:
    waiting(world)
    logged_in(world)
    world.clock.move(hours=73)
    assert "otp" in with_right_pins(world).page.inputs()
    assert len(world.events("recovery-cancelled")) == 1


def test_a_login_while_the_new_password_is_being_chosen_stops_it_too(world: World) -> None:
    waiting(world)
    world.clock.move(hours=72)
    browser = with_right_pins(world)
    logged_in(world)
    assert "otp" in browser.send(**TWICE).inputs()
    assert person(world).mobile == MOBILE


def test_asking_again_puts_nothing_off(world: World) -> None:
    waiting(world)
    first = world.store.waits.find(person(world).id, Waiting.RECOVERY, world.clock.now())
    world.clock.move(hours=10)
    waiting(world)
    assert first == world.store.waits.find(person(world).id, Waiting.RECOVERY, world.clock.now())


def test_two_weeks_later_it_is_forgotten(world: World) -> None:
    waiting(world)
    world.clock.time += timedelta(days=18)
    assert "otp" in with_right_pins(world).page.inputs()


def test_all_sessions_end_with_the_old_password(world: World) -> None:
    kari = logged_in(world)
    browser = with_right_pins(world)
    browser.send(otp=world.sms.newest_code)
    browser.send(**TWICE)
    assert kari.open("/me").path.startswith("/login/")


# --- who else is told, and who is not -------------------------------------------------------


def test_a_login_by_letter_at_a_new_device_is_told_to_the_mobile(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=KARI.password or "")
    browser.send(use_pin="1")
    browser.send(pin=asked_pins(browser.page)[0])
    assert ("new-device", "sms") in notices(world)


def test_a_login_by_sms_alone_sends_no_second_message_to_the_same_mobile(world: World) -> None:
    logged_in(world)
    assert "new-device" not in [purpose for purpose, _ in notices(world)]


def test_the_mail_address_hears_of_a_new_device_once(world: World) -> None:
    world.store.people.set_email(person(world).id, "kari@example.no", world.clock.now())
    browser = logged_in(world)
    assert ("new-device", "mail") in notices(world)
    browser.open("/logout")
    ask(world, browser, ForceAuthn="true")
    log_in(world, browser)
    assert notices(world) == []


def test_a_notice_names_no_number(world: World) -> None:
    waiting(world)
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    for each in leased:
        assert KARI.number not in payload_of(each.message)["text"]
