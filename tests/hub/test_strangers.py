"""What strangers who know a number can do: be slow, and nothing else."""

import pytest

from hub import attempts
from hub.person import read_number
from hub.seams.outbox import MessageKind
from hub.sending.outbox import LEASE
from tests.hub.world import (
    KARI,
    NILS,
    NOBODY,
    OLA,
    PASSWORD,
    Browser,
    Known,
    World,
    ask,
    asked_pins,
    log_in,
    logged_in,
)

GUESSES = 1000


def a_stranger(world: World, address: str = "203.0.113.7") -> Browser:
    browser = world.browser()
    browser.client.environ_base["REMOTE_ADDR"] = address
    ask(world, browser)
    return browser


def test_a_thousand_wrong_guesses_lock_out_no_known_device(world: World) -> None:
    kari = logged_in(world)
    stranger = a_stranger(world)
    page = stranger.page.path
    fields = stranger.page.inputs() | {"national_id": KARI.number, "password": "feil feil feil"}
    statuses = []
    for _ in range(GUESSES):
        world.clock.move(seconds=2)
        statuses.append(stranger.send(to=page, **fields).status)
    assert statuses.count(200) <= 100 and statuses[-1] == 429
    ask(world, kari, ForceAuthn="true")
    kari.send(national_id=KARI.number, password="ein skrivefeil")
    assert kari.page.errors
    assert log_in(world, kari).is_answer


def test_strangers_at_another_device_have_to_wait(world: World) -> None:
    stranger = a_stranger(world)
    page = stranger.page.path
    fields = stranger.page.inputs() | {"national_id": KARI.number, "password": "feil feil feil"}
    assert [stranger.send(to=page, **fields).status for _ in range(4)] == [200, 200, 200, 429]
    other = a_stranger(world, "203.0.113.8")
    assert other.send(national_id=KARI.number, password=PASSWORD).status == 429


def test_each_login_has_a_new_session_cookie(world: World) -> None:
    browser = logged_in(world)
    first = browser.cookie("session")
    ask(world, browser, ForceAuthn="true")
    log_in(world, browser)
    assert browser.cookie("session") not in (None, first)


def test_five_wrong_codes_after_a_right_password_are_told_once(world: World) -> None:
    browser = a_stranger(world)
    browser.send(national_id=OLA.number, password=PASSWORD)
    page, fields = browser.page.path, browser.page.inputs()
    right = asked_pins(browser.page)[0]
    wrong = fields | {"pin": "999999"}
    for _ in range(7):
        world.clock.move(minutes=2)
        browser.send(to=page, **wrong)
    assert browser.page.status == 429
    assert browser.send(to=page, **(fields | {"pin": right})).status == 429
    ola = world.store.people.find(read_number(OLA.number))
    assert ola is not None
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    assert [each.message.purpose for each in leased] == ["pins-suspended"]


@pytest.mark.parametrize("person", [NILS, NOBODY], ids=["a sheet", "a made-up one"])
def test_a_hundred_wrong_codes_put_a_sheet_out_of_use(world: World, person: Known) -> None:
    store, number = world.store, read_number(person.number)
    known = store.people.find(number)
    asked = (known and store.sheets.asked(known.id, 2)) or store.sheets.decoy(
        number, 2, world.clock.now()
    )
    for _ in range(99):
        attempts.charge_sheet(store.attempts, asked.sheet_id, world.clock.now())
    world.clock.move(days=400)
    browser = world.browser()
    browser.open("/register")
    browser.send(national_id=person.number)
    assert browser.send(pin_1="123456", pin_2="654321").errors
    assert browser.send(pin_1="123456", pin_2="654321").code == "sheet-out-of-use"
