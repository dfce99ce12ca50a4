"""What `/metrics` tells, and whom."""

from typing import Any

import pytest

from hub.operations.metrics import escaped
from hub.outside.no_gateway import NoGateway
from tests.hub.world import KARI, World, ask, logged_in


def lines(world: World) -> list[str]:
    page = world.browser().open("/metrics")
    assert page.status == 200
    return page.text.splitlines()


def test_logins_answers_and_messages_are_counted(world: World) -> None:
    logged_in(world)
    found = lines(world)
    assert 'minid_logins_total{method="Minid-OTC"} 1' in found
    assert 'minid_events_total{event="answered"} 1' in found
    assert 'minid_outbox_messages{kind="sms",state="sent"} 1' in found
    assert "minid_snapshot_number 1" in found
    assert 'minid_breaker_open{gateway="fake"} 0' in found


def test_wrong_passwords_and_refusals_are_counted(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password="wrong")
    browser.open("/saml/sso")
    found = lines(world)
    assert 'minid_login_failures_total{step="password"} 1' in found
    assert 'minid_refusals_total{code="request-missing"} 1' in found


@pytest.mark.parametrize(
    "asking",
    [
        {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    ],
)
def test_strangers_are_told_of_no_such_page(world: World, asking: dict[str, Any]) -> None:
    assert world.browser().open("/metrics", **asking).status == 404


def test_without_a_gateway_the_hub_is_ready_and_degraded(world: World) -> None:
    world.replace(sms=NoGateway())
    page = world.browser().open("/health/ready")
    assert page.status == 200
    assert page.response.json is not None
    assert page.response.json["weaknesses"] == ["sms-no-gateway"]


def test_a_label_breaks_no_line() -> None:
    assert escaped('a"b\\c\nd') == 'a\\"b\\\\c\\nd'
