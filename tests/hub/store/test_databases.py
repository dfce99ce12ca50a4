"""What both engines promise beneath the rooms."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import Connection, func, insert, select

from hub.seams.logins import Sighting
from hub.store.database import Backlog
from hub.store.errors import StoreFailed
from hub.store.open_store import DatabaseStore
from hub.store.tables import name_id, seen_request, trace
from tests.hub.store.store_builders import SERVICE, a_person, a_session, an_answer, together

FIRST = Sighting("d", "f", None)


def seen(store: DatabaseStore) -> int:
    query = select(func.count()).select_from(seen_request)
    return store.database.read(lambda db: db.execute(query).scalar_one())


def in_a_child(job: Callable[[], bool]) -> bool:
    """Run a job in a forked child, which leaves without any clean-up of its parent's."""
    child = os.fork()
    if child == 0:
        done = False
        try:
            done = job()
        finally:
            os._exit(0 if done else 1)
    return os.waitpid(child, 0)[1] == 0


def test_a_job_that_raises_has_written_nothing(store: DatabaseStore, now: datetime) -> None:
    class Stopped(Exception):
        pass

    def job(db: Connection) -> None:
        row = {"issuer": "i", "request_id": "r", "digest": "", "flow": "", "until": now}
        db.execute(insert(seen_request), row)
        raise Stopped

    with pytest.raises(Stopped):
        store.database.write(job)
    assert seen(store) == 0


def test_it_undoes_nobody_elses_work(store: DatabaseStore, now: datetime) -> None:
    def fail(db: Connection) -> None:
        raise ZeroDivisionError

    def failing() -> None:
        with pytest.raises(ZeroDivisionError):
            store.database.write(fail)

    def adding(n: int) -> None:
        store.seen.add(SERVICE, f"_{n}", FIRST, now)

    jobs: list[Callable[[], None]] = [partial(adding, n) for n in range(20)]
    together(jobs + [failing] * 20)
    assert seen(store) == 20


def test_a_fault_of_the_engine_is_ours_and_quotes_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    row = {"person_id": "nobody-known", "entity_id": "e", "value": "v", "created_at": now}
    with pytest.raises(StoreFailed) as failed:
        store.database.write(lambda db: db.execute(insert(name_id), row).rowcount)
    assert "nobody-known" not in failed.value.detail
    assert failed.value.__cause__ is None


def test_a_failed_read_leaves_the_next_one_well(store: DatabaseStore) -> None:
    with pytest.raises(StoreFailed):
        store.database.read(lambda db: db.exec_driver_sql("SELECT * FROM nothing").all())
    assert seen(store) == 0


def test_a_late_note_and_a_second_close_do_no_harm(store: DatabaseStore, now: datetime) -> None:
    store.seen.add(SERVICE, "_1", FIRST, now)
    store.close()
    store.trace.note("r", "s", "too late", now)
    store.close()


def test_a_forked_child_reads_and_writes_for_itself(
    store: DatabaseStore, now: datetime
) -> None:
    session, cookie = a_session(store, now)

    def child() -> bool:
        an_answer(store, session, now)
        store.trace.note("r", "s", "from the child", now)
        alive = store.sessions.find(cookie, now) == session
        store.close()
        return alive

    assert in_a_child(child)
    an_answer(store, session, now)
    assert len(store.sessions.participants(session.id)) == 1
    query = select(func.count()).select_from(trace)
    assert store.database.read(lambda db: db.execute(query).scalar_one()) == 1


def test_processes_count_as_one_where_it_matters(store: DatabaseStore, now: datetime) -> None:
    a_person(store, now)
    first = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            new = [store.seen.add(SERVICE, f"_{n}", FIRST, now) is None for n in range(25)]
            os._exit(sum(new))
        first.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in first]
    assert sum(codes) == 25
    assert seen(store) == 25


def test_a_full_backlog_loses_its_oldest_and_says_so() -> None:
    backlog = Backlog(most=3)
    note = insert(trace)
    woke = [backlog.add(note, {"step": str(n)}) for n in range(5)]
    assert backlog.take() == {note: [{"step": "2"}, {"step": "3"}, {"step": "4"}]}
    assert backlog.take() == {}
    assert backlog.dropped == 2
    assert woke == [True, False, False, False, False]
