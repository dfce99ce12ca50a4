"""Carrying messages: fail-over, breakers, and what is never sent twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.seams.outbox import MessageState
from hub.seams.outside import Mail, Sms
from hub.sending.outbox import LEASE, MAIL_SERVER, Carriers, a_mail, an_sms, deliver_due
from hub.store.breakers import FAILURES
from tests.hub.world import World, opened

AWAY = OutsideFailed("away", code="sms-gateway-away")
PERHAPS = OutcomeUnknown("broke off")
NEVER = OutsideFailed("no such number", permanent=True, code="sms-gateway-refused")


@dataclass
class Gateways:
    """Gateways that take, or raise what they are told to; each offer is remembered."""

    faults: dict[str, OutsideFailed] = field(default_factory=dict)
    offered: list[tuple[str, str]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    @property
    def gateways(self) -> Sequence[str]:
        return ("first", "second")

    def send(self, sms: Sms, gateway: str) -> str:
        self.offered.append((gateway, sms.reference))
        self.meanwhile()
        if gateway in self.faults:
            raise self.faults[gateway]
        return f"id-{sms.reference}"

    @property
    def tried(self) -> list[str]:
        return [gateway for gateway, _ in self.offered]


class NoMail:
    def send(self, mail: Mail) -> None:
        raise OutsideFailed("away", code="mail-away")


@pytest.fixture
def gateways() -> Gateways:
    return Gateways()


def carriers(world: World, gateways: Gateways) -> Carriers:
    return Carriers(world.store.outbox, world.store.breakers, gateways, NoMail(), world.clock)


def put(world: World, once: bool = False) -> None:
    until = world.clock.now() + timedelta(minutes=10)
    message = an_sms("+4790190190", "Hei", "login", until, "p", once)
    world.store.outbox.put([message], world.clock.now())


def state(world: World) -> MessageState:
    return world.store.outbox.of_person("p")[0].state


def test_the_second_gateway_takes_over(world: World, gateways: Gateways) -> None:
    put(world, once=True)
    gateways.faults["first"] = AWAY
    assert deliver_due(carriers(world, gateways)) == 1
    assert (gateways.tried, state(world)) == (["first", "second"], MessageState.SENT)


def test_the_row_is_the_gateways_reference(world: World, gateways: Gateways) -> None:
    put(world)
    put(world)
    deliver_due(carriers(world, gateways))
    assert len({reference for _, reference in gateways.offered}) == 2


def test_a_code_that_may_have_left_goes_to_nobody_else(world: World, gateways: Gateways) -> None:
    put(world, once=True)
    gateways.faults["first"] = PERHAPS
    deliver_due(carriers(world, gateways))
    world.clock.move(minutes=5)
    deliver_due(carriers(world, gateways))
    assert (gateways.tried, state(world)) == (["first"], MessageState.UNCERTAIN)


def test_a_notice_that_may_have_left_goes_to_the_same_gateway_again(
    world: World, gateways: Gateways
) -> None:
    put(world)
    gateways.faults["first"] = PERHAPS
    deliver_due(carriers(world, gateways))
    gateways.faults.clear()
    world.clock.move(minutes=1)
    deliver_due(carriers(world, gateways))
    assert gateways.tried == ["first", "first"] and len(set(gateways.offered)) == 1
    assert state(world) == MessageState.SENT


def test_what_no_gateway_will_ever_take_is_closed(world: World, gateways: Gateways) -> None:
    put(world)
    gateways.faults["first"] = NEVER
    deliver_due(carriers(world, gateways))
    assert (gateways.tried, state(world)) == (["first"], MessageState.REFUSED)


def test_the_waits_between_tries_grow(world: World, gateways: Gateways) -> None:
    put(world)
    gateways.faults = {"first": AWAY, "second": AWAY}
    waits = []
    for _ in range(3):
        deliver_due(carriers(world, gateways))
        began = world.clock.now()
        while not deliver_due(carriers(world, gateways)):
            world.clock.move(seconds=1)
        waits.append((world.clock.now() - began).total_seconds())
    assert waits == sorted(waits) and waits[0] >= 5 and waits[-1] > waits[0]


def test_a_gateway_that_fails_and_fails_is_left_alone(world: World, gateways: Gateways) -> None:
    gateways.faults["first"] = AWAY
    for _ in range(FAILURES + 2):
        put(world, once=True)
        deliver_due(carriers(world, gateways))
    assert gateways.tried.count("first") == FAILURES
    assert gateways.tried.count("second") == FAILURES + 2


def test_a_mail_server_that_fails_is_left_alone_by_every_process(
    world: World, gateways: Gateways
) -> None:
    until = world.clock.now() + timedelta(days=1)
    mails = [a_mail("kari@example.no", "Emne", "Tekst", "n", until, "p") for _ in range(FAILURES)]
    world.store.outbox.put(mails, world.clock.now())
    deliver_due(carriers(world, gateways))
    with opened(world.settings) as store:  # as another process would
        assert not store.breakers.may_try(MAIL_SERVER, world.clock.now())
        assert store.breakers.may_try("first", world.clock.now())


def test_a_message_whose_lease_ran_out_meanwhile_is_not_marked(
    world: World, gateways: Gateways
) -> None:
    put(world)
    gateways.meanwhile = lambda: world.clock.move(seconds=LEASE.total_seconds() + 1)
    gateways.faults["first"] = AWAY
    deliver_due(carriers(world, gateways))
    assert gateways.tried == ["first"]


def test_a_mail_waits_while_its_server_is_away(world: World, gateways: Gateways) -> None:
    until = world.clock.now() + timedelta(days=1)
    mail = a_mail("kari@example.no", "Emne", "Tekst", "password-changed", until, "p")
    world.store.outbox.put([mail], world.clock.now())
    deliver_due(carriers(world, gateways))
    assert (gateways.tried, state(world)) == ([], MessageState.WAITING)
