"""Webhooks: made by a team, signed, tried again, and never sent into a private network."""

import hmac
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub.outside.hook_post import HookPost
from hub.outside.metadata_fetch import MetadataFetcher
from hub.registry import care_alerts
from hub.seams import MessageKind, MessageState
from hub.sending.outbox import WAITS, Carriers, deliver_due
from metadata.validate import DEVELOPMENT_HTTP_HOSTS
from sp_registry.hooks import BadHookAddress, Hooks
from sp_registry.staff import Role
from tests.builders import a_policy
from tests.hub.registry.test_care import OWN, near_the_end
from tests.hub.registry.test_staff import CONTACT_OF, send, staff_browser
from tests.hub.world import OLA, Browser, World

MAKE, TRY = "/registry/calendar/hook", "/registry/calendar/hook/test"


@dataclass
class Receiver:
    """A team's program; it answers with each of these in turn, and then with 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((dict(self.headers), body))
            self.send_response(made.answers.pop(0) if made.answers else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}/minid?team=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def contact(world: World) -> Browser:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/calendar")
    return browser


def made(contact: Browser, url: str) -> str:
    """A new webhook's secret, as the page shows it."""
    page = send(contact, MAKE, organisation=CONTACT_OF, url=url)
    return str(page.dom.xpath("//*[@role='status']//code")[0].text)


def hooks(world: World) -> Hooks:
    return care_alerts.hooks_of(world.store, world.outside.ring)


def deliver(world: World, hosts: Sequence[str] = tuple(DEVELOPMENT_HTTP_HOSTS)) -> None:
    outside, store = world.outside, world.store
    post = HookPost(hooks(world), MetadataFetcher(hosts), world.clock)
    deliver_due(
        Carriers(store.outbox, store.breakers, outside.sms, None, world.clock, post)
    )


def state(world: World) -> list[MessageState]:
    return [q.state for q in world.store.outbox.queues() if q.kind is MessageKind.HOOK]


def tried(world: World, contact: Browser) -> None:
    send(contact, TRY, hook=hooks(world).listing()[0].id)


def test_an_alert_comes_signed(world: World, contact: Browser, receiver: Receiver) -> None:
    secret = made(contact, receiver.url)
    world.register(OWN, a_policy(organisation_number=CONTACT_OF))
    near_the_end(world, 20)
    care_alerts.tell(world.outside, world.store)
    deliver(world)
    for headers, body in receiver.got:
        stamp = headers["X-MinID-Timestamp"]
        expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
        assert headers["X-MinID-Signature"] == f"sha256={expected}"
        assert abs(int(stamp) - world.clock.now().timestamp()) < 1
    by_kind = {told["kind"]: told for told in (json.loads(body) for _, body in receiver.got)}
    told = by_kind["certificate-expires"]
    assert (told["organisation"], len(told["id"])) == (CONTACT_OF, 32) and told["alerts"]


def test_after_500_the_same_message_comes_again(
    world: World, contact: Browser, receiver: Receiver
) -> None:
    made(contact, receiver.url)
    receiver.answers.append(500)
    tried(world, contact)
    deliver(world)
    assert state(world) == [MessageState.WAITING]
    world.clock.time += WAITS[0] + timedelta(seconds=1)
    deliver(world)
    assert state(world) == [MessageState.SENT]
    first, second = (json.loads(body) for _, body in receiver.got)
    assert first == second and first["kind"] == "test"


def test_a_private_address_is_refused(
    world: World, contact: Browser, receiver: Receiver
) -> None:
    made(contact, "https://10.0.0.1/hook")
    tried(world, contact)
    deliver(world)
    assert state(world) == [MessageState.REFUSED] and not receiver.got


def test_in_production_this_machine_is_not_asked(
    world: World, contact: Browser, receiver: Receiver
) -> None:
    made(contact, receiver.url)
    tried(world, contact)
    deliver(world, ())
    assert state(world) == [MessageState.REFUSED] and not receiver.got


def test_what_is_no_https_address_is_not_taken(world: World, contact: Browser) -> None:
    page = send(contact, MAKE, organisation=CONTACT_OF, url="ftp://example.no/")
    assert "https-adresse" in page.text and not hooks(world).listing()
    with pytest.raises(BadHookAddress):
        hooks(world).make(None, "http://example.no/", (), "staff:x", world.clock.now())


def test_a_webhook_is_removed_and_others_see_nothing_of_it(
    world: World, contact: Browser, receiver: Receiver
) -> None:
    secret = made(contact, receiver.url)
    hook = hooks(world).listing()[0].id
    assert secret not in contact.open("/registry/calendar").text
    assert send(contact, TRY, hook="0" * 32).status == 404
    contact.open("/registry/calendar")
    tried(world, contact)
    send(contact, "/registry/calendar/hook/remove", hook=hook)
    deliver(world)
    assert state(world) == [MessageState.REFUSED] and not receiver.got
    assert world.events("hook-made") and world.events("hook-tried")
    assert world.events("hook-removed")


def test_a_team_makes_no_webhook_of_others(contact: Browser) -> None:
    assert send(contact, MAKE, organisation="", url="https://example.no/").status == 404
