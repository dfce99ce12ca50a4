"""How the work beside the requests fares, for those who look after it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.operations import worker
from hub.operations.page import channels
from hub.operations.upkeep import Round
from hub.seams.outbox import Failing, MessageKind, MessageState, Queue
from hub.sending.outbox import LEASE, an_sms
from sp_registry.staff import Role
from tests.builders import MOMENT
from tests.hub.registry.test_staff import CONTACT_OF, send, staff_browser
from tests.hub.world import OLA, World


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_and_auditors_see_how_it_fares(world: World, role: Role) -> None:
    store, at = world.store, world.clock.now()
    store.outbox.put([an_sms("+4790190190", "Hei", "notice", at + timedelta(days=1))], at)
    store.upkeep.ran("sweep", "store-failed", at)
    page = staff_browser(world, OLA, role).open("/registry/operations?locale=nn")
    assert page.status == 200 and "store-failed" in page.text
    [sms] = page.dom.xpath("//tr[th='SMS']")
    assert int(sms.xpath("td")[0].text) >= 1


def with_two_that_fail(world: World) -> None:
    store, at = world.store, world.clock.now()
    message = an_sms("+4790190190", "Hei", "notice", at + timedelta(days=1))
    store.outbox.put([message, replace(message, id="another")], at)
    for leased in store.outbox.claim([MessageKind.SMS], 9, at, LEASE):
        store.outbox.put_off(leased, at + timedelta(hours=1), "sms-gateway-away")


def test_messages_that_fail_are_told_with_their_cause_and_tried_at_a_word(world: World) -> None:
    with_two_that_fail(world)
    browser = staff_browser(world, OLA, Role.ADMINISTRATOR)
    page = browser.open("/registry/operations?locale=nn")
    [failing] = page.dom.xpath("//section[h2[@id='failing']]//tbody/tr")
    assert "sms-gateway-away" in failing.xpath("string()") and failing.xpath("td")[1].text == "2"
    page = send(browser, "/registry/operations/hurry", kind="sms")
    assert "2 meldingar blir prøvde no" in page.text
    now = world.clock.now()
    assert len(world.store.outbox.claim([MessageKind.SMS], 9, now, LEASE)) == 2
    assert json.loads(world.events("outbox-hurried")[0]["details"])["messages"] == "2"


def test_an_auditor_sees_what_fails_and_changes_nothing(world: World) -> None:
    with_two_that_fail(world)
    browser = staff_browser(world, OLA, Role.AUDITOR)
    page = browser.open("/registry/operations?locale=nn")
    assert "sms-gateway-away" in page.text and "/hurry" not in page.text
    browser.open("/logout")  # has a form, and with it the token
    assert send(browser, "/registry/operations/hurry", kind="sms").status == 404
    assert not world.events("outbox-hurried")


def test_a_contact_of_an_agency_does_not(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert browser.open("/registry/operations").status == 404


def test_messages_are_counted_by_channel_and_fate() -> None:
    queues = [
        Queue(MessageKind.SMS, MessageState.WAITING, 2, MOMENT),
        Queue(MessageKind.SMS, MessageState.SENDING, 1, MOMENT - timedelta(hours=1)),
        Queue(MessageKind.SMS, MessageState.UNDELIVERED, 4, MOMENT),
        Queue(MessageKind.MAIL, MessageState.EXPIRED, 5, MOMENT),
    ]
    failing = [Failing(MessageKind.SMS, "no-answer", 2, MOMENT, MOMENT)]
    sms, mail, letter, hook = channels(queues, failing)
    assert (sms.fails, mail.fails) == (2, 0)
    assert (sms.on_the_way, sms.oldest, sms.failed) == (3, MOMENT - timedelta(hours=1), 4)
    assert (mail.given_up, letter.on_the_way, letter.oldest) == (5, 0, None)
    assert (hook.kind, hook.on_the_way) == (MessageKind.HOOK, 0)


def test_a_job_that_did_not_come_again_is_late() -> None:
    turn = Round("node", "sweep", MOMENT, None)
    assert not worker.is_late(turn, MOMENT + timedelta(minutes=19))
    assert worker.is_late(turn, MOMENT + timedelta(minutes=21))


def test_metrics_tell_the_same(world: World) -> None:
    world.store.upkeep.ran("sweep", None, world.clock.now())
    world.clock.move(seconds=7)
    text = world.browser().open("/metrics").text
    assert 'minid_worker_round_seconds{job="sweep"} 7' in text
    assert "minid_audit_checkpoint 0" in text
