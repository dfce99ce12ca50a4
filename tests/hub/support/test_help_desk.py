"""The help desk: who gets in, what they see, and what they do."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from hub.person import Person, read_number
from hub.seams.letters import LetterState
from hub.seams.logins import Sessions
from hub.seams.outbox import MessageKind
from hub.seams.people import Waiting
from hub.sending.outbox import LEASE
from hub.store.errors import StoreFailed
from hub.support import acts
from hub.support.acts import Deed
from hub.support.cases import Act
from sp_registry.staff import Role
from tests.hub.logout_messages import (
    ASKER,
    OTHER,
    SoapPeers,
    confirming,
    soap_at,
    visited,
)
from tests.hub.registry.test_staff import grant, send
from tests.hub.test_registration import CHOSEN
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
    log_in,
    logged_in,
)

WORDS = "ringte om eit mista ark"


def person(world: World, known: Known = KARI) -> Person:
    found = world.store.people.find(read_number(known.number))
    assert found is not None
    return found


def desk(world: World, staff: Known = OLA, role: Role = Role.SUPPORT) -> Browser:
    """A browser in which this person is logged in, at the help desk."""
    grant(world, staff, role)
    browser = world.browser()
    browser.open("/support?locale=nn")
    log_in(world, browser, staff)
    return browser


def look_up(browser: Browser, known: Known = KARI, **typed: str) -> Page:
    browser.open("/support")
    fields = {"national_id": known.number, "reason": "lost-codes", "words": WORDS} | typed
    return send(browser, "/support", **fields)


def do(browser: Browser, act: Act, known: Known = KARI, words: str = WORDS) -> Page:
    address = look_up(browser, known).path
    browser.open(f"{address}/{act}")
    return send(browser, f"{address}/{act}", words=words)


def notices(world: World) -> list[str]:
    leased = world.store.outbox.claim(list(MessageKind), 50, world.clock.now(), LEASE)
    return [each.message.purpose for each in leased]


# --- who gets in ------------------------------------------------------------------------------


def test_staff_log_in_with_minid_and_come_back(world: World) -> None:
    assert desk(world).page.path == "/support"


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_whoever_is_not_of_the_help_desk_is_shown_the_door(
    world: World, role: Role | None
) -> None:
    if role is not None:
        grant(world, OLA, role)
    page = logged_in(world, OLA).open("/support")
    assert page.status == 403 and "national_id" not in page.inputs()


def test_the_help_desk_has_no_business_in_the_registry(world: World) -> None:
    assert desk(world).open("/registry").status == 403


def test_an_auditor_looks_and_does_nothing(world: World) -> None:
    browser = desk(world, OLA, Role.AUDITOR)
    page = look_up(browser)
    assert page.status == 200 and "/block" not in page.text
    assert browser.open(f"{page.path}/block").status == 404
    browser.open("/support")
    assert send(browser, f"{page.path}/block", words=WORDS).status == 404
    assert not world.events("support-acted")


# --- a look-up --------------------------------------------------------------------------------


def test_a_look_up_wants_a_reason_and_words_without_numbers(world: World) -> None:
    browser = desk(world)
    page = look_up(browser, reason="", words="")
    assert page.path == "/support" and len(page.errors) == 2
    page = look_up(browser, words=f"nr {KARI.number[:6]} {KARI.number[6:]}")
    assert page.path == "/support" and len(page.errors) == 1
    assert not world.events("support-looked-up")


def test_a_look_up_is_on_record_told_and_shown_to_the_person(world: World) -> None:
    page = look_up(desk(world))
    assert page.status == 200 and "/support/cases/" in page.path
    [event] = world.events("support-looked-up")
    assert event["person_id"] == person(world).id and WORDS in event["details"]
    assert "looked-up" in notices(world)
    history = logged_in(world, KARI).open("/me/history?locale=nn").text
    assert "Brukarstøtta såg på MinID-en din" in history and WORDS in history


def test_the_page_has_no_secret_and_only_a_piece_of_the_number_and_the_mobile(
    world: World,
) -> None:
    page = look_up(desk(world))
    assert KARI.number not in page.text + page.path and MOBILE[-4:] not in page.text
    assert f"sluttar på {MOBILE[-2:]}" in page.text and KARI.number[:6] in page.text


def test_a_number_that_nobody_has_is_said_plainly_and_audited(world: World) -> None:
    page = look_up(desk(world), NOBODY)
    assert "Ingen med dette nummeret er kjend" in page.text
    [event] = world.events("support-looked-up-unknown")
    assert NOBODY.number not in str(event)


def test_nobody_searches_through_numbers(world: World) -> None:
    browser = desk(world)
    for _ in range(20):
        assert look_up(browser, NOBODY).status == 200
    assert look_up(browser, NOBODY).status == 429
    assert look_up(browser, KARI).status == 200


def test_nobody_looks_themselves_up(world: World) -> None:
    page = look_up(desk(world), OLA)
    assert page.path == "/support" and page.errors


def test_a_case_is_its_openers_alone_and_is_over_after_half_an_hour(world: World) -> None:
    browser = desk(world)
    address = look_up(browser).path
    other = desk(world, a_colleague(world))
    assert other.open(address).status == 410
    world.clock.move(minutes=29)
    assert browser.open(address).status == 200
    world.clock.move(minutes=1)
    assert browser.open(address).status == 410


def a_colleague(world: World) -> Known:
    """A second colleague, who logs in by SMS."""
    mobile = "+4798989898"
    world.store.people.set_mobile(person(world, UNSHEETED).id, mobile, world.clock.now())
    return Known(UNSHEETED.number, PASSWORD, mobile)


# --- acts -------------------------------------------------------------------------------------


def test_lost_codes_are_blocked_and_a_letter_is_ordered_in_two_clicks(world: World) -> None:
    page = do(desk(world), Act.REPLACE)
    assert "Gjort: Sperr PIN-kodane og bestill nye" in page.text
    assert world.store.sheets.held(person(world).id) == []
    [letter] = world.store.letters.of_person(person(world).id)
    assert letter.state is LetterState.ORDERED
    assert {"pins-blocked", "pins-ordered"} <= set(notices(world))
    [event] = world.events("support-acted")
    assert '"act": "replace"' in event["details"] and WORDS in event["details"]


def test_every_act_says_why_without_numbers(world: World) -> None:
    page = do(desk(world), Act.BLOCK, words="kode 123456")
    assert page.errors and world.store.sheets.held(person(world).id)


def test_an_old_login_is_given_anew_before_anything_is_done(world: World) -> None:
    browser = desk(world)
    address = look_up(browser).path
    browser.open(f"{address}/block")
    world.clock.move(minutes=16)
    page = send(browser, f"{address}/block", words=WORDS)
    assert "national_id" in page.inputs() and world.store.sheets.held(person(world).id)
    assert log_in(world, browser, OLA).path == f"{address}/block"


def test_unlocking_lets_a_person_in_who_was_locked_out(world: World) -> None:
    browser = world.browser()
    browser.open("/me")
    for _ in range(3):
        browser.send(national_id=KARI.number, password="feil")
    assert browser.send(national_id=KARI.number, password=PASSWORD).status == 429
    staff = desk(world)
    assert "Feil passord: 3" in look_up(staff).text
    do(staff, Act.UNLOCK)
    browser.open("/me")
    assert log_in(world, browser).path == "/me"
    assert "unlocked" in notices(world)


def test_what_waits_is_stopped(world: World) -> None:
    store, at = world.store, world.clock.now()
    due = at + timedelta(days=3)
    store.waits.ask(person(world).id, Waiting.RECOVERY, due, due, at)
    assert "Nytt passord utan mobil kan veljast" in look_up(desk(world)).text
    do(desk(world), Act.STOP_WAITS)
    assert store.waits.find(person(world).id, Waiting.RECOVERY, at) is None
    assert world.events("recovery-cancelled")


def test_sessions_are_ended_everywhere(world: World) -> None:
    citizen = logged_in(world)
    do(desk(world), Act.END_SESSIONS)
    assert "national_id" in citizen.open("/me").inputs()


@pytest.fixture
def at_two_services(world: World) -> tuple[Browser, SoapPeers]:
    """Kari at a service with a back channel, and at one that only her browser can tell."""
    citizen, peers = world.browser(), SoapPeers({f"{ASKER}/slo/soap": confirming(world, ASKER)})
    world.replace(soap=peers)
    visited(world, citizen, ASKER, logout=soap_at(ASKER), display_names=(("nn", "Den fyrste"),))
    visited(world, citizen, OTHER, display_names=(("nn", "Den andre"),))
    return citizen, peers


@pytest.mark.parametrize("act", [Act.END_SESSIONS, Act.SECURE])
def test_the_page_says_which_services_were_told_that_sessions_ended_and_which_not(
    world: World, at_two_services: tuple[Browser, SoapPeers], act: Act
) -> None:
    page = do(desk(world), act)
    assert len(at_two_services[1].asked) == 1
    assert "Den fyrste: fekk beskjed og har logga personen ut" in page.text
    assert "Den andre: fekk ikkje beskjed: berre nettlesaren" in page.text
    (event,) = world.events("services-told")
    assert event["person_id"] == person(world).id
    assert json.loads(event["details"]) == {"out": ASKER, "not-yet": OTHER}
    world.clock.move(minutes=1)
    assert "Den andre: fekk" not in look_up(desk(world)).text  # another conversation


def test_who_closes_for_a_colleague_is_told_what_became_of_the_services(
    world: World, at_two_services: tuple[Browser, SoapPeers]
) -> None:
    ola, colleague = desk(world), desk(world, a_colleague(world))
    do(ola, Act.CLOSE)
    link = wish_at(ola)
    colleague.open(link)
    page = send(colleague, link, **{"continue": "1"})
    assert "Gjort: Steng MinID-en" in page.text
    assert "Den fyrste: fekk beskjed og har logga personen ut" in page.text
    assert "Den andre: fekk ikkje beskjed" in page.text


def test_a_misused_account_is_of_no_use_to_whoever_misused_it(world: World) -> None:
    citizen = logged_in(world)
    page = do(desk(world), Act.SECURE)
    assert "Gjort: Sikre MinID-en" in page.text
    assert "national_id" in citizen.open("/me").inputs()
    assert world.store.sheets.held(person(world).id) == []
    assert person(world).needs_new_password


def test_what_cannot_be_done_is_not_offered(world: World) -> None:
    browser = desk(world)
    page = look_up(browser, NILS)
    assert "Ikkje registrert enno" in page.text and "/secure" not in page.text
    assert browser.open(f"{page.path}/secure").path == page.path
    assert browser.open(f"{page.path}/make-coffee").status == 404


# --- two colleagues ---------------------------------------------------------------------------


def wish_at(browser: Browser) -> str:
    """The address of what waits for a colleague."""
    links = browser.open("/support").dom.xpath("//a[starts-with(@href, '/support/wishes/')]")
    return str(links[0].get("href"))


def test_closing_takes_two(world: World) -> None:
    ola, colleague = desk(world), desk(world, a_colleague(world))
    page = do(ola, Act.CLOSE)
    assert "Ein kollega må godkjenne" in page.text and person(world).is_registered
    link = wish_at(ola)
    assert ola.open(link).dom.xpath("//button/@name") == ["refuse"]
    send(ola, link, **{"continue": "1"})
    assert person(world).is_registered
    colleague.open(link)
    send(colleague, link, **{"continue": "1"})
    assert not person(world).is_registered and world.events("closed")
    assert "account-closed" in notices(world)
    assert "Stengd" in look_up(ola).text


class Broken:
    """The room of sessions, failing as the database does; closing comes to it last."""

    def end_all(self, person_id: str, now: datetime) -> None:
        raise StoreFailed("the disk is full")


def test_what_fails_half_way_leaves_the_wish_waiting(world: World) -> None:
    do(desk(world), Act.CLOSE)
    [wish] = world.store.cases.wishes(world.clock.now())
    failing = replace(world.store, sessions=cast(Sessions, Broken()))
    deed = Deed(failing, world.settings, person(world), "staff:x", wish.reason, wish.words, "r",
                world.clock.now(), wish)  # fmt: skip
    with pytest.raises(StoreFailed):
        acts.do(wish.act, deed)
    assert world.store.cases.wishes(world.clock.now()) == [wish] and person(world).is_registered
    assert acts.do(wish.act, replace(deed, store=world.store))
    assert acts.do(wish.act, replace(deed, store=world.store)) is None
    assert len(world.events("closed")) == 1


def test_a_colleague_says_no(world: World) -> None:
    ola, colleague = desk(world), desk(world, a_colleague(world))
    do(ola, Act.CLOSE)
    link = wish_at(ola)
    colleague.open(link)
    send(colleague, link, refuse="1")
    assert person(world).is_registered and colleague.open(link).status == 404
    assert world.events("support-refused")


def test_a_letter_beyond_the_limits_takes_two(world: World) -> None:
    ola, colleague = desk(world), desk(world, a_colleague(world))
    do(ola, Act.ORDER)
    assert "/order-beyond" in look_up(ola).text
    do(ola, Act.ORDER_BEYOND)
    link = wish_at(ola)
    colleague.open(link)
    send(colleague, link, **{"continue": "1"})
    assert len(world.store.letters.of_person(person(world).id)) == 2


# --- a lost mobile ----------------------------------------------------------------------------


def recovering(world: World, codes: dict[int, str]) -> Page:
    """Two codes of this sheet at `/forgotten`."""
    browser = world.browser()
    browser.open("/forgotten")
    browser.send(national_id=KARI.number)
    hidden = browser.page.inputs()
    wanted = {f"pin_{n}": codes[int(hidden[f"pin_{n}_number"])] for n in (1, 2)}
    page = browser.send(**wanted)
    if "new_password" in page.inputs():
        page = browser.send(new_password=CHOSEN, new_password_again=CHOSEN)
    return page


def with_the_help_desks_letter(world: World) -> dict[int, str]:
    """The letter is ordered, printed, and the only one that is left."""
    do(desk(world), Act.LOST_MOBILE)
    [order] = world.store.letters.of_person(person(world).id)
    world.store.sheets.block(person(world).id, world.clock.now())
    codes = {number: f"{number:02}8899" for number in range(1, 21)}
    sheet = world.store.sheets.make(person(world).id, codes, world.clock.now())
    world.store.sheets.keep(sheet)
    world.store.letters.rendered(order.id, sheet.id, b"sealed", world.clock.now())
    return codes


def test_the_help_desks_letter_does_without_the_lost_mobile(world: World) -> None:
    page = recovering(world, with_the_help_desks_letter(world))
    assert "mobile" in page.inputs()
    assert person(world).mobile is None and world.events("recovered")
    assert "recovery-by-letter" in notices(world)


def test_a_login_since_makes_it_a_letter_like_any_other(world: World) -> None:
    codes = with_the_help_desks_letter(world)
    logged_in(world)
    assert "otp" in recovering(world, codes).inputs()
    assert person(world).mobile == MOBILE
