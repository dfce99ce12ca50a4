from datetime import datetime, timedelta

import pytest

from hub.errors import SessionEnded
from hub.login_session import IDLE, LONGEST, LoginSession, Proof, ProofKind
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import OTHER_NUMBER, a_person, a_session, an_answer

MINUTE = timedelta(minutes=1)


def kept_alive(store: DatabaseStore, session: LoginSession, until: datetime) -> None:
    at = session.started_at
    while (at := at + 20 * MINUTE) < until:
        store.sessions.touch(session.id, at)


def test_a_started_session_is_found_by_its_cookie(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    assert store.sessions.find(cookie, now) == session
    assert session.proofs == (Proof(ProofKind.PASSWORD, now),)


def test_every_cookie_is_long_and_new(store: DatabaseStore, now: datetime) -> None:
    cookies = {a_session(store, now)[1] for _ in range(10)}
    assert len(cookies) == 10
    assert all(len(cookie) == 43 for cookie in cookies)


def test_another_cookie_finds_nothing(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    assert store.sessions.find("", now) is None
    assert store.sessions.find(session.id, now) is None


def test_a_session_dies_after_half_an_hour_idle(store: DatabaseStore, now: datetime) -> None:
    _, cookie = a_session(store, now)
    assert store.sessions.find(cookie, now + IDLE - MINUTE)
    assert store.sessions.find(cookie, now + IDLE) is None


def test_use_puts_the_idle_limit_off(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    store.sessions.touch(session.id, now + 20 * MINUTE)
    found = store.sessions.find(cookie, now + IDLE)
    assert found is not None and found.last_used_at == now + 20 * MINUTE


def test_use_never_puts_it_back(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    store.sessions.touch(session.id, now + 20 * MINUTE)
    store.sessions.touch(session.id, now + 10 * MINUTE)
    assert store.sessions.find(cookie, now + 45 * MINUTE)


def test_use_wakes_no_dead_session(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    store.sessions.touch(session.id, now + IDLE)
    assert store.sessions.find(cookie, now + IDLE) is None


def test_no_use_carries_it_over_the_longest(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    kept_alive(store, session, now + LONGEST)
    assert store.sessions.find(cookie, now + LONGEST - MINUTE)
    assert store.sessions.find(cookie, now + LONGEST) is None


def test_an_ended_session_is_not_found(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    store.sessions.end(session.id, now)
    assert store.sessions.find(cookie, now) is None


def test_all_sessions_of_a_person_end_at_once(store: DatabaseStore, now: datetime) -> None:
    one, another = a_session(store, now), a_session(store, now)
    stranger = a_person(store, now, OTHER_NUMBER)
    _, strangers_cookie = store.sessions.start(stranger.id, [], "nb", now)
    store.sessions.end_all(one[0].person_id, now)
    assert store.sessions.find(one[1], now) is store.sessions.find(another[1], now) is None
    assert store.sessions.find(strangers_cookie, now)


def test_a_new_login_renews_the_cookie_and_keeps_the_session(
    store: DatabaseStore, now: datetime
) -> None:
    session, cookie = a_session(store, now)
    participant = an_answer(store, session, now)
    proofs = [Proof(ProofKind.PASSWORD, now), Proof(ProofKind.SMS_CODE, now + MINUTE)]
    renewed, new_cookie = store.sessions.renew(session.id, proofs, now + MINUTE)
    assert store.sessions.find(cookie, now + MINUTE) is None
    assert store.sessions.find(new_cookie, now + MINUTE) == renewed
    assert (renewed.id, renewed.started_at) == (session.id, session.started_at)
    assert (renewed.authenticated_at, renewed.proofs) == (now + MINUTE, tuple(proofs))
    assert store.sessions.participants(session.id) == [participant]


def test_a_new_login_renews_no_dead_session(store: DatabaseStore, now: datetime) -> None:
    ended, _ = a_session(store, now)
    idle, _ = a_session(store, now)
    store.sessions.end(ended.id, now)
    for session in (ended, idle):
        with pytest.raises(SessionEnded):
            store.sessions.renew(session.id, [], now + IDLE)


def test_participants_outlive_the_session_by_a_day(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    an_answer(store, session, now)
    store.sessions.end(session.id, now)
    store.sweep(now + timedelta(hours=23))
    assert store.sessions.participants(session.id)
    assert store.sweep(now + timedelta(hours=24)) == 2
    assert not store.sessions.participants(session.id)


def test_a_session_left_idle_is_swept_a_day_after_its_death(
    store: DatabaseStore, now: datetime
) -> None:
    a_session(store, now)
    assert store.sweep(now + timedelta(hours=24)) == 0
    assert store.sweep(now + IDLE + timedelta(hours=24)) == 1
