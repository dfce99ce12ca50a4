"""How what runs beside the pages fares: clock, snapshot, gateways, letters, log, worker."""

import os
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from hub.audit_commands import telling
from hub.doctor.finding import Finding, Findings, Patient, weak, well, wrong
from hub.letters.sealing import read_certificate
from hub.operations import worker
from hub.seams.letters import LetterState
from hub.seams.outbox import MessageKind, MessageState
from hub.store import audit_chain
from sp_registry import publishing
from sp_registry.snapshot import Snapshots

A_DAY = timedelta(days=1)
MOST_FAULTS = 5  # of a broken chain; minid audit verify has all
OF_CLOCKS = timedelta(seconds=5)  # by which two may differ
LATE_SEAL = timedelta(minutes=5)
LATE_MESSAGE = timedelta(minutes=5)
LATE_LETTER = timedelta(days=2)
REACH = 5.0  # seconds for a connection
PORTS = {"https": 443, "http": 80, "smpps": 3550, "smpp": 2775}
START_A_WORKER = "start minid worker, and let a supervisor keep it running"


def clocks(patient: Patient) -> Findings:
    """Against the database's, and against what was written here before."""
    latest = [turn.ended_at for turn in patient.store.upkeep.rounds()]
    sealed_at = patient.store.upkeep.sealing().sealed_at
    written = max([*latest, *([sealed_at] if sealed_at else [])], default=patient.now)
    if written > patient.now + OF_CLOCKS:
        yield wrong("clock", f"it is behind what was written at {moment(written)}", "run NTP")
        return
    theirs = database_clock(patient)
    if theirs is not None and abs(theirs - patient.now) > OF_CLOCKS:
        apart = round(abs(theirs - patient.now).total_seconds())
        yield wrong("clock", f"it and the database's are {apart} s apart", "run NTP on both")
        return
    yield well("clock", f"it is {moment(patient.now)} UTC")


def database_clock(patient: Patient) -> datetime | None:
    """None where it is this machine's own."""
    database = patient.store.database
    if database.engine.dialect.name == "sqlite":
        return None
    return database.read(lambda db: db.execute(select(func.now())).scalar_one())


def snapshot(patient: Patient) -> Findings:
    here = Snapshots(patient.settings.snapshots).current()
    there = patient.store.database.read(publishing.claimed_pointer).number
    if here.number != there:
        yield wrong(
            "snapshot",
            f"number {here.number} is served here, {there} was published",
            "look for `snapshot not followed` in the log; minid serve and worker follow it",
        )
        return
    past = [sp for sp in here.all() if sp.active and not sp.is_trusted_at(patient.now)]
    for sp in past:
        yield weak("snapshot", f"the metadata of {sp.entity_id} has run out", "minid sp refresh")
    if not past:
        yield well("snapshot", f"number {here.number} is in force")


def gateways(patient: Patient) -> Findings:
    settings = patient.settings
    if not settings.sms_accounts and not settings.is_development:
        yield weak("sms", "no gateway is set: logins go by PIN code", "set MINID_SMS_GATEWAY")
    for account in settings.sms_accounts:
        parts = urlsplit(account.url)
        port = parts.port or PORTS.get(parts.scheme, 443)
        yield reached("sms", account.name, parts.hostname or "", port)
    if settings.smtp_host:
        yield reached("mail", "smtp", settings.smtp_host, settings.smtp_port)
    elif not settings.is_development:
        yield weak("mail", "no server is set: notices by mail wait", "set MINID_SMTP_HOST")
    for name, since in patient.store.breakers.open_since().items():
        if since is not None:
            text = f"{name} is left alone since {moment(since)}"
            yield weak("breakers", text, "ask the provider; it is tried again by itself")


def reached(check: str, name: str, host: str, port: int) -> Finding:
    """Whether somebody listens there; nothing is sent."""
    try:
        with socket.create_connection((host, port), timeout=REACH):
            return well(check, f"{name} answers at {host}:{port}")
    except OSError as fault:
        text = f"{name} does not answer at {host}:{port}: {fault.strerror or 'no such host'}"
        return wrong(check, text, "look at the address in the settings, and at the firewall")


def messages(patient: Patient) -> Findings:
    waiting = [
        queue
        for queue in patient.store.outbox.queues()
        if queue.state is MessageState.WAITING and queue.kind is not MessageKind.LETTER_NOTICE
    ]
    late = [queue for queue in waiting if queue.oldest < patient.now - LATE_MESSAGE]
    for queue in late:
        text = f"{queue.length} {queue.kind} wait, the oldest since {moment(queue.oldest)}"
        yield weak("outbox", text, "is minid worker running, and do the gateways answer?")
    if not late:
        yield well("outbox", f"{sum(queue.length for queue in waiting)} messages wait")


def letters(patient: Patient) -> Findings:
    settings = patient.settings
    yield from press(patient)
    counts = patient.store.letters.counts()
    aside = counts.get(LetterState.MANUAL, 0)
    if aside:
        yield weak("letters", f"{aside} cannot be printed as they are", "minid letters list")
    oldest = next(iter(patient.store.letters.waiting(1)), None)
    if oldest is not None and oldest.ordered_at < patient.now - LATE_LETTER:
        text = f"an order of {oldest.ordered_at:%Y-%m-%d} is not printed"
        yield weak("letters", text, "minid worker prints to MINID_LETTERS_FOLDER, or by hand: "
                                    "minid letters print --out DIR")  # fmt: skip
    elif not settings.letters_folder and not settings.is_development:
        yield weak("letters", "the worker prints none", "set MINID_LETTERS_FOLDER")


def press(patient: Patient) -> Findings:
    """Folder, certificate and typesetter, where the settings want letters."""
    settings = patient.settings
    if settings.letters_certificate:
        read_certificate(Path(settings.letters_certificate).read_bytes(), patient.now)  # raises
    if not settings.letters_folder:
        return
    if not os.access(settings.letters_folder, os.W_OK):
        text = f"{settings.letters_folder} is no folder that we may write in"
        yield wrong("letters", text, "make it, or set MINID_LETTERS_FOLDER")
    elif find_spec("typst") is None:
        yield wrong("letters", "nothing here can set them", "pip install 'minid-hub[letters]'")
    else:
        yield well("letters", f"they are handed over in {settings.letters_folder}")


def registers(patient: Patient) -> Findings:
    return patient.registers(patient.settings)


def audit_log(patient: Patient) -> Findings:
    """How far it is sealed, and that the last day is as it was sealed, or all of it."""
    sealing = patient.store.upkeep.sealing()
    verdict = chain(patient)
    for fault in verdict.faults[:MOST_FAULTS]:
        yield wrong("audit log", fault, "keep a copy of the database, and find out who changed it")
    which = "the whole chain" if patient.whole_audit else "the last day's chain"
    seen = f"{verdict.rows} rows under {verdict.checkpoints} checkpoints"
    waits = sealing.oldest_unsealed
    if waits is not None and waits < patient.now - LATE_SEAL:
        yield weak("audit log", f"rows wait for a seal since {moment(waits)}", START_A_WORKER)
    else:
        yield well("audit log", f"sealed up to {sealing.number}")
    if not verdict.faults:
        yield well("audit log", f"{which} holds: {seen}")


def chain(patient: Patient) -> audit_chain.Verdict:
    database, certificates = patient.store.database, patient.certificates
    if patient.whole_audit:
        return audit_chain.check(database, certificates, progress=telling(patient.progress))
    return audit_chain.check_since(database, certificates, patient.now - A_DAY)


def workers(patient: Patient) -> Findings:
    turns = patient.store.upkeep.rounds()
    if not turns:
        yield wrong("worker", "none has ever run: messages and letters wait", START_A_WORKER)
        return
    found = list(troubles(patient))
    yield from found
    if not found:
        last = max(turn.ended_at for turn in turns)
        yield well("worker", f"its last turn was at {moment(last)}")


def troubles(patient: Patient) -> Iterator[Finding]:
    """Of each job its newest turn on any node."""
    newest = {
        turn.job: turn
        for turn in sorted(patient.store.upkeep.rounds(), key=lambda turn: turn.ended_at)
    }
    for turn in newest.values():
        if worker.is_late(turn, patient.now):
            text = f"{turn.job} ran last at {moment(turn.ended_at)}"
            yield wrong("worker", text, START_A_WORKER)
        elif turn.fault:
            text = f"{turn.job} ended with {turn.fault}"
            yield weak("worker", text, f"see the log of {turn.node}, or /errors/{turn.fault}")


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
