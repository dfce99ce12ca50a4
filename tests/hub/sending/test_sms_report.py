"""Receipts over HTTP: from those who know the secret alone."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.seams.outbox import MessageState
from hub.sending.outbox import LEASE, an_sms
from tests.builders import HUB
from tests.hub.world import World, a_world

SECRET = "eit-langt-hemmeleg-ord"
BODY = json.dumps({"id": "gw-1", "state": "delivered"}).encode()
JSON = "application/json"


@pytest.fixture
def told(installation: Path, tmp_path: Path) -> Iterator[World]:
    with a_world(
        installation,
        tmp_path / "instance",
        sms_gateway="json",
        sms_url="https://sms.example.no",
        sms_password="token",
        sms2_gateway="link-xml",
        sms2_url="https://sms2.example.no",
        sms2_password="token",
        sms_report_secret=SECRET,
    ) as world:
        now = world.clock.now()
        until = now + timedelta(minutes=10)
        leased = world.store.outbox.put_leased(an_sms("+47", "x", "login", until, "p"), now, LEASE)
        assert world.store.outbox.begin(leased, "first", now)
        world.store.outbox.sent(leased, "gw-1", now)
        yield world


def post(
    world: World,
    body: bytes = BODY,
    auth: tuple[str, str] | None = None,
    gateway: str = "first",
    **headers: str,
) -> TestResponse:
    client = world.app.test_client()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        f"/gateway/sms/report/{gateway}", base_url=HUB, data=body, content_type=JSON, auth=auth,
        headers=named,
    )  # fmt: skip


def state(world: World) -> MessageState:
    return world.store.outbox.of_person("p")[0].state


def test_a_receipt_with_the_secret_is_taken(told: World) -> None:
    assert post(told, auth=("gateway", SECRET)).status_code == 200
    assert state(told) == MessageState.DELIVERED


def test_a_receipt_that_is_signed_is_taken(told: World) -> None:
    signature = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    assert post(told, X_Signature=f"sha256={signature}").status_code == 200
    assert state(told) == MessageState.DELIVERED


@pytest.mark.parametrize("auth", [None, ("gateway", "wrong"), (SECRET, "")])
def test_a_receipt_without_the_secret_is_refused(
    told: World, auth: tuple[str, str] | None
) -> None:
    assert post(told, auth=auth).status_code == 403
    assert state(told) == MessageState.SENT


def test_a_signature_of_another_body_is_refused(told: World) -> None:
    signature = hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()
    assert post(told, X_Signature=f"sha256={signature}").status_code == 403


def test_garbage_is_told_to_be_garbage(told: World) -> None:
    assert post(told, b"<html>", auth=("gateway", SECRET)).status_code == 400


def test_without_such_a_gateway_there_is_no_such_page(world: World) -> None:
    assert post(world, auth=("gateway", "")).status_code == 404


def as_json(state: bool) -> bytes:
    return json.dumps({"id": "gw-9", "state": "delivered" if state else "failed"}).encode()


def as_xml(state: bool) -> bytes:
    told = "DELIVRD" if state else "UNDELIV"
    return f"<MSGLST><MSG><REF>gw-9</REF><STATE>{told}</STATE></MSG></MSGLST>".encode()


@pytest.mark.parametrize(("gateway", "body"), [("first", as_json), ("second", as_xml)])
def test_receipts_that_come_early_twice_and_late_leave_what_is_true(
    told: World, gateway: str, body: Callable[[bool], bytes]
) -> None:
    outbox, now, known = told.store.outbox, told.clock.now(), ("gateway", SECRET)
    message = an_sms("+47", "x", "login", now + timedelta(minutes=10), "early")
    leased = outbox.put_leased(message, now, LEASE)
    assert outbox.begin(leased, gateway, now)
    assert post(told, body(True), known, gateway).status_code == 200
    outbox.sent(leased, "gw-9", now)
    outbox.settle(now)
    for arrived in (True, False):
        assert post(told, body(arrived), known, gateway).status_code == 200
        assert outbox.of_person("early")[0].state == MessageState.DELIVERED
