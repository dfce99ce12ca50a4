from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hub.errors import SessionEnded
from hub.login_session import IDLE, LoginSession
from hub.seams.logins import Participant
from hub.store.open_store import DatabaseStore
from hub.store.tables import audit
from tests.hub.store.store_builders import (
    SERVICE,
    TRANSIENT,
    a_session,
    an_answer,
    an_event,
    together,
)

MINUTE = timedelta(minutes=1)


def audited(store: DatabaseStore) -> list[tuple[int, str]]:
    query = select(audit.c.sequence, audit.c.event).order_by(audit.c.sequence)
    return [tuple(row) for row in store.database.read(lambda db: db.execute(query).all())]


def test_an_event_is_kept_as_it_was(store: DatabaseStore, now: datetime) -> None:
    store.ledger.append(an_event(now))
    row = store.database.read(lambda db: db.execute(select(audit)).one())
    assert (row.node, row.sequence, row.at, row.event) == ("test", 1, now, "answered")
    assert (row.entity_id, row.person_id, row.details) == (SERVICE, None, '{"level": "3"}')


def test_rows_are_numbered_without_a_gap(store: DatabaseStore, now: datetime) -> None:
    together([lambda: store.ledger.append(an_event(now))] * 16)
    assert [number for number, _ in audited(store)] == list(range(1, 17))


def test_an_answer_makes_the_service_a_participant(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    participant = an_answer(store, session, now)
    assert store.sessions.participants(session.id) == [participant]
    assert participant == Participant(
        session.id, SERVICE, "_first", TRANSIENT, participant.session_index, now
    )
    assert len(participant.session_index) == 41
    assert audited(store) == [(1, "answered")]


def test_a_second_answer_gives_the_participant_as_it_was(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    first = an_answer(store, session, now)
    assert an_answer(store, session, now + MINUTE, "_second") == first
    assert len(audited(store)) == 2


def test_each_session_has_an_index_of_its_own(store: DatabaseStore, now: datetime) -> None:
    indexes = {an_answer(store, a_session(store, now)[0], now).session_index for _ in range(5)}
    assert len(indexes) == 5


def test_an_answer_puts_the_idle_limit_off(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    an_answer(store, session, now + 20 * MINUTE)
    assert store.sessions.find(cookie, now + 40 * MINUTE)


def test_a_passive_answer_does_not(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    an_answer(store, session, now + 20 * MINUTE, extends_idle=False)
    assert store.sessions.find(cookie, now + IDLE) is None


def test_no_answer_from_a_session_that_ended(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    store.sessions.end(session.id, now)
    with pytest.raises(SessionEnded):
        an_answer(store, session, now)
    assert not store.sessions.participants(session.id)
    assert not audited(store)


@pytest.mark.parametrize("extends_idle", [True, False])
def test_no_answer_from_a_session_that_expired(
    store: DatabaseStore, now: datetime, extends_idle: bool
) -> None:
    session, _ = a_session(store, now)
    with pytest.raises(SessionEnded):
        an_answer(store, session, now + IDLE, extends_idle=extends_idle)


def test_eight_answers_at_once_make_one_participant(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    jobs = [lambda n=n: an_answer(store, session, now, f"_{n}") for n in range(8)]
    assert len(set(together(jobs))) == 1
    assert len(audited(store)) == 8


def test_an_answer_is_before_the_end_of_its_session_or_not_at_all(
    store: DatabaseStore, now: datetime
) -> None:
    for _ in range(10):
        session, _ = a_session(store, now)
        before = len(audited(store))

        def answer(session: LoginSession = session) -> bool:
            try:
                an_answer(store, session, now, extends_idle=False)
            except SessionEnded:
                return False
            return True

        def end(session: LoginSession = session) -> bool:
            store.sessions.end(session.id, now)
            return False

        answered = sum(together([answer, end, answer]))
        assert len(audited(store)) - before == answered
        assert len(store.sessions.participants(session.id)) == min(answered, 1)
        assert not answer()
