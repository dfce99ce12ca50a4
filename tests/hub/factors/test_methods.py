"""An authenticator app and passkeys: added at Miside, used at a login, and taken away."""

import base64
import json
from dataclasses import replace

from hub.factors import totp
from hub.me.methods import MOST_PASSKEYS
from tests.builders import HUB
from tests.hub.authenticator import Authenticator
from tests.hub.test_me import person, told
from tests.hub.test_registration import TWICE
from tests.hub.world import (
    KARI,
    MOBILE,
    OLA,
    PASSWORD,
    Browser,
    Known,
    Page,
    World,
    ask,
    asked_pins,
    log_in,
    logged_in,
)


def options(page: Page) -> str:
    """What the page's script is given."""
    (found,) = page.dom.xpath("//@data-options")
    return str(found)


def code(world: World, secret: bytes, later: int = 0) -> str:
    return totp.code_at(secret, totp.step_at(world.clock.now()) + later)


def wrong(world: World, secret: bytes) -> str:
    """A code of six digits that is none of those that count now."""
    right = {code(world, secret, later) for later in (-1, 0, 1)}
    return next(f"{number:06}" for number in range(9) if f"{number:06}" not in right)


def begun_app(browser: Browser) -> bytes:
    """The page with a new app's secret; the secret."""
    browser.open("/me/methods/app?locale=nn")
    (typed,) = browser.page.dom.xpath("//main//li/code/text()")
    return base64.b32decode(str(typed).replace(" ", ""))


def with_app(world: World, known: Known = KARI) -> bytes:
    """This person has an app; its secret.  The code of the next half minute is new again."""
    browser = logged_in(world, known)
    secret = begun_app(browser)
    assert browser.send(otp=code(world, secret)).path == "/me/methods"
    world.clock.move(seconds=30)
    return secret


def add_passkey(browser: Browser, device: Authenticator, name: str = "Mobilen min") -> Page:
    page = browser.open("/me/methods/passkey?locale=nn")
    return browser.send(name=name, **device.create(options(page)))


def with_passkey(world: World, known: Known = KARI) -> Authenticator:
    device = Authenticator(HUB)
    assert add_passkey(logged_in(world, known), device).path == "/me/methods"
    return device


def at_the_factor(world: World, known: Known = KARI) -> Browser:
    """A new browser, after the right password."""
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=known.number, password=PASSWORD)
    browser.open(f"{browser.page.path}?locale=nn")
    return browser


# --- the app ----------------------------------------------------------------------------------


def test_an_app_counts_when_its_code_came_back_and_is_told_of(world: World) -> None:
    browser = logged_in(world)
    secret = begun_app(browser)
    assert browser.send(otp=wrong(world, secret)).errors
    assert world.store.methods.app(person(world).id) is None
    assert "Kodeappen er lagd til." in browser.send(otp=code(world, secret)).text
    assert ("method-added", MOBILE) in told(world)
    assert [event["event"] for event in world.events("app-added")] == ["app-added"]


def test_the_secret_is_shown_while_it_is_added_and_never_again(world: World) -> None:
    browser = logged_in(world)
    secret = begun_app(browser)
    address = browser.page.path
    browser.send(otp=code(world, secret))
    typed = totp.typed_secret(secret)[:9]
    assert typed not in browser.open("/me/methods").text
    assert typed not in browser.open(address).text
    assert browser.open("/me/methods/app").path == "/me/methods"


def test_a_login_with_an_app_says_so_to_the_service(world: World) -> None:
    secret = with_app(world)
    browser = at_the_factor(world)
    assert "Skriv inn koden frå appen" in browser.page.text
    attributes = browser.send(otp=code(world, secret)).attributes
    assert (attributes["AuthMethod"], attributes["SecurityLevel"]) == ("Minid-TOTP", "3")


def test_a_code_is_taken_once_and_not_the_one_that_added_the_app(world: World) -> None:
    secret = with_app(world)
    assert at_the_factor(world).send(otp=code(world, secret, -1)).errors
    assert at_the_factor(world).send(otp=code(world, secret)).is_answer
    assert at_the_factor(world).send(otp=code(world, secret)).errors


def test_five_wrong_codes_put_the_app_out_of_use_for_the_day_and_are_told(world: World) -> None:
    secret = with_app(world)
    browser = at_the_factor(world)
    page, fields = browser.page.path, browser.page.inputs()
    for _ in range(7):
        world.clock.move(minutes=2)
        browser.send(to=page, **(fields | {"otp": wrong(world, secret)}))
    assert browser.send(to=page, **(fields | {"otp": code(world, secret)})).status == 429
    assert [purpose for purpose, _ in told(world)].count("totp-suspended") == 1
    assert browser.send(to=page, **(fields | {"use_sms": "1"})).status == 200
    assert browser.send(otp=world.sms.newest_code).is_answer


def test_an_app_is_removed_and_the_code_by_sms_asked_for_again(world: World) -> None:
    with_app(world)
    waiting = at_the_factor(world)
    browser = logged_in_by_app(world)
    assert "Innloggingsmåten er fjerna." in browser.send(to="/me/methods/app/remove").text
    assert ("method-removed", MOBILE) in told(world)
    assert "otp" in waiting.open(waiting.page.path).inputs() and world.sms.sent


def logged_in_by_app(world: World) -> Browser:
    app = world.store.methods.app(person(world).id)
    assert app is not None
    browser = at_the_factor(world)
    assert browser.send(otp=code(world, app.secret)).is_answer
    browser.open("/me/methods?locale=nn")
    return browser


def test_what_is_begun_by_one_person_cannot_be_ended_by_another(world: World) -> None:
    browser = logged_in(world)
    secret = begun_app(browser)
    address = browser.page.path
    ask(world, browser, ForceAuthn="true")
    log_in(world, browser, OLA)
    assert browser.open(address).path == "/me/methods"
    assert browser.send(to=address, otp=code(world, secret)).path == "/me/methods"
    assert world.store.methods.app(person(world, OLA).id) is None


def test_each_change_asks_for_both_factors_of_late(world: World) -> None:
    with_passkey(world)
    (known,) = world.store.methods.passkeys(person(world).id)
    browser = logged_in_by_sms(world)
    world.clock.move(minutes=6)
    for page in ("app", "passkey", f"key/{known.id}"):
        assert "national_id" in browser.open(f"/me/methods/{page}").inputs()
    browser.open("/me/methods")
    for page in ("app/remove", f"key/{known.id}"):
        browser.open("/me/methods")
        assert "national_id" in browser.send(to=f"/me/methods/{page}", remove="1").inputs()
    assert world.store.methods.passkeys(person(world).id) == [known]


def logged_in_by_sms(world: World) -> Browser:
    browser = at_the_factor(world)
    if "otp" not in browser.page.inputs():
        browser.send(use_sms="1")
    assert browser.send(otp=world.sms.newest_code).is_answer
    return browser


# --- passkeys -----------------------------------------------------------------------------------


def test_a_passkey_is_added_with_its_name_and_told_of(world: World) -> None:
    browser = logged_in(world)
    page = add_passkey(browser, Authenticator(HUB))
    assert "Mobilen min" in page.text and "Passnøkkelen er lagd til." in page.text
    assert ("method-added", MOBILE) in told(world)
    assert world.events("passkey-added")


def test_a_login_with_a_passkey_says_so_to_the_service(world: World) -> None:
    device = with_passkey(world)
    browser = at_the_factor(world)
    attributes = browser.send(**device.get(options(browser.page))).attributes
    assert (attributes["AuthMethod"], attributes["SecurityLevel"]) == ("Minid-WEBAUTHN", "3")
    (known,) = world.store.methods.passkeys(person(world).id)
    assert known.last_used_at == world.clock.now()


def test_an_answer_is_good_for_its_own_login_and_once(world: World) -> None:
    device = with_passkey(world)
    one, other = at_the_factor(world), at_the_factor(world)
    answer = device.get(options(one.page))
    assert other.send(**answer).errors
    page, fields = one.page.path, one.page.inputs()
    assert one.send(**answer).is_answer
    assert not one.send(to=page, **(fields | answer)).is_answer


def test_a_challenge_is_spent_by_a_wrong_answer(world: World) -> None:
    device = with_passkey(world)
    browser = at_the_factor(world)
    answer = device.get(options(browser.page))
    assert browser.send(**(answer | {"signature": "AAAA"})).errors
    assert browser.send(**answer).errors
    assert browser.send(**device.get(options(browser.page))).is_answer


def test_nonsense_is_refused_like_any_other_answer(world: World) -> None:
    device = with_passkey(world)
    browser = at_the_factor(world)
    for name in device.get(options(browser.page)):
        answer = device.get(options(browser.page)) | {name: "%%ø"}
        assert (browser.send(**answer).status, len(browser.page.errors)) == (200, 1)


def test_a_challenge_is_good_for_five_minutes(world: World) -> None:
    device = with_passkey(world)
    browser = at_the_factor(world)
    answer = device.get(options(browser.page))
    world.clock.move(minutes=5)
    assert browser.send(**answer).errors


def test_a_copied_passkey_is_refused(world: World) -> None:
    device = with_passkey(world)
    device.counter = 9
    browser = at_the_factor(world)
    assert browser.send(**device.get(options(browser.page))).is_answer
    copy = at_the_factor(world)
    assert copy.send(**device.get(options(copy.page))).errors


def test_the_passkey_of_somebody_else_is_none_of_theirs(world: World) -> None:
    with_passkey(world)
    device = Authenticator(HUB, id=b"another credential of that kind.")
    assert add_passkey(logged_in(world, OLA), device).path == "/me/methods"
    browser = at_the_factor(world)
    assert browser.send(**device.get(options(browser.page))).errors


def test_another_site_can_use_none(world: World) -> None:
    device = with_passkey(world)
    device.origin = "https://idp.example.no.evil.test"
    browser = at_the_factor(world)
    assert browser.send(**device.get(options(browser.page))).errors


def test_without_its_script_the_page_says_what_to_do(world: World) -> None:
    with_passkey(world)
    browser = at_the_factor(world)
    assert "Passnøklar treng JavaScript" in browser.page.text
    assert "Nettlesaren sende ingen passnøkkel" in browser.send().errors[0]
    browser.send(use_pin="1")
    assert browser.send(pin=asked_pins(browser.page)[0]).is_answer


def test_a_passkey_is_registered_once(world: World) -> None:
    device = with_passkey(world)
    browser = logged_in(world, OLA)
    assert "lagd til før" in add_passkey(browser, device).errors[0]
    assert not world.store.methods.passkeys(person(world, OLA).id)


def test_of_two_tabs_one_adds_the_last_passkey_that_there_is_room_for(world: World) -> None:
    with_passkey(world)
    kari, now = person(world).id, world.clock.now()
    (known,) = world.store.methods.passkeys(kari)
    for number in range(MOST_PASSKEYS - 2):
        another = replace(known.credential, id=b"%d" % number)
        assert world.store.methods.add_passkey(kari, "Ein til", another, MOST_PASSKEYS, now)
    browser = logged_in_by_sms(world)
    slow_tab = browser.open("/me/methods/passkey")
    assert add_passkey(browser, Authenticator(HUB, id=b"the last")).path == "/me/methods"
    browser.page, device = slow_tab, Authenticator(HUB, id=b"too many")
    page = browser.send(name="For mange", **device.create(options(slow_tab)))
    assert page.path == "/me/methods" and "så mange passnøklar" in page.text
    assert len(world.store.methods.passkeys(kari)) == MOST_PASSKEYS


def test_one_that_was_made_for_another_site_is_not_added(world: World) -> None:
    browser = logged_in(world)
    assert add_passkey(browser, Authenticator("https://evil.test")).errors
    assert not world.store.methods.passkeys(person(world).id)


def test_a_passkey_needs_a_name(world: World) -> None:
    page = add_passkey(logged_in(world), Authenticator(HUB), name=" ")
    assert page.errors == ["Gi passnøkkelen eit namn."]


def test_a_passkey_is_renamed_and_removed(world: World) -> None:
    with_passkey(world)
    (known,) = world.store.methods.passkeys(person(world).id)
    browser = logged_in_by_sms(world)
    browser.open(f"/me/methods/key/{known.id}?locale=nn")
    assert "Nøkkelringen" in browser.send(name="Nøkkelringen").text
    browser.open(f"/me/methods/key/{known.id}")
    browser.send(remove="1")
    assert not world.store.methods.passkeys(person(world).id)
    assert ("method-removed", MOBILE) in told(world)
    for event in ("Passnøkkel lagd til", "Passnøkkel fekk nytt namn", "Passnøkkel fjerna"):
        assert event in browser.page.text


def test_nobody_elses_passkey_is_there(world: World) -> None:
    with_passkey(world)
    (known,) = world.store.methods.passkeys(person(world).id)
    assert logged_in(world, OLA).open(f"/me/methods/key/{known.id}").status == 404


# --- which comes first, and what happens to them ---------------------------------------------


def test_the_strongest_comes_first_unless_the_person_wishes_otherwise(world: World) -> None:
    with_passkey(world)
    browser = logged_in_by_sms(world)
    secret = begun_app(browser)
    browser.send(otp=code(world, secret))
    assert "credential_id" in at_the_factor(world).page.inputs()
    browser.open("/me")
    browser.send(to="/me/preferences", language="nn", second_factor="totp")
    assert "frå appen" in at_the_factor(world).page.text
    browser.open("/me")
    browser.send(to="/me/preferences", language="nn", second_factor="passkey")
    assert person(world).prefers is None


def test_a_factor_that_the_person_does_not_have_cannot_be_chosen(world: World) -> None:
    browser = at_the_factor(world, OLA)
    for button in ("use_passkey", "use_totp", "use_sms"):
        assert "pin" in browser.send(**{button: "1"}).inputs()


def test_where_no_sms_can_be_sent_the_app_is_asked_for(world: World) -> None:
    with_app(world)
    world.sms.is_down = True
    browser = at_the_factor(world)
    assert "frå appen" in browser.send(use_sms="1").text


def test_not_me_removes_what_was_added_since_that_login(world: World) -> None:
    with_passkey(world)
    world.clock.move(minutes=1)
    stranger = logged_in_by_sms(world)
    since = world.clock.now()
    device = Authenticator(HUB, id=b"the credential of somebody else.")
    assert add_passkey(stranger, device, "Framand").path == "/me/methods"
    world.clock.move(minutes=1)
    browser = logged_in_by_sms(world)
    browser.open("/me/not-me?locale=nn")
    assert "Kva innlogging var ikkje di?" in browser.page.text
    browser.send(login=since.isoformat())
    assert [each.name for each in world.store.methods.passkeys(person(world).id)] == ["Mobilen min"]
    assert world.events("methods-removed")


def test_not_me_removes_them_all_if_nobody_knows_which_login_it_was(world: World) -> None:
    with_passkey(world)
    browser = logged_in_by_sms(world)
    browser.open("/me/not-me")
    browser.send(login="2026-01-01")
    assert not world.store.methods.passkeys(person(world).id)


def test_a_new_password_leaves_them_and_two_codes_open_no_more_than_before(world: World) -> None:
    device = with_passkey(world)
    browser = world.browser()
    ask(world, browser)
    browser.open(browser.page.path.replace("/login/", "/forgotten/"))
    browser.send(national_id=KARI.number)
    first, second = asked_pins(browser.page)
    page = browser.send(pin_1=first, pin_2=second)
    assert page.path.endswith("/sms")  # the mobile is asked for as ever
    browser.send(otp=world.sms.newest_code)
    assert browser.send(**TWICE).is_answer
    (known,) = world.store.methods.passkeys(person(world).id)
    assert known.credential.id == device.id


def test_the_export_has_names_and_dates_and_no_key(world: World) -> None:
    with_passkey(world)
    browser = logged_in_by_sms(world)
    secret = begun_app(browser)
    browser.send(otp=code(world, secret))
    text = browser.open("/me/export.json").text
    methods = json.loads(text)["methods"]
    assert methods["passkeys"][0]["name"] == "Mobilen min"
    assert set(methods["passkeys"][0]) == {"name", "added_at", "last_used_at"}
    assert set(methods["authenticator_app"]) == {"added_at"}


def test_a_strong_login_answers_a_passive_request(world: World) -> None:
    device = with_passkey(world)
    browser = at_the_factor(world)
    browser.send(**device.get(options(browser.page)))
    page = ask(world, browser, IsPassive="true")
    assert page.attributes["AuthMethod"] == "Minid-WEBAUTHN"
