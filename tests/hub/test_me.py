"""Miside: what a person sees of their own MinID, and what they can change."""

import json

from hub.person import Person, read_number
from hub.seams.outbox import MessageKind
from hub.sending.outbox import LEASE, payload_of
from tests.builders import SP
from tests.hub.logout_messages import (
    ASKER,
    OTHER,
    SoapPeers,
    confirming,
    soap_at,
    verdicts,
    visited,
)
from tests.hub.test_registration import CHOSEN, TWICE
from tests.hub.world import (
    KARI,
    MOBILE,
    OLA,
    PASSWORD,
    Browser,
    Known,
    World,
    ask,
    log_in,
    logged_in,
)

NEW = "+4798765432"


def person(world: World, known: Known = KARI) -> Person:
    found = world.store.people.find(read_number(known.number))
    assert found is not None
    return found


def messages(world: World) -> list[dict[str, str]]:
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    return [
        {"purpose": each.message.purpose, **payload_of(each.message)} for each in leased
    ]


def told(world: World) -> list[tuple[str, str]]:
    return [(each["purpose"], each.get("to", "letter")) for each in messages(world)]


def at(world: World, page: str, known: Known = KARI) -> Browser:
    browser = logged_in(world, known)
    browser.open(f"{page}?locale=nn")
    return browser


def test_without_a_login_one_logs_in_and_comes_to_the_page_that_was_asked_for(
    world: World,
) -> None:
    browser = world.browser()
    browser.open("/me/history")
    assert log_in(world, browser).path == "/me/history"


def test_no_page_shows_the_whole_number(world: World) -> None:
    browser = logged_in(world)
    for page in ("/me", "/me/contact", "/me/history", "/pins", "/me/export.json"):
        shown = browser.open(page)
        assert shown.status == 200 and KARI.number not in shown.text


def test_every_page_says_when_the_session_ends(world: World) -> None:
    assert "Du blir logga ut klokka" in at(world, "/me").page.text


def test_the_services_are_links_to_single_sign_on(world: World) -> None:
    assert "Tenester" in at(world, "/me").page.text


# --- both factors once more --------------------------------------------------------------------


def test_after_five_minutes_both_factors_are_asked_for_again(world: World) -> None:
    browser = logged_in(world)
    world.clock.move(minutes=6)
    page = browser.open("/me/password?locale=nn")
    assert "national_id" in page.inputs() and "Logg inn på nytt" in page.text
    assert log_in(world, browser).path == "/me/password"


def test_a_form_sent_too_late_asks_for_them_too(world: World) -> None:
    browser = at(world, "/me/password")
    world.clock.move(minutes=6)
    assert "national_id" in browser.send(**TWICE).inputs()
    assert person(world).password_hash is not None


# --- password ---------------------------------------------------------------------------------


def test_a_new_password_ends_the_other_sessions_and_is_told(world: World) -> None:
    other, browser = logged_in(world), at(world, "/me/password")
    assert browser.send(**TWICE).path == "/me"
    assert other.open("/me").path != "/me"
    assert ("password-changed", MOBILE) in told(world)
    again = world.browser()
    ask(world, again)
    assert log_in(world, again, Known(KARI.number, CHOSEN, MOBILE)).is_answer


# --- mobile and e-mail ------------------------------------------------------------------------


def test_a_new_mobile_counts_when_its_code_came_back_and_the_old_one_is_told(
    world: World,
) -> None:
    browser = at(world, "/me/contact/mobile")
    browser.send(mobile=NEW, mobile_again=NEW)
    assert world.sms.sent[-1][0] == NEW and person(world).mobile == MOBILE
    assert browser.send(otp=world.sms.newest_code).path == "/me"
    assert person(world).mobile == NEW
    assert set(told(world)) == {("mobile-changed", NEW), ("mobile-changed", MOBILE)}


def test_a_wrong_code_changes_no_mobile(world: World) -> None:
    browser = at(world, "/me/contact/mobile")
    browser.send(mobile=NEW, mobile_again=NEW)
    wrong = "000000" if world.sms.newest_code != "000000" else "000001"
    assert browser.send(otp=wrong).errors
    assert person(world).mobile == MOBILE


def test_cancelling_a_change_that_another_tab_has_ended_leads_to_the_contact_data(
    world: World,
) -> None:
    browser = at(world, "/me/contact/mobile")
    slow_tab = browser.send(mobile=NEW, mobile_again=NEW)
    browser.send(otp=world.sms.newest_code)
    browser.page = slow_tab
    assert browser.send(cancel="1").path == "/me/contact"


def test_a_change_begun_by_one_person_cannot_be_ended_by_another(world: World) -> None:
    browser = at(world, "/me/contact/mobile")
    page = browser.send(mobile=NEW, mobile_again=NEW).path
    browser.open("/me/password")
    ask(world, browser, ForceAuthn="true")
    log_in(world, browser, OLA)
    assert browser.open(page).path == "/me/contact"


def test_a_new_address_counts_when_its_code_came_back(world: World) -> None:
    browser = at(world, "/me/contact/email")
    browser.send(email="kari@example.no ", email_again="kari@example.no")
    (mail,) = messages(world)
    assert mail["to"] == "kari@example.no" and person(world).email is None
    assert browser.send(otp=mail["text"].split()[0]).path == "/me"
    assert person(world).email == "kari@example.no"
    assert ("email-changed", MOBILE) in told(world)


def test_an_address_is_typed_the_same_twice(world: World) -> None:
    browser = at(world, "/me/contact/email")
    assert browser.send(email="kari@example.no", email_again="kari@example.com").errors
    assert browser.send(email="kari", email_again="kari").errors


# --- history ------------------------------------------------------------------------------------


def test_logins_and_what_services_were_told_are_listed(world: World) -> None:
    page = at(world, "/me/history").page
    assert "passord og kode på SMS" in page.text
    assert "uid" in page.text and "SecurityLevel" in page.text
    (event,) = world.events("logged-in")
    assert event["entity_id"] == SP


def test_another_session_can_be_ended(world: World) -> None:
    other = logged_in(world)
    world.clock.move(seconds=1)
    browser = at(world, "/me/history")
    _this, the_other = browser.page.dom.xpath("//input[@name='session']/@value")
    browser.send(to="/me/history/end", session=the_other)
    assert other.open("/me").path != "/me" and browser.open("/me").path == "/me"


def test_nobody_elses_session_can_be_ended(world: World) -> None:
    olas = logged_in(world, OLA)
    (theirs,) = world.store.sessions.living(person(world, OLA).id, world.clock.now())
    at(world, "/me/history").send(to="/me/history/end", session=theirs.id)
    assert olas.open("/me").path == "/me"


# --- this was not me ------------------------------------------------------------------------------


def test_not_me_throws_out_the_others_blocks_the_codes_and_asks_for_a_password(
    world: World,
) -> None:
    other, browser = logged_in(world), at(world, "/me/not-me")
    assert browser.send().path == "/me/password"
    assert other.open("/me").path != "/me"
    assert not world.store.sheets.held(person(world).id)
    assert world.store.letters.of_person(person(world).id)
    assert ("this-was-not-me", MOBILE) in told(world)


def test_until_it_is_chosen_each_login_asks_for_a_new_password(world: World) -> None:
    at(world, "/me/not-me").send()
    browser = world.browser()
    ask(world, browser)
    assert "new_password" in log_in(world, browser).inputs()
    assert browser.send(**TWICE).is_answer
    assert not person(world).needs_new_password


def test_whatever_ends_other_sessions_tells_their_services(world: World) -> None:
    elsewhere, peers = world.browser(), SoapPeers({f"{ASKER}/slo/soap": confirming(world, ASKER)})
    world.replace(soap=peers)
    visited(world, elsewhere, ASKER, logout=soap_at(ASKER))
    browser = at(world, "/me/password")
    browser.send(**TWICE)
    assert len(peers.asked) == 1
    assert json.loads(world.events("services-told")[0]["details"]) == {"out": ASKER}


def test_who_closes_the_account_is_led_through_the_services_to_be_told(world: World) -> None:
    browser = world.browser()
    visited(world, browser, OTHER)
    page = browser.open("/me/close?locale=nn")
    page = browser.send()
    assert page.path.startswith("/logout/") and verdicts(browser)
    assert not person(world).is_registered


# --- wishes, export, close ------------------------------------------------------------


def test_who_prefers_the_letter_is_asked_for_its_codes_first(world: World) -> None:
    at(world, "/me").send(to="/me/preferences", language="en", second_factor="pin")
    assert (person(world).language, person(world).prefers) == ("en", "letter-pin")
    browser = world.browser()
    ask(world, browser)
    assert "pin" in browser.send(national_id=KARI.number, password=PASSWORD).inputs()


def test_the_export_holds_what_is_known(world: World) -> None:
    record = json.loads(at(world, "/me/export.json").page.text)
    assert record["mobile"] == MOBILE and record["pin_sheets"][0]["codes_left"] == 20
    assert {"logged-in", "answered"} <= {event["event"] for event in record["events"]}


def test_a_closed_account_is_as_before_the_first_registration(world: World) -> None:
    browser = at(world, "/me/close")
    assert "logga ut av MinID" in browser.send().text
    assert not person(world).is_registered and person(world).mobile is None
    assert not world.store.sheets.held(person(world).id)
    assert ("account-closed", MOBILE) in told(world)
    assert browser.open("/me").path != "/me"
