"""The worker, killed at the worst moments: nothing is lost, and no code comes twice.

Real processes, a real database, and a gateway that counts.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import update

from hub.errors import HubError
from hub.operations import worker
from hub.outside.guarded_web import GuardedWeb
from hub.outside.hook_post import HookPost
from hub.registry.hook_delivery import HookCarrier, hooks_of
from hub.seams.outbox import MessageState
from hub.sending.outbox import an_sms
from hub.settings import Settings
from hub.store.open_store import DatabaseStore
from hub.store.tables import outbox
from tests.hub.world import World, opened
from tests.installation import ROOT, clean_environ
from tests.peers.sms_http import HttpPeer, http_peer

PATIENCE = 60  # seconds for a process to start on a busy machine
CLAIM = """
import os, sys
from datetime import UTC, datetime
from hub.commands import opened_store
from hub.sending.outbox import LEASE
from hub.seams.outbox import MessageKind
from hub.settings import Settings
store = opened_store(Settings.from_environ(os.environ))
print(len(store.outbox.claim(list(MessageKind), 8, datetime.now(UTC), LEASE)), flush=True)
sys.stdin.read()
"""


class Office:
    """An installation with a gateway, and the processes that work in it."""

    def __init__(self, instance: Path, peer: HttpPeer) -> None:
        self.peer = peer
        self.environ = clean_environ() | {
            "MINID_BASE_URL": "https://idp.example.no",
            "MINID_MODE": "development",
            "MINID_INSTANCE": str(instance),
            "MINID_SMS_GATEWAY": "json",
            "MINID_SMS_URL": peer.url,
            "MINID_SMS_PASSWORD": "token",
        }
        self.settings = Settings.from_environ(self.environ)

    def put(self, store: DatabaseStore, purpose: str, once: bool = False) -> str:
        now = datetime.now(UTC)
        until = now + timedelta(minutes=10)
        message = an_sms("+4790190190", "Hei", purpose, until, purpose, once)
        store.outbox.put([message], now)
        return message.id

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def worker(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return self.running("-m", "hub.commands", "worker")

    def arrived(self, count: int) -> set[str]:
        return {self.peer.arrived.get(timeout=PATIENCE) for _ in range(count)}


def stopped(process: subprocess.Popen[bytes]) -> None:
    """Let it finish its turn, as a supervisor does."""
    process.terminate()
    assert process.wait(PATIENCE) == 0


def leases_run_out(store: DatabaseStore) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    statement = update(outbox).where(outbox.c.leased_until.is_not(None)).values(leased_until=past)
    store.database.write(lambda db: db.execute(statement).rowcount)


def state(store: DatabaseStore, purpose: str) -> MessageState:
    return store.outbox.of_person(purpose)[0].state


@pytest.fixture
def office(installation: Path, tmp_path: Path) -> Iterator[Office]:
    copytree(installation, tmp_path / "instance")
    with http_peer() as peer:
        yield Office(tmp_path / "instance", peer)


@pytest.fixture
def store(office: Office) -> Iterator[DatabaseStore]:
    with opened(office.settings) as opened_store:
        yield opened_store


def test_killed_before_it_sends_nothing_is_lost(office: Office, store: DatabaseStore) -> None:
    put = {office.put(store, "code", once=True), office.put(store, "notice")}
    with office.running("-c", CLAIM) as process:
        assert process.stdout is not None and process.stdout.readline() == b"2\n"
        process.kill()
        process.wait()
    leases_run_out(store)
    with office.worker() as process:
        assert office.arrived(2) == put
        stopped(process)
    assert [state(store, each) for each in ("code", "notice")] == [MessageState.SENT] * 2
    assert len(office.peer.given) == 2


def test_killed_after_it_sent_no_code_comes_twice(office: Office, store: DatabaseStore) -> None:
    code, notice = office.put(store, "code", once=True), office.put(store, "notice")
    office.peer.may_answer.clear()
    with office.worker() as process:
        assert office.arrived(2) == {code, notice}
        process.send_signal(signal.SIGKILL)
        process.wait()
    leases_run_out(store)
    office.peer.may_answer.set()
    last = office.put(store, "last", once=True)
    with office.worker() as process:
        assert office.arrived(2) == {notice, last}  # the notice again, under the same reference
        stopped(process)
    assert office.peer.references().count(code) == 1
    states = [state(store, each) for each in ("code", "notice", "last")]
    assert states == [MessageState.UNCERTAIN, MessageState.SENT, MessageState.SENT]


def test_stopped_in_the_middle_it_finishes_what_it_began(
    office: Office, store: DatabaseStore
) -> None:
    office.put(store, "code", once=True)
    office.peer.may_answer.clear()
    with office.worker() as process:
        office.arrived(1)
        process.terminate()
        office.peer.may_answer.set()
        assert process.wait(PATIENCE) == 0
    assert state(store, "code") == MessageState.SENT


def a_work(world: World) -> worker.Work:
    idle = [lambda: None] * 6
    store, post = world.store, HookPost(GuardedWeb())
    carrier = HookCarrier(store, hooks_of(store, world.outside.ring), post, world.clock)
    return worker.Work(world.outside, store, lambda: None, (), *idle, carrier)


def test_a_known_fault_ends_no_job(world: World) -> None:
    turns: list[int] = []
    is_over = threading.Event()

    def run(_work: worker.Work) -> None:
        turns.append(1)
        if len(turns) == 3:
            is_over.set()
        raise HubError("not now")

    worker.again(a_work(world), worker.Job("failing", timedelta(0), run), is_over)
    assert len(turns) == 3
    [noted] = world.store.upkeep.rounds()
    assert (noted.job, noted.fault) == ("failing", "internal")


def test_a_job_that_goes_well_is_noted_twice_a_minute_at_most(world: World) -> None:
    job = worker.Job("sweep", timedelta(0), lambda _work: None)
    work = a_work(world)
    logbook = worker.Logbook(work, job)
    logbook.ended(None)
    world.clock.move(seconds=29)
    logbook.ended(None)
    assert world.store.upkeep.rounds()[0].ended_at < world.clock.now()
    world.clock.move(seconds=1)
    logbook.ended(None)
    assert world.store.upkeep.rounds()[0].ended_at == world.clock.now()


def test_the_log_is_cut_after_thirteen_months_and_that_is_on_record(world: World) -> None:
    work = a_work(world)
    worker.seal_audit(work)
    world.clock.move(days=398)
    worker.prune_audit(work)
    assert [row["event"] for row in world.events()] == ["audit-pruned"]


def test_the_names_of_jobs_are_their_own() -> None:
    names = [job.name for job in worker.JOBS]
    assert len(set(names)) == len(names) and {"outbox", "sweep", "snapshots"} <= set(names)
