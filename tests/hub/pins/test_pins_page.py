"""PIN codes ordered and blocked, with a login and without one."""

import pytest

from hub.person import Person, read_number
from hub.pins import codes as pin_codes
from hub.seams.letters import LetterOrder, LetterState
from hub.seams.outbox import MessageKind
from hub.sending.outbox import LEASE, payload_of
from tests.hub.test_login import masked
from tests.hub.world import KARI, MOBILE, NOBODY, OLA, PASSWORD, Browser, Known, World, logged_in

EVERYBODY = pytest.mark.parametrize("known", [KARI, OLA, NOBODY])


def person(world: World, known: Known = KARI) -> Person:
    found = world.store.people.find(read_number(known.number))
    assert found is not None
    return found


def messages(world: World) -> list[tuple[str, str]]:
    """Purpose and text of what is on its way."""
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    return [(each.message.purpose, payload_of(each.message)["text"]) for each in leased]


def purposes(world: World) -> list[str]:
    return [purpose for purpose, _ in messages(world)]


def at_the_proof(world: World, known: Known = KARI) -> Browser:
    browser = world.browser()
    browser.open("/pins")
    browser.send(national_id=known.number, block="1")
    return browser


def blocked(world: World, known: Known = KARI) -> bool:
    return not world.store.sheets.held(person(world, known).id)


def work(world: World) -> int:
    return pin_codes.block_due(world.store, world.settings, world.clock.now())


@EVERYBODY
def test_an_order_is_answered_alike_for_every_number(world: World, known: Known) -> None:
    browser = world.browser()
    browser.open("/pins")
    page = browser.send(national_id=known.number, order="1")
    assert (page.status, page.path) == (200, "/pins/done/ordered")
    assert len(world.store.letters.due(10, world.clock.now())) == (known is not NOBODY)


def test_an_order_leaves_the_old_sheet_valid_and_is_told(world: World) -> None:
    browser = world.browser()
    browser.open("/pins")
    browser.send(national_id=KARI.number, order="1")
    assert not blocked(world)
    assert purposes(world) == ["pins-ordered"]


def test_two_orders_make_one_letter(world: World) -> None:
    for _ in range(2):
        browser = world.browser()
        browser.open("/pins")
        browser.send(national_id=KARI.number, order="1")
    assert len(world.store.letters.of_person(person(world).id)) == 1


@EVERYBODY
def test_a_block_without_a_proof_is_answered_alike(world: World, known: Known) -> None:
    browser = at_the_proof(world, known)
    ours = at_the_proof(world, OLA)
    assert masked(browser.page) == masked(ours.page)
    assert browser.send(skip="1").path == "/pins/done/waits"


def test_it_takes_effect_after_a_day_and_is_told_before_and_then(world: World) -> None:
    at_the_proof(world).send(skip="1")
    assert purposes(world) == ["pins-block-waits"]
    world.clock.move(hours=23)
    assert work(world) == 0 and not blocked(world)
    world.clock.move(hours=1)
    assert work(world) == 1 and blocked(world)
    assert "pins-blocked" in purposes(world)


def test_a_login_stops_it(world: World) -> None:
    at_the_proof(world).send(skip="1")
    logged_in(world)
    world.clock.move(hours=25)
    assert work(world) == 0 and not blocked(world)
    assert len(world.events("pins-block-cancelled")) == 1


def test_the_password_blocks_at_once(world: World) -> None:
    assert at_the_proof(world).send(password=PASSWORD).path == "/pins/done/blocked"
    assert blocked(world)


@EVERYBODY
def test_a_wrong_password_is_told_alike(world: World, known: Known) -> None:
    ours, this = at_the_proof(world, OLA), at_the_proof(world, known)
    pages = [each.send(password="feil feil feil") for each in (ours, this)]
    assert pages[0].errors and masked(pages[0]) == masked(pages[1])


def test_a_code_to_the_mobile_blocks_at_once(world: World) -> None:
    browser = at_the_proof(world)
    browser.send(use_sms="1")
    ((_, text),) = messages(world)
    assert browser.send(otp=text.split()[0]).path == "/pins/done/blocked"
    assert blocked(world)


@EVERYBODY
def test_whether_there_is_a_mobile_is_told_to_nobody(world: World, known: Known) -> None:
    ours, this = at_the_proof(world, OLA), at_the_proof(world, known)
    pages = [each.send(use_sms="1") for each in (ours, this)]
    assert masked(pages[0]) == masked(pages[1])
    assert [each[0] for each in world.sms.sent if each[0] == MOBILE] == []
    wrong = [each.send(otp="000000") for each in (ours, this)]
    assert wrong[0].errors and masked(wrong[0]) == masked(wrong[1])


@EVERYBODY
def test_codes_by_sms_are_bounded_alike_for_every_number(world: World, known: Known) -> None:
    browser = at_the_proof(world, known)
    statuses = []
    for _ in range(4):
        statuses.append(browser.send(to=browser.page.path, use_sms="1").status)
        browser = at_the_proof(world, known) if len(statuses) < 2 else browser
        browser.open(browser.page.path)
    assert len([p for p in purposes(world) if p == "pins-block"]) <= 3
    assert world.sms.sent == []


def test_many_blocks_at_once_set_off_the_alarm(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = pin_codes.Limit("few", free=1, longest=pin_codes.HOUR, window=pin_codes.HOUR, most=1)
    monkeypatch.setattr(pin_codes, "ALARM", few)
    monkeypatch.setattr(pin_codes, "PACE", few)
    for known in (KARI, OLA):
        at_the_proof(world, known).send(skip="1")
    assert len(world.events("pins-block-alarm")) == 1
    world.clock.move(hours=24)
    assert work(world) == 1


# --- logged in --------------------------------------------------------------------------------


def test_whoever_is_logged_in_sees_the_codes_left_and_the_letter(world: World) -> None:
    browser = logged_in(world)
    assert "20 kodar att" in browser.open("/pins?locale=nn").text
    browser.send(order="1")
    order = world.store.letters.of_person(person(world).id)[0]
    assert "er ikkje sendt enno" in browser.open("/pins").text
    assert order.state is LetterState.ORDERED


def test_whoever_is_logged_in_is_told_that_no_other_is_ordered(world: World) -> None:
    browser = logged_in(world)
    for told in ("PIN-kodar er bestilte", "Det vart ikkje bestilt noko nytt ark"):
        browser.open("/pins?locale=nn")
        assert told in browser.send(order="1").text


@pytest.mark.parametrize(
    ("state", "told"),
    [(LetterState.POSTED, "Eit brev vart sendt"), (LetterState.RETURNED, "Brevet kom i retur")],
)
def test_whoever_is_logged_in_sees_what_became_of_the_letter(
    world: World, state: LetterState, told: str
) -> None:
    order = a_letter(world)
    assert world.store.letters.receipt(order.id, state, world.clock.now())
    assert told in logged_in(world).open("/pins?locale=nn").text


def test_whoever_is_logged_in_sees_that_an_unused_sheet_has_expired(world: World) -> None:
    a_letter(world)
    world.store.sheets.expire(world.clock.now(), world.clock.now())
    assert "kan ikkje brukast" in logged_in(world).open("/pins?locale=nn").text


def a_letter(world: World) -> LetterOrder:
    """One that is rendered."""
    order, _ = world.store.letters.order(person(world).id, "test", world.clock.now())
    codes = {number: f"{number:06}" for number in range(1, 21)}
    sheet = world.store.sheets.make(order.person_id, codes, world.clock.now())

    def keep() -> None:
        world.store.sheets.keep(sheet)
        assert world.store.letters.rendered(order.id, sheet.id, b"sealed", world.clock.now())

    world.store.together(keep)
    return order


def test_whoever_is_logged_in_blocks_at_once(world: World) -> None:
    browser = logged_in(world)
    browser.open("/pins")
    browser.send(block="1")
    assert blocked(world)
    assert "Du har ingen gyldige" in browser.open("/pins?locale=nn").text
