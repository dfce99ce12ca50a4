from datetime import datetime, timedelta

from hub.seams.people import CodeVerdict
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import together

TEN_MINUTES = timedelta(minutes=10)
RIGHT, WRONG = "735190", "000000"


def issue(store: DatabaseStore, now: datetime, code: str = RIGHT, flow: str = "f") -> bool:
    return store.codes.issue(flow, "login", "p", code, now, TEN_MINUTES)


def use(store: DatabaseStore, now: datetime, code: str = RIGHT) -> CodeVerdict:
    return store.codes.use("f", "login", "p", code, now)


def test_a_right_code_is_right_once(store: DatabaseStore, now: datetime) -> None:
    assert issue(store, now)
    assert use(store, now) is CodeVerdict.RIGHT
    assert use(store, now) is CodeVerdict.SPENT


def test_there_is_one_live_code(store: DatabaseStore, now: datetime) -> None:
    assert issue(store, now)
    assert not issue(store, now, "111111")
    assert use(store, now, "111111") is CodeVerdict.WRONG
    assert use(store, now) is CodeVerdict.RIGHT


def test_a_code_never_issued_is_spent(store: DatabaseStore, now: datetime) -> None:
    assert use(store, now) is CodeVerdict.SPENT


def test_five_wrong_tries_spend_a_code(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    verdicts = [use(store, now, WRONG) for _ in range(5)]
    assert verdicts == [CodeVerdict.WRONG] * 4 + [CodeVerdict.SPENT]
    assert use(store, now) is CodeVerdict.SPENT


def test_a_code_dies_after_its_life(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    assert use(store, now + TEN_MINUTES) is CodeVerdict.SPENT


def test_a_dead_code_makes_room_for_another(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    assert issue(store, now + TEN_MINUTES, "111111")
    assert use(store, now + TEN_MINUTES, "111111") is CodeVerdict.RIGHT
    assert issue(store, now + TEN_MINUTES, "222222")
    for _ in range(5):
        use(store, now + TEN_MINUTES, WRONG)
    assert issue(store, now + TEN_MINUTES, "333333")
    assert use(store, now + TEN_MINUTES, "333333") is CodeVerdict.RIGHT


def test_a_withdrawn_code_makes_room_for_another(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    store.codes.withdraw("f", "login", "p")
    assert use(store, now) is CodeVerdict.SPENT
    assert issue(store, now, "111111")


def test_a_code_is_bound_to_flow_purpose_and_person(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    store.codes.issue("g", "login", "p", "111111", now, TEN_MINUTES)
    store.codes.issue("f", "mobile", "p", "222222", now, TEN_MINUTES)
    store.codes.issue("f", "login", "q", "333333", now, TEN_MINUTES)
    assert store.codes.use("g", "login", "p", RIGHT, now) is CodeVerdict.WRONG
    assert store.codes.use("f", "mobile", "p", RIGHT, now) is CodeVerdict.WRONG
    assert store.codes.use("f", "login", "q", RIGHT, now) is CodeVerdict.WRONG
    assert use(store, now) is CodeVerdict.RIGHT


def test_of_eight_at_once_one_is_right(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    verdicts = together([lambda: use(store, now)] * 8)
    assert verdicts.count(CodeVerdict.RIGHT) == 1
    assert verdicts.count(CodeVerdict.SPENT) == 7


def test_twenty_wrong_tries_at_once_are_five(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    verdicts = together([lambda: use(store, now, WRONG)] * 20)
    assert verdicts.count(CodeVerdict.WRONG) == 4
    assert use(store, now) is CodeVerdict.SPENT


def test_of_eight_issued_at_once_one_is_kept(store: DatabaseStore, now: datetime) -> None:
    assert together([lambda: issue(store, now)] * 8).count(True) == 1


def test_a_dead_code_is_swept(store: DatabaseStore, now: datetime) -> None:
    issue(store, now)
    assert store.sweep(now + TEN_MINUTES - timedelta(seconds=1)) == 0
    assert store.sweep(now + TEN_MINUTES) == 1
