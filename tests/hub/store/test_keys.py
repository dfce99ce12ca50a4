"""Keys, pins and rehearsals as rows: the same on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from certs.key_store import ASSERTION
from certs.rotation import Pin
from hub.keys.rehearsal import Evidence, Outcome, Rehearsal
from hub.keys.ring import KeyRing
from hub.keys.room import KeyRoom, MetadataFetch, SignedLogin
from hub.store.open_store import DatabaseStore, open_store
from tests.certs.sample_certificates import certificate

SP = "https://sp.example.no"
FIRST, SECOND = certificate(1), certificate(2)
LOGIN = SignedLogin("req-1", "_index-1", "browser-1")
SOON = timedelta(seconds=29)
TOO_LATE = timedelta(seconds=31)


@pytest.fixture
def room(store: DatabaseStore, now: datetime) -> KeyRoom:
    store.keys.adopt(FIRST, ASSERTION, now)
    store.keys.publish(SECOND, ASSERTION, now)
    return store.keys


@pytest.fixture
def only(room: KeyRoom) -> Callable[[], Rehearsal]:
    def one() -> Rehearsal:
        (found,) = room.rehearsals()
        return found

    return one


# --- keys -------------------------------------------------------------------------------


def test_the_first_key_is_adopted_and_no_other_beside_it(
    store: DatabaseStore, now: datetime
) -> None:
    assert store.keys.adopt(FIRST, ASSERTION, now)
    assert not store.keys.adopt(SECOND, ASSERTION, now)
    (key,) = store.keys.rotation(ASSERTION).keys
    assert (key.certificate, key.published_at, key.active_at) == (FIRST, now, now)


def test_keys_of_another_use_are_others(room: KeyRoom, now: datetime) -> None:
    assert room.rotation("metadata").keys == ()


def test_a_window_is_set_and_moved_until_it_has_ended(room: KeyRoom, now: datetime) -> None:
    day = timedelta(days=1)
    assert room.schedule(SECOND.fingerprint, now, now + day, now)
    assert room.schedule(SECOND.fingerprint, now, now + 2 * day, now + day / 2)
    assert not room.schedule(SECOND.fingerprint, now, now + 9 * day, now + 3 * day)
    key = room.rotation(ASSERTION).keys[-1]
    assert (key.window_opens_at, key.active_at) == (now, now + 2 * day)


def test_a_retired_key_comes_back_no_more(room: KeyRoom, now: datetime) -> None:
    room.retire(SECOND.fingerprint, now)
    room.retire(SECOND.fingerprint, now + timedelta(days=1))
    assert room.rotation(ASSERTION).keys[-1].retired_at == now
    assert not room.schedule(SECOND.fingerprint, now, now, now)


# --- pins -------------------------------------------------------------------------------


def test_pins_are_kept_by_their_dates(room: KeyRoom, now: datetime) -> None:
    later = now + timedelta(days=7)
    room.pin(SP, Pin(FIRST.fingerprint, now, now))
    room.pin(SP, Pin(FIRST.fingerprint, later, now))
    room.pin(SP, Pin(SECOND.fingerprint, later, later))  # of the same date: the later word
    assert room.pins() == {
        SP: [Pin(FIRST.fingerprint, now, now), Pin(SECOND.fingerprint, later, later)]
    }
    assert room.unpin(SP) == 2
    assert room.pins() == {}


def test_the_stamp_tells_of_every_change(room: KeyRoom, now: datetime) -> None:
    second = timedelta(seconds=1)
    login = LOGIN
    deeds: list[Callable[[], object]] = [
        lambda: room.pin(SP, Pin(FIRST.fingerprint, now, now)),
        lambda: room.pin(SP, Pin(SECOND.fingerprint, now, now + second)),
        lambda: room.unpin(SP),
        lambda: room.arm(SP, SECOND.fingerprint, now),
        lambda: room.take(SP, SECOND.fingerprint, login, now),
        lambda: room.asked_again(SP, login.browser, now),
        lambda: room.proved_by_session(SP, login.session_index, now),
        lambda: room.arm(SP, SECOND.fingerprint, now + second),
    ]
    stamps = [room.stamp()]
    for deed in deeds:
        deed()
        stamps.append(room.stamp())
    assert all(before != after for before, after in zip(stamps, stamps[1:], strict=False))


# --- rehearsals ---------------------------------------------------------------------------


def test_one_login_is_the_rehearsal_and_no_more(
    room: KeyRoom, now: datetime, only: Callable[[], Rehearsal]
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    assert only().outcome is Outcome.ARMED
    with ThreadPoolExecutor(8) as threads:
        logins = [SignedLogin(f"req-{n}", f"_index-{n}", f"browser-{n}") for n in range(8)]
        taken = threads.map(lambda login: room.take(SP, SECOND.fingerprint, login, now), logins)
        assert sorted(taken) == [False] * 7 + [True]
    assert only().outcome is Outcome.NOT_KNOWN


def test_nothing_is_taken_that_was_not_armed(room: KeyRoom, now: datetime) -> None:
    assert not room.take(SP, SECOND.fingerprint, LOGIN, now)


def test_a_logout_request_of_that_session_proves_it(
    room: KeyRoom, now: datetime, only: Callable[[], Rehearsal]
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    room.take(SP, SECOND.fingerprint, LOGIN, now)
    assert not room.proved_by_session(SP, "_index-2", now)
    assert not room.proved_by_session("https://another.example.no", "_index-1", now)
    assert room.proved_by_session(SP, "_index-1", now + TOO_LATE)
    assert (only().evidence, only().takes_key_since) == (Evidence.LOGOUT, now + TOO_LATE)


def test_a_fetched_answer_is_told_and_does_not_prove_the_key(
    room: KeyRoom, now: datetime, only: Callable[[], Rehearsal]
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    room.take(SP, SECOND.fingerprint, LOGIN, now)
    assert room.proved_by_fetch(SP, "req-1", now)
    assert (only().outcome, only().takes_key_since) == (Outcome.COMPLETED, None)
    assert room.proved_by_session(SP, "_index-1", now)
    assert not room.proved_by_fetch(SP, "req-1", now)
    assert only().evidence is Evidence.LOGOUT


def test_the_contact_may_confirm_what_was_signed(
    room: KeyRoom, now: datetime, only: Callable[[], Rehearsal]
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    assert not room.confirmed(SP, SECOND.fingerprint, now)
    room.take(SP, SECOND.fingerprint, LOGIN, now)
    assert room.confirmed(SP, SECOND.fingerprint, now)
    assert only().takes_key_since == now


@pytest.mark.parametrize(
    ("after", "asks", "outcome"),
    [
        (SOON, "browser-1", Outcome.FAILED),
        (TOO_LATE, "browser-1", Outcome.NOT_KNOWN),
        (SOON, "browser-2", Outcome.NOT_KNOWN),
    ],
)
def test_the_same_browser_asking_again_at_once_tells_against_it(
    room: KeyRoom,
    now: datetime,
    only: Callable[[], Rehearsal],
    after: timedelta,
    asks: str,
    outcome: Outcome,
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    room.take(SP, SECOND.fingerprint, LOGIN, now)
    room.asked_again(SP, asks, now + after)
    assert only().outcome is outcome
    assert not room.take(SP, SECOND.fingerprint, LOGIN, now + after)


def test_a_fetched_answer_that_failed_has_failed(
    room: KeyRoom, now: datetime, only: Callable[[], Rehearsal]
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    room.take(SP, SECOND.fingerprint, LOGIN, now)
    room.proved_by_fetch(SP, "req-1", now)
    room.asked_again(SP, "browser-1", now + SOON)
    assert only().outcome is Outcome.FAILED


def test_a_new_rehearsal_forgets_the_one_before(
    room: KeyRoom, now: datetime, only: Callable[[], Rehearsal]
) -> None:
    room.arm(SP, SECOND.fingerprint, now)
    room.take(SP, SECOND.fingerprint, LOGIN, now)
    room.asked_again(SP, "browser-1", now)
    room.arm(SP, SECOND.fingerprint, now + TOO_LATE)
    assert only() == Rehearsal(SP, SECOND.fingerprint, now + TOO_LATE)


# --- what is only noted -----------------------------------------------------------------------


def settle(store: DatabaseStore) -> None:
    """What is written later goes along with the next write; on PostgreSQL when it closes."""
    store.database.write_waiting()
    store.close()


def test_the_latest_fetch_is_remembered(
    store: DatabaseStore, reopened: Callable[[], DatabaseStore], now: datetime
) -> None:
    for minutes, etag in ((0, "one"), (5, "two")):
        at = now + timedelta(minutes=minutes)
        store.keys.fetched(MetadataFetch(SP, at, etag, (FIRST.fingerprint, SECOND.fingerprint)))
    settle(store)
    (fetch,) = reopened().keys.fetches().values()
    assert (fetch.at, fetch.etag) == (now + timedelta(minutes=5), "two")
    assert fetch.fingerprints == (FIRST.fingerprint, SECOND.fingerprint)


def test_certificates_in_use_are_counted_the_latest_first(
    store: DatabaseStore, reopened: Callable[[], DatabaseStore], now: datetime
) -> None:
    hour = timedelta(hours=1)
    store.keys.certificate_seen(SP, FIRST.fingerprint, 1, now)
    store.keys.certificate_seen(SP, FIRST.fingerprint, 4, now + hour)
    store.keys.certificate_seen(SP, SECOND.fingerprint, 1, now + 2 * hour)
    settle(store)
    second, first = reopened().keys.certificates_seen(SP)
    assert (second.fingerprint, second.count) == (SECOND.fingerprint, 1)
    assert (first.first_seen, first.last_seen, first.count) == (now, now + hour, 5)


@pytest.fixture
def reopened(
    address: str, store: DatabaseStore, request: pytest.FixtureRequest
) -> Callable[[], DatabaseStore]:
    """The same database, opened once more."""

    def reopen() -> DatabaseStore:
        again = open_store(address, request.getfixturevalue("ring"), node="test")
        request.addfinalizer(again.close)
        return again

    return reopen


def test_signatures_are_counted_by_certificate_and_day(
    store: DatabaseStore, address: str, ring: KeyRing, now: datetime
) -> None:
    for days, count in ((0, 2), (0, 3), (1, 7)):
        store.keys.certificate_seen(SP, "ab", count, now + timedelta(days=days))
    store.close()  # writes what was left for later
    store = open_store(address, ring)
    assert store.keys.signatures_on(SP, now.date()) == {"ab": 5}
    assert store.keys.signatures_on(SP, (now + timedelta(days=2)).date()) == {}
    store.sweep(now + timedelta(days=91))
    assert store.keys.signatures_on(SP, now.date()) == {}
    assert store.keys.signatures_on(SP, (now + timedelta(days=1)).date()) == {"ab": 7}
    store.close()
