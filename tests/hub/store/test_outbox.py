"""Messages on their way out, on both engines."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from hub.errors import HubError
from hub.seams.outbox import Failing, Leased, MessageKind, MessageState, Outgoing, Receipt
from hub.sending.outbox import LEASE, an_sms
from hub.store.open_store import DatabaseStore
from hub.store.tables import outbox
from tests.hub.store.store_builders import a_person, together

SMS = (MessageKind.SMS,)
MINUTE = timedelta(minutes=1)


def a_message(now: datetime, once: bool = False) -> Outgoing:
    return an_sms("+4790190190", "Koden din", "login", now + 10 * MINUTE, "p", once)


def put(store: DatabaseStore, now: datetime, once: bool = False) -> Outgoing:
    message = a_message(now, once)
    store.outbox.put([message], now)
    return message


def claim(store: DatabaseStore, at: datetime) -> list[Leased]:
    return list(store.outbox.claim(SMS, 10, at, LEASE))


def state(store: DatabaseStore) -> list[MessageState]:
    return [sent.state for sent in store.outbox.of_person("p")]


def sent(store: DatabaseStore, now: datetime, gateway_id: str = "gw-1") -> None:
    put(store, now)
    (leased,) = claim(store, now)
    assert store.outbox.begin(leased, "first", now)
    store.outbox.sent(leased, gateway_id, now)


def test_what_was_put_is_claimed_with_what_was_in_it(store: DatabaseStore, now: datetime) -> None:
    message = put(store, now)
    (leased,) = claim(store, now)
    assert leased.message.payload == message.payload
    assert (leased.lease, leased.gateway, leased.message.id) == (1, None, message.id)


def test_many_who_claim_at_once_share_the_queue(store: DatabaseStore, now: datetime) -> None:
    wanted = {put(store, now).id for _ in range(12)}
    claims = together([lambda: store.outbox.claim(SMS, 3, now, LEASE) for _ in range(6)])
    found = [leased.message.id for claimed in claims for leased in claimed]
    found += [leased.message.id for leased in claim(store, now)]
    assert len(found) == 12 and set(found) == wanted


def test_what_fails_together_leaves_nothing(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)

    def acts() -> None:
        store.people.set_mobile(person.id, "+4790190190", now)
        put(store, now)
        raise HubError("stop")

    with pytest.raises(HubError, match="stop"):
        store.together(acts)
    assert store.people.get(person.id).mobile is None
    assert claim(store, now) == []


def test_what_is_done_together_is_there_together(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)

    def acts() -> str:
        store.people.set_email(person.id, "kari@example.no", now)
        return put(store, now).id

    message_id = store.together(acts)
    assert store.people.get(person.id).email == "kari@example.no"
    assert [leased.message.id for leased in claim(store, now)] == [message_id]


def test_a_lease_that_ran_out_is_worth_nothing(store: DatabaseStore, now: datetime) -> None:
    put(store, now)
    (late,) = claim(store, now)
    (newer,) = claim(store, now + LEASE)
    assert newer.lease == 2
    assert not store.outbox.begin(late, "first", now + LEASE)
    store.outbox.sent(late, "gw-1", now + LEASE)
    assert state(store) == [MessageState.WAITING]


def test_a_code_that_may_have_left_is_never_claimed_again(
    store: DatabaseStore, now: datetime
) -> None:
    put(store, now, once=True)
    (leased,) = claim(store, now)
    assert store.outbox.begin(leased, "first", now)
    assert claim(store, now + LEASE) == []
    assert store.outbox.settle(now + LEASE) == 1
    assert state(store) == [MessageState.UNCERTAIN]


def test_a_code_that_surely_did_not_leave_is_claimed_again(
    store: DatabaseStore, now: datetime
) -> None:
    put(store, now, once=True)
    claim(store, now)
    assert store.outbox.settle(now + LEASE) == 0
    assert len(claim(store, now + LEASE)) == 1


def test_a_notice_that_may_have_left_goes_to_the_same_gateway(
    store: DatabaseStore, now: datetime
) -> None:
    put(store, now)
    (leased,) = claim(store, now)
    store.outbox.begin(leased, "first", now)
    (again,) = claim(store, now + LEASE)
    assert again.gateway == "first"


def test_nothing_goes_out_after_it_has_expired(store: DatabaseStore, now: datetime) -> None:
    put(store, now, once=True)
    (leased,) = claim(store, now + 9.5 * MINUTE)
    late = now + 10 * MINUTE
    assert not store.outbox.begin(leased, "first", late)
    assert claim(store, late + MINUTE) == []
    store.outbox.settle(late + MINUTE)
    assert state(store) == [MessageState.EXPIRED]


def test_what_was_put_off_waits_until_then(store: DatabaseStore, now: datetime) -> None:
    put(store, now)
    (leased,) = claim(store, now)
    store.outbox.put_off(leased, now + MINUTE, "sms-gateway-away")
    assert claim(store, now + MINUTE / 2) == []
    assert len(claim(store, now + MINUTE)) == 1


def test_the_payload_is_gone_once_it_has_left(store: DatabaseStore, now: datetime) -> None:
    sent(store, now)
    kept = select(func.count()).where(outbox.c.sealed.is_not(None))
    assert store.database.read(lambda db: db.execute(kept).scalar_one()) == 0


def test_a_receipt_may_come_twice(store: DatabaseStore, now: datetime) -> None:
    sent(store, now)
    for _ in range(2):
        store.outbox.receive(Receipt("first", "gw-1", True, now))
    assert state(store) == [MessageState.DELIVERED]


def test_that_it_arrived_outlives_a_receipt_that_was_overtaken(
    store: DatabaseStore, now: datetime
) -> None:
    sent(store, now)
    store.outbox.receive(Receipt("first", "gw-1", True, now))
    store.outbox.receive(Receipt("first", "gw-1", False, now))
    assert state(store) == [MessageState.DELIVERED]


def test_a_receipt_before_its_message_is_on_record_is_kept(
    store: DatabaseStore, now: datetime
) -> None:
    store.outbox.receive(Receipt("first", "gw-1", True, now))
    sent(store, now)
    assert state(store) == [MessageState.SENT]
    store.outbox.settle(now)
    assert state(store) == [MessageState.DELIVERED]


def test_another_gateways_receipt_means_nothing(store: DatabaseStore, now: datetime) -> None:
    sent(store, now)
    store.outbox.receive(Receipt("second", "gw-1", True, now))
    assert state(store) == [MessageState.SENT]


def test_queues_are_told_by_kind_and_state(store: DatabaseStore, now: datetime) -> None:
    put(store, now)
    put(store, now + MINUTE)
    (queue,) = store.outbox.queues()
    assert (queue.kind, queue.state, queue.length) == ("sms", "waiting", 2)
    assert queue.oldest == now


def test_what_has_left_is_forgotten_after_two_weeks(store: DatabaseStore, now: datetime) -> None:
    sent(store, now)
    put(store, now + timedelta(days=14))
    store.sweep(now + timedelta(days=14))
    assert state(store) == [MessageState.WAITING]


def test_what_was_tried_in_vain_is_told_by_kind_and_cause(
    store: DatabaseStore, now: datetime
) -> None:
    for at in (now, now + MINUTE):
        put(store, at)
    put(store, now + 2 * MINUTE)
    first, second = claim(store, now + MINUTE)
    store.outbox.put_off(first, now + 5 * MINUTE, "sms-gateway-away")
    store.outbox.put_off(second, now + 4 * MINUTE, "sms-gateway-away")
    assert store.outbox.failing() == [
        Failing(MessageKind.SMS, "sms-gateway-away", 2, now, now + 4 * MINUTE)
    ]


def test_what_fails_can_be_tried_before_its_rest_is_over(
    store: DatabaseStore, now: datetime
) -> None:
    put(store, now)
    (leased,) = claim(store, now)
    store.outbox.put_off(leased, now + 5 * MINUTE, "sms-gateway-away")
    assert store.outbox.hurry(MessageKind.MAIL, now) == 0 and claim(store, now) == []
    assert store.outbox.hurry(MessageKind.SMS, now) == 1
    (again,) = claim(store, now)
    store.outbox.sent(again, "gw-1", now)
    assert store.outbox.failing() == []


def test_what_waits_for_its_time_and_never_failed_is_not_hurried(
    store: DatabaseStore, now: datetime
) -> None:
    put(store, now + MINUTE)
    assert store.outbox.failing() == [] and store.outbox.hurry(MessageKind.SMS, now) == 0
