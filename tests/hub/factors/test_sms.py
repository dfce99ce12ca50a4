"""Codes by SMS in a login: at once, or by PIN, and never in the wrong hands twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.outside.no_gateway import NoGateway
from hub.seams.outbox import MessageState
from hub.seams.outside import Sms
from tests.hub.world import KARI, Browser, World, ask, asked_pins


@dataclass
class Failing:
    fault: OutsideFailed
    gateways: Sequence[str] = ("first",)
    texts: list[str] = field(default_factory=list)

    def send(self, sms: Sms, gateway: str) -> str:
        self.texts.append(sms.text)
        raise self.fault


def at_second_factor(world: World) -> Browser:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=KARI.password or "")
    return browser


def states(world: World) -> list[tuple[str, int]]:
    return [(queue.state, queue.length) for queue in world.store.outbox.queues()]


def test_the_code_comes_first_and_the_bound_line_last(world: World) -> None:
    at_second_factor(world)
    ((to, text),) = world.sms.sent
    code = text.split()[0]
    assert to == KARI.mobile and code.isdigit() and len(code) == 6
    assert text.splitlines()[-1] == f"@idp.example.no #{code}"


def test_the_message_has_left_when_the_page_is_shown(world: World) -> None:
    at_second_factor(world)
    assert states(world) == [(MessageState.SENT, 1)]


def test_without_a_gateway_the_login_goes_by_pin(world: World) -> None:
    world.replace(sms=NoGateway())
    browser = at_second_factor(world)
    assert browser.send(pin=asked_pins(browser.page)[0]).is_answer


def test_while_no_gateway_takes_it_the_login_goes_by_pin_and_the_worker_tries_on(
    world: World,
) -> None:
    world.replace(sms=Failing(OutsideFailed("away", code="sms-gateway-away")))
    browser = at_second_factor(world)
    assert asked_pins(browser.page)
    assert states(world) == [(MessageState.WAITING, 1)]


def test_a_code_that_may_have_arrived_is_asked_for(world: World) -> None:
    failing = Failing(OutcomeUnknown("broke off"))
    world.replace(sms=failing)
    browser = at_second_factor(world)
    assert states(world) == [(MessageState.UNCERTAIN, 1)]
    assert browser.send(otp=failing.texts[0].split()[0]).is_answer


def test_a_reload_sends_no_second_code(world: World) -> None:
    browser = at_second_factor(world)
    browser.open(browser.page.path)
    assert len(world.sms.sent) == 1


def test_a_refused_code_is_withdrawn(world: World) -> None:
    world.replace(sms=NoGateway())
    browser = at_second_factor(world)
    assert states(world) == [(MessageState.REFUSED, 1)]
    world.replace(sms=world.sms)
    browser.send(use_sms="")
    assert browser.send(otp=world.sms.newest_code).is_answer
