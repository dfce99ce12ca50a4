from datetime import datetime, timedelta
from functools import partial

import pytest

from hub.errors import FlowError, FlowOver, HubError, NotAwaited
from hub.seams.logins import HeldFlow
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import SERVICE, together

MINE, OTHERS = "my-browser", "another-browser"


def a_flow(store: DatabaseStore, now: datetime) -> HeldFlow:
    store.flows.hold("f", MINE, "password", b"state", now)
    return store.flows.find("f", MINE, now)


def refusal(store: DatabaseStore, browser: str, now: datetime) -> str:
    with pytest.raises(FlowError) as refused:
        store.flows.find("f", browser, now)
    return refused.value.code


def test_a_held_flow_is_found_as_it_was(store: DatabaseStore, now: datetime) -> None:
    assert a_flow(store, now) == HeldFlow("f", "password", 1, b"state", now, now)


def test_a_flow_nobody_held_is_unknown(store: DatabaseStore, now: datetime) -> None:
    assert refusal(store, MINE, now) == "flow-unknown"


def test_a_flow_is_foreign_to_another_browser(store: DatabaseStore, now: datetime) -> None:
    a_flow(store, now)
    assert refusal(store, OTHERS, now) == "flow-foreign"


def test_a_flow_lives_sixty_minutes(store: DatabaseStore, now: datetime) -> None:
    a_flow(store, now)
    store.flows.find("f", MINE, now + timedelta(minutes=59))
    assert refusal(store, MINE, now + timedelta(minutes=60)) == "flow-unknown"
    assert not store.flows.is_open("f", now + timedelta(minutes=60))


def test_its_browser_may_put_off_its_end_up_to_two_hours(
    store: DatabaseStore, now: datetime
) -> None:
    a_flow(store, now)
    store.flows.extend("f", MINE, now + timedelta(minutes=50))
    later = store.flows.find("f", MINE, now + timedelta(minutes=109))
    assert later.ends_at == now + timedelta(minutes=110)
    store.flows.extend("f", MINE, now + timedelta(minutes=109))
    assert store.flows.is_open("f", now + timedelta(minutes=119))
    assert not store.flows.is_open("f", now + timedelta(minutes=120))
    assert refusal(store, MINE, now + timedelta(minutes=120)) == "flow-unknown"


def test_nobody_else_may_and_not_when_it_is_over(store: DatabaseStore, now: datetime) -> None:
    a_flow(store, now)
    store.flows.extend("f", OTHERS, now + timedelta(minutes=50))
    store.flows.extend("f", MINE, now + timedelta(minutes=60))
    assert refusal(store, MINE, now + timedelta(minutes=61)) == "flow-unknown"


def test_an_unclaimed_flow_goes_to_the_first_browser(store: DatabaseStore, now: datetime) -> None:
    store.flows.hold("f", None, "password", b"state", now)
    assert refusal(store, MINE, now) == "flow-unknown"
    store.flows.claim("f", MINE, now + timedelta(seconds=59))
    store.flows.claim("f", OTHERS, now + timedelta(seconds=59))
    assert store.flows.find("f", MINE, now).payload == b"state"
    assert refusal(store, OTHERS, now) == "flow-foreign"


def test_after_sixty_seconds_nobody_can_claim_it(store: DatabaseStore, now: datetime) -> None:
    store.flows.hold("f", None, "password", b"state", now)
    store.flows.claim("f", MINE, now + timedelta(seconds=60))
    assert refusal(store, MINE, now) == "flow-unknown"


def test_of_eight_browsers_one_gets_the_flow(store: DatabaseStore, now: datetime) -> None:
    store.flows.hold("f", None, "password", b"state", now)
    browsers = [f"browser-{n}" for n in range(8)]
    together([partial(store.flows.claim, "f", browser, now) for browser in browsers])
    foreign = 0
    for browser in browsers:
        try:
            store.flows.find("f", browser, now)
        except FlowError:
            foreign += 1
    assert foreign == 7


def test_a_moved_flow_awaits_the_next_step(store: DatabaseStore, now: datetime) -> None:
    moved = store.flows.move(a_flow(store, now), "sms-code", b"next", now)
    assert moved == HeldFlow("f", "sms-code", 2, b"next", now, now)
    assert store.flows.find("f", MINE, now) == moved


def test_a_flow_moves_once_from_each_state(store: DatabaseStore, now: datetime) -> None:
    flow = a_flow(store, now)
    store.flows.move(flow, "sms-code", b"next", now)
    with pytest.raises(NotAwaited) as refused:
        store.flows.move(flow, "letter-pin", b"other", now)
    assert (refused.value.expected, refused.value.found) == ("password", "sms-code")


def test_of_eight_tabs_one_moves_the_flow(store: DatabaseStore, now: datetime) -> None:
    flow = a_flow(store, now)

    def move() -> bool:
        try:
            store.flows.move(flow, "password", b"next", now)
        except NotAwaited:
            return False
        return True

    assert together([move] * 8).count(True) == 1


def test_a_finished_flow_is_over_and_holds_nothing(store: DatabaseStore, now: datetime) -> None:
    flow = a_flow(store, now)
    store.flows.finish(flow, None, now)
    assert not store.flows.is_open("f", now)
    assert refusal(store, MINE, now + timedelta(hours=23)) == "flow-over"
    with pytest.raises(NotAwaited):
        store.flows.finish(flow, None, now)
    with pytest.raises(NotAwaited):
        store.flows.move(flow, "password", b"again", now)


def test_a_finished_flow_still_tells_where_it_leads(
    store: DatabaseStore, now: datetime
) -> None:
    store.flows.finish(a_flow(store, now), SERVICE, now)
    with pytest.raises(FlowOver) as over:
        store.flows.find("f", MINE, now)
    assert over.value.leads_to == SERVICE


def test_a_finished_flow_is_forgotten_after_a_day(store: DatabaseStore, now: datetime) -> None:
    store.flows.finish(a_flow(store, now), SERVICE, now)
    store.sweep(now + timedelta(hours=24))
    assert refusal(store, MINE, now) == "flow-unknown"


def test_an_abandoned_flow_is_swept(store: DatabaseStore, now: datetime) -> None:
    a_flow(store, now)
    assert store.sweep(now + timedelta(minutes=119)) == 0
    assert store.sweep(now + timedelta(minutes=120)) == 1


def test_a_handle_is_held_once(store: DatabaseStore, now: datetime) -> None:
    a_flow(store, now)
    with pytest.raises(HubError):
        store.flows.hold("f", OTHERS, "password", b"other", now)
    assert store.flows.find("f", MINE, now).payload == b"state"
