import pytest

from hub.errors import OutsideFailed
from hub.outside.sms_gateways import SmsGateways
from hub.seams.outside import Sms
from tests.hub.world import World


class Taking:
    def send(self, sms: Sms) -> str:
        return "gw-1"


def gateways(world: World) -> SmsGateways:
    return SmsGateways({"first": Taking()}, {"47": 2, "46": 1}, world.store.attempts, world.clock)


def test_a_country_that_is_not_named_gets_nothing(world: World) -> None:
    with pytest.raises(OutsideFailed) as fault:
        gateways(world).send(Sms("+37120000000", "x", "r"), "first")
    assert (fault.value.code, fault.value.permanent) == ("sms-country", True)


def test_what_a_country_costs_in_a_day_has_an_end(world: World) -> None:
    known = gateways(world)
    for number in ("+4790190190", "+4790190191", "+46701234567"):
        assert known.send(Sms(number, "x", "r"), "first") == "gw-1"
    with pytest.raises(OutsideFailed, match="to country 47"):
        known.send(Sms("+4790190190", "x", "r"), "first")
    world.clock.move(days=1, seconds=1)
    assert known.send(Sms("+4790190190", "x", "r"), "first") == "gw-1"


def test_a_gateway_that_was_taken_out_may_come_back(world: World) -> None:
    with pytest.raises(OutsideFailed) as fault:
        gateways(world).send(Sms("+4790190190", "x", "r"), "second")
    assert not fault.value.permanent
