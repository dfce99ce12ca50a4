"""Logins while a version is staged, as rows: the same on both engines."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.registry.staged_room import ASKED_AGAIN, REFUSED, StagedLogin
from hub.store.open_store import DatabaseStore
from sp_registry.traffic import Tallies, Tally

SP = "https://sp.example.no"


@pytest.fixture
def login(now: datetime) -> StagedLogin:
    return StagedLogin(7, True, SP, "req-1", "session-1", "browser-1", now)


def test_logins_are_tallied_by_version_and_sign_of_failure(
    store: DatabaseStore, login: StagedLogin
) -> None:
    others = (replace(login, failed=REFUSED, request_id="b"), replace(login, is_new=False))
    for one in (login, replace(login, request_id="a"), *others):
        store.staged.add(one)
    store.staged.add(replace(login, rollout=8))
    assert store.staged.tallies(7) == Tallies(Tally(3, ((REFUSED, 1),)), Tally(1))


def test_whoever_tries_often_counts_once(store: DatabaseStore, login: StagedLogin) -> None:
    for number, sign in enumerate((None, REFUSED, REFUSED, ASKED_AGAIN)):
        one = replace(login, request_id=f"req-{number}", failed=sign, sender="kari")
        store.staged.add(one)
    assert store.staged.tallies(7) == Tallies(Tally(1, ((ASKED_AGAIN, 1),)))


def test_a_browser_that_asks_again_within_thirty_seconds_was_not_let_in(
    store: DatabaseStore, login: StagedLogin, now: datetime
) -> None:
    store.staged.add(login)
    assert not store.staged.asked_again(SP, "another browser", now)
    assert not store.staged.asked_again(SP, "browser-1", now + timedelta(seconds=31))
    assert store.staged.asked_again(SP, "browser-1", now + timedelta(seconds=29))
    assert not store.staged.asked_again(SP, "browser-1", now + timedelta(seconds=29))
    assert store.staged.tallies(7).new.failures == ((ASKED_AGAIN, 1),)


def test_the_latest_login_of_a_session_is_found(
    store: DatabaseStore, login: StagedLogin
) -> None:
    store.staged.add(login)
    newer = replace(login, is_new=False)
    store.staged.add(newer)
    assert store.staged.newest_of(SP, ["session-1", "else"]) == newer
    assert store.staged.newest_of(SP, ["else"]) is None
    assert store.staged.newest_of("https://else.example.no", ["session-1"]) is None


def test_they_are_swept_after_two_weeks(
    store: DatabaseStore, login: StagedLogin, now: datetime
) -> None:
    store.staged.add(login)
    store.sweep(now + timedelta(days=14))
    assert store.staged.tallies(7) == Tallies()
