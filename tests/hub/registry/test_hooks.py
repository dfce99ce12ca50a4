"""Webhooks: made by a team, signed, tried again, and never sent into a private network."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from hub.outside.guarded_web import GuardedWeb
from hub.outside.hook_post import HookPost
from hub.registry import care_telling
from hub.registry.hook_delivery import TEST_LIVES, WAITS, HookCarrier, hooks_of
from hub.seams.outbox import MessageKind, MessageState
from metadata.validate import DEVELOPMENT_HTTP_HOSTS
from sp_registry.hook_calls import Fate, HookCall, latest
from sp_registry.hooks import MOST, BadHook, Hook, Hooks
from sp_registry.staff import Role, Staff
from sp_registry.tables import care_hook
from tests.builders import a_policy
from tests.hub.registry.test_care import OWN, near_the_end
from tests.hub.registry.test_staff import CONTACT_OF, send, staff_browser
from tests.hub.world import KARI, OLA, Browser, Page, World
from tests.peers.hook_receiver import HookReceiver, hook_receiver

DOCS = Path(__file__).resolve().parents[3] / "docs" / "registry.md"
MAKE = "/registry/calendar/hook"
SECOND = timedelta(seconds=1)
Verified = Callable[[Mapping[str, str], bytes, str, float], object]


@pytest.fixture(scope="module")
def serving() -> Iterator[HookReceiver]:
    with hook_receiver() as made:
        yield made


@pytest.fixture
def receiver(serving: HookReceiver) -> HookReceiver:
    serving.got.clear()
    serving.answers.clear()
    return serving


@pytest.fixture
def contact(world: World) -> Browser:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/calendar")
    return browser


def make(contact: Browser, url: str) -> str:
    """A new webhook's secret, as its page shows it."""
    return secret_on(send(contact, MAKE, organisation=CONTACT_OF, url=url))


def secret_on(page: Page) -> str:
    return str(page.dom.xpath("//*[@role='status']//code")[0].text)


def hooks(world: World) -> Hooks:
    return hooks_of(world.store, world.outside.ring)


def hook(world: World) -> Hook:
    return hooks(world).of(CONTACT_OF)[0]


def press(world: World, contact: Browser, button: str) -> Page:
    return send(contact, f"{MAKE}/{hook(world).id}/{button}")


def deliver(
    world: World,
    receiver: HookReceiver,
    hosts: Collection[str] = DEVELOPMENT_HTTP_HOSTS,
    address: str = "127.0.0.1",
) -> None:
    web = GuardedWeb(hosts, lambda host, port: [address], receiver.tls)
    HookCarrier(world.store, hooks(world), HookPost(web), world.clock).deliver_due()


def last(world: World) -> HookCall:
    id = hook(world).id
    return world.store.database.read(lambda connection: latest(connection, id))[0]


def fate(world: World) -> Fate:
    return last(world).fate(world.clock.now())


def states(world: World) -> list[MessageState]:
    return [q.state for q in world.store.outbox.queues() if q.kind is MessageKind.HOOK]


def verified_of_the_docs() -> Verified:
    """The very function that a receiver is told to copy."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    room: dict[str, Verified] = {}
    exec(code, room)
    return room["verified"]


def test_an_alert_comes_signed_as_the_docs_tell_how_to_check(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    secret = make(contact, receiver.url)
    world.register(OWN, a_policy(organisation_number=CONTACT_OF))
    near_the_end(world, 20)
    care_telling.tell(world.outside, world.store)
    deliver(world, receiver)
    now = world.clock.now().timestamp()
    read = verified_of_the_docs()
    told = [(headers["webhook-id"], read(headers, body, secret, now))
            for headers, body in receiver.got]  # fmt: skip
    (event,) = [one for _, one in told if one["type"] == "certificate.expires"]
    assert event["data"]["organisation"] == CONTACT_OF
    first = event["data"]["alerts"][0]
    assert (first["entity_id"], first["days_left"]) == (OWN, 19)
    assert len({id for id, _ in told}) == len(told)
    assert not re.search(rb"(?<!\d)\d{11}(?!\d)", b"".join(body for _, body in receiver.got))


def test_what_is_forged_or_old_fails_by_the_docs(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    secret = make(contact, receiver.url)
    press(world, contact, "test")
    deliver(world, receiver)
    ((headers, body),), now = receiver.got, world.clock.now().timestamp()
    read = verified_of_the_docs()
    assert read(headers, body, secret, now)
    for wrong in (
        (headers, body + b" ", secret, now),
        (headers, body, "whsec_" + "A" * 44, now),
        (headers, body, secret, now + 301),
        ({**headers, "webhook-id": "another"}, body, secret, now),
        ({**headers, "webhook-signature": "v1,æ"}, body, secret, now),
    ):
        with pytest.raises(ValueError):
            read(*wrong)


def test_for_a_day_both_secrets_are_good(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    old = make(contact, receiver.url)
    new = secret_on(press(world, contact, "renew"))
    press(world, contact, "test")
    deliver(world, receiver)
    world.clock.time += timedelta(hours=24)
    contact = staff_browser(world, OLA, None)
    contact.open("/registry/calendar")
    press(world, contact, "test")
    deliver(world, receiver)
    (first, late), read = receiver.got, verified_of_the_docs()
    now = world.clock.now().timestamp()
    for secret in (old, new):
        assert read(*first, secret, now - 24 * 3600)
    assert read(*late, new, now)
    with pytest.raises(ValueError):
        read(*late, old, now)


def test_after_500_the_same_message_comes_again(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    make(contact, receiver.url)
    receiver.answers.append(500)
    press(world, contact, "test")
    deliver(world, receiver)
    assert (fate(world), last(world).tries) == (Fate.WAITING, 1)
    deliver(world, receiver)
    assert len(receiver.got) == 1
    world.clock.time += WAITS[0] + SECOND
    deliver(world, receiver)
    (first, body), (second, again) = receiver.got
    assert first["webhook-id"] == second["webhook-id"] and body == again
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert (fate(world), last(world).tries) == (Fate.TAKEN, 2)
    assert states(world) == [MessageState.SENT]


def test_it_is_given_up_in_the_end_and_the_page_says_why(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    make(contact, receiver.url)
    press(world, contact, "test")
    receiver.answers += [503] * 9
    for wait in WAITS:
        deliver(world, receiver)
        assert fate(world) is (Fate.WAITING if wait < TEST_LIVES else Fate.GIVEN_UP)
        world.clock.time += wait + SECOND
    assert len(receiver.got) == 4
    page = staff_browser(world, OLA, None).open(f"{MAKE}/{hook(world).id}")
    assert "Gitt opp" in page.text and "503" in page.text


@pytest.mark.parametrize("status", [301, 410])
def test_a_redirect_is_not_followed_and_gone_is_not_tried_again(
    world: World, contact: Browser, receiver: HookReceiver, status: int
) -> None:
    make(contact, receiver.url)
    press(world, contact, "test")
    receiver.answers.append(status)
    deliver(world, receiver)
    assert len(receiver.got) == 1
    assert fate(world) is (Fate.REFUSED if status == 410 else Fate.WAITING)
    assert str(status) in contact.open(f"{MAKE}/{hook(world).id}").text


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::1"])
def test_a_private_address_is_refused(
    world: World, contact: Browser, receiver: HookReceiver, address: str
) -> None:
    make(contact, receiver.url)
    press(world, contact, "test")
    deliver(world, receiver, (), address)
    assert (fate(world), last(world).last.fault) == (Fate.REFUSED, "source-private")
    assert not receiver.got
    assert "privat nett" in contact.open(f"{MAKE}/{hook(world).id}").text


def test_a_receiver_that_is_not_to_be_trusted_is_told_nothing(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    make(contact, receiver.url.replace("md.sp.test", "other.sp.test"))
    press(world, contact, "test")
    deliver(world, receiver)
    assert last(world).last.fault == "source-tls" and not receiver.got
    assert "TLS-sertifikatet" in contact.open(f"{MAKE}/{hook(world).id}").text


@pytest.mark.parametrize(
    "url", ["ftp://example.no/", "http://example.no/", "https://example.no/ø", "https://a:b@c.no/"]
)
def test_what_is_no_https_address_is_not_taken(
    world: World, contact: Browser, url: str
) -> None:
    page = send(contact, MAKE, organisation=CONTACT_OF, url=url)
    assert "https-adresse" in page.text and not hooks(world).of(CONTACT_OF)


def test_an_organisation_has_a_few_webhooks_and_no_more(world: World) -> None:
    made, now = hooks(world), world.clock.now()
    for number in range(MOST):
        made.make(CONTACT_OF, f"https://example.no/{number}", (), "staff:x", now)
    with pytest.raises(BadHook) as fault:
        made.make(CONTACT_OF, "https://example.no/", (), "staff:x", now)
    assert fault.value.code == "hook-many"


def test_a_click_too_many_sends_no_second_test(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    make(contact, receiver.url)
    press(world, contact, "test")
    press(world, contact, "test")
    deliver(world, receiver)
    assert len(receiver.got) == 1


def test_what_was_on_its_way_to_a_removed_webhook_is_not_sent(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    make(contact, receiver.url)
    press(world, contact, "test")
    press(world, contact, "remove")
    deliver(world, receiver)
    assert states(world) == [MessageState.REFUSED] and not receiver.got
    told = contact.open("/registry/history?kind=alerts&locale=nn").text
    assert "Laga ein webhook" in told and "Fjerna ein webhook" in told
    assert "Sende ei prøvemelding" in told


def test_a_webhook_stands_still_when_its_maker_leaves_until_another_takes_over(
    world: World, contact: Browser, receiver: HookReceiver
) -> None:
    make(contact, receiver.url)
    staff, now = Staff(world.store.database, lambda *told: None), world.clock.now()
    staff.revoke(staff.listing()[0].person_id, Role.CONTACT, CONTACT_OF, "kari", now)
    colleague = staff_browser(world, KARI, Role.CONTACT, CONTACT_OF)
    assert "Står stille" in colleague.open("/registry/calendar").text
    assert not hooks(world).working(CONTACT_OF)
    press(world, colleague, "renew")
    assert hooks(world).working(CONTACT_OF)


def test_one_that_cannot_be_opened_holds_up_no_mail_and_no_page_of_others(
    world: World, contact: Browser
) -> None:
    make(contact, "https://drift.example.no/minid")
    spoil = update(care_hook).values(sealed=b"?")
    world.store.database.write(lambda db: db.execute(spoil).rowcount)
    world.register(OWN, a_policy(organisation_number=CONTACT_OF))
    near_the_end(world, 20)
    assert care_telling.tell(world.outside, world.store)
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    assert admin.open("/registry/calendar").status == 200


def test_others_see_and_do_nothing_with_it(world: World, contact: Browser) -> None:
    secret = make(contact, "https://drift.example.no/minid")
    assert secret not in contact.open(f"{MAKE}/{hook(world).id}").text
    other = staff_browser(world, KARI, Role.ADMINISTRATOR)
    page = other.open("/registry/calendar")
    assert "drift.example.no" not in page.text
    assert press(world, other, "remove").status == 404
    assert other.open(f"{MAKE}/{hook(world).id}").status == 404


def test_a_team_makes_no_webhook_of_others(contact: Browser) -> None:
    assert send(contact, MAKE, organisation="", url="https://example.no/").status == 404
