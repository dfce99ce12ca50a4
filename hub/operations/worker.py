"""`minid worker`: what is done beside the requests.

Each job has a thread and an interval of its own, so a long one holds up no other.  Any
number of workers may run, on any node: what must be done once is leased in the database.
A fault that we know is logged and the job comes again; one that nobody foresaw ends the
worker, for its supervisor to start it anew.  SIGTERM lets each job finish its turn.
"""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from certs import metadata_keys
from certs.errors import CertsError
from certs.key_store import METADATA, PemKeyStore
from hub.current import Outside
from hub.errors import HubError, OutsideFailed
from hub.letters.order_rules import SEALED_LETTERS_KEPT, UNUSED_SHEETS_LIVE
from hub.operations.upkeep import Round
from hub.pins import codes as pin_codes
from hub.registry import care_telling
from hub.registry.hook_delivery import HookCarrier
from hub.seams.outbox import ReceiptSource
from hub.seams.records import AuditEvent
from hub.sending.outbox import Carriers, deliver_due
from hub.store import audit_chain, audit_cut
from hub.store.open_store import DatabaseStore
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError

NOTED_EVERY = timedelta(seconds=30)
PATIENCE = timedelta(minutes=10)  # a job that has much to do may take so long
KNOWN_ERRORS = (HubError, RegistryError, MetadataError, CertsError)
RECEIVER_REST = 5.0  # seconds before a broken receiver session is opened anew

log = logging.getLogger("minid")


@dataclass(frozen=True, slots=True)
class Work:
    """What jobs work with, put together by `hub.app`."""

    outside: Outside
    store: DatabaseStore
    follow_snapshots: Callable[[], object]
    receivers: Sequence[ReceiptSource]
    print_letters: Callable[[], object]
    take_reports: Callable[[], object]  # of the print provider
    take_back_letters: Callable[[], object]  # whose codes died on the way
    follow_register: Callable[[], object]
    refresh_sources: Callable[[], object]  # metadata that agencies publish at an address
    run_rollouts: Callable[[], object]
    hooks: HookCarrier


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every: timedelta  # from the end of one turn to the beginning of the next
    run: Callable[[Work], object]


def carriers(outside: Outside) -> Carriers:
    store = outside.store
    return Carriers(store.outbox, store.breakers, outside.sms, outside.mail, outside.clock)


def deliver_messages(work: Work) -> None:
    while deliver_due(carriers(work.outside)):
        pass


def call_hooks(work: Work) -> None:
    while work.hooks.deliver_due():
        pass


def clear_old_letters(work: Work) -> None:
    """A letter that nobody has used for so long is taken for lost."""
    now = work.outside.clock.now()
    work.store.sheets.expire(now - UNUSED_SHEETS_LIVE, now)
    work.store.letters.wipe(now - SEALED_LETTERS_KEPT)


def block_pins(work: Work) -> int:
    world = work.outside
    return pin_codes.block_due(world.store, world.settings, world.clock.now())


def sweep(work: Work) -> int:
    return work.store.sweep(work.outside.clock.now())


def seal_audit(work: Work) -> int:
    keys = PemKeyStore(work.outside.settings.keys)
    return audit_chain.seal(work.store.database, keys.newest(METADATA), work.outside.clock.now())


def prune_audit(work: Work) -> None:
    """The log is kept for thirteen months; that something went is on record first."""
    keys, store, now = PemKeyStore(work.outside.settings.keys), work.store, work.outside.clock.now()
    certificates = metadata_keys.certificates(work.outside.settings.keys)

    def prune(number: int) -> None:
        told = {"checkpoint": str(number)}
        store.ledger.append(AuditEvent("audit-pruned", now, details=told))
        audit_cut.cut(store.database, keys.newest(METADATA), number, now)

    while (number := audit_chain.sound_cut(store.database, certificates, now)) is not None:
        store.together(partial(prune, number))


# Others add theirs here: a name, an interval, and a function of `Work`.
JOBS: tuple[Job, ...] = (
    Job("outbox", timedelta(seconds=1), deliver_messages),
    Job("webhooks", timedelta(seconds=2), call_hooks),
    Job("audit-seal", timedelta(minutes=1), seal_audit),
    Job("audit-prune", timedelta(hours=24), prune_audit),
    Job("pins-blocks", timedelta(minutes=1), block_pins),
    Job("sweep", timedelta(minutes=10), sweep),
    Job("letters", timedelta(seconds=5), lambda work: work.print_letters()),
    Job("letters-taken-back", timedelta(minutes=30), lambda work: work.take_back_letters()),
    Job("letter-reports", timedelta(minutes=10), lambda work: work.take_reports()),
    Job("register-events", timedelta(minutes=1), lambda work: work.follow_register()),
    Job("old letters", timedelta(hours=1), clear_old_letters),
    Job("metadata-sources", timedelta(minutes=10), lambda work: work.refresh_sources()),
    Job("care", timedelta(hours=1), lambda work: care_telling.tell(work.outside, work.store)),
    Job("rollouts", timedelta(seconds=5), lambda work: work.run_rollouts()),
    Job("snapshots", timedelta(seconds=2), lambda work: work.follow_snapshots()),
)


def run(work: Work, jobs: Sequence[Job] = JOBS) -> int:
    """Work until SIGTERM or SIGINT; the exit status is 1 after a fault nobody foresaw."""
    is_over, faults = threading.Event(), []

    def unforeseen(fault: threading.ExceptHookArgs) -> None:
        log.critical("the worker stops", exc_info=fault.exc_value)
        faults.append(fault)
        is_over.set()

    threading.excepthook = unforeseen
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    threads = [threading.Thread(target=again, args=(work, job, is_over)) for job in jobs]
    threads += [threading.Thread(target=receive, args=(each, is_over)) for each in work.receivers]
    for thread in threads:
        thread.start()
    log.info("the worker has begun")
    for thread in threads:
        thread.join()
    work.outside.counters.bring()
    work.store.close()
    return 1 if faults else 0


def again(work: Work, job: Job, is_over: threading.Event) -> None:
    """One job, turn after turn."""
    logbook = Logbook(work, job)
    while not is_over.is_set():
        fault_code = None
        try:
            job.run(work)
        except KNOWN_ERRORS as fault:
            log.error("%s: %s: %s", job.name, fault.code, fault.detail)
            fault_code = fault.code
        logbook.ended(fault_code)
        is_over.wait(job.every.total_seconds())


@dataclass
class Logbook:
    """Puts on record that a job ran, twice a minute at most unless something has changed."""

    work: Work
    job: Job
    noted_at: datetime | None = None
    fault: str | None = None

    def ended(self, fault: str | None) -> None:
        now = self.work.outside.clock.now()
        is_same = self.noted_at is not None and fault == self.fault
        if is_same and now - (self.noted_at or now) < NOTED_EVERY:
            return
        try:
            self.work.store.upkeep.ran(self.job.name, fault, now)
        except HubError as trouble:
            log.warning("%s: not noted: %s", self.job.name, trouble.code)
            return
        self.noted_at, self.fault = now, fault


def is_late(turn: Round, now: datetime) -> bool:
    """Whether a job should have come again by now."""
    every = next((job.every for job in JOBS if job.name == turn.job), None)
    return every is not None and now - turn.ended_at > every + PATIENCE


def receive(source: ReceiptSource, is_over: threading.Event) -> None:
    """Receipts over a session that is opened anew when it breaks."""
    while not is_over.is_set():
        try:
            source.listen(is_over)
        except OutsideFailed as fault:
            log.warning("receipts: %s: %s", fault.code, fault.detail)
            is_over.wait(RECEIVER_REST)
