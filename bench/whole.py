"""Single sign-on with a live session, from socket to socket, on running hubs."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from bench import answers, load, raw_signing
from bench.browser import logged_in
from bench.figures import CASES, Case, Measured, Repetition, percentile
from bench.hub_process import TICK, RunningHub
from bench.service import Service
from certs.certificate import Certificate
from certs.key_store import ASSERTION, PemKeyStore

CONNECTIONS = 8
WARM_UP = 60  # requests
SETTLE = 0.2  # seconds in which rows that may come late are written


@dataclass(slots=True)
class Subject:
    """A running hub with somebody logged in at it."""

    tree: str
    key: str
    hub: RunningHub
    services: dict[bool, Service]  # sealed or not
    cookie: str
    signer: Certificate
    key_file: Path

    @classmethod
    def of(cls, tree: str, key: str, hub: RunningHub, services: Sequence[Service]) -> "Subject":
        keys = hub.instance / "keys"
        by_kind = {service.is_sealed: service for service in services}
        _, path = by_kind[False].path_of_request(hub.base_url, signed=False)
        signer = PemKeyStore(keys).newest(ASSERTION).certificate
        cookie = logged_in(hub, path)
        return cls(tree, key, hub, by_kind, cookie, signer, keys / f"{ASSERTION}-1.key.pem")

    def fire(
        self, client: Executor, case: Case, requests: int, per_second: float | None = None
    ) -> tuple[float, list[load.Sent]]:
        """Processor time of the hub for one answer, and the answers, each of them checked."""
        service = self.services[case.sealed]
        fresh = [service.path_of_request(self.hub.base_url, case.signed) for _ in range(requests)]
        paths = [path for _, path in fresh]
        before = self.hub.cpu()
        sent = client.submit(
            load.send, self.hub.port, self.cookie, paths, CONNECTIONS, per_second
        ).result()
        time.sleep(SETTLE)
        used = max(self.hub.cpu() - before, TICK)  # the clock tells no less
        for answer, (request_id, _) in zip(sent, fresh, strict=True):
            answers.check(answer, request_id, service, self.signer)
        return used / requests, sent


def measure(
    subjects: Sequence[Subject], client: Executor, repetitions: int, requests: int
) -> list[Measured]:
    """Every case on every hub.  Repetitions go round, so that all meet the same disturbances."""
    measured = {
        (subject.tree, subject.key, case): Measured(subject.tree, subject.key, case.name)
        for subject in subjects
        for case in CASES
    }
    for subject in subjects:
        for case in CASES:
            subject.fire(client, case, WARM_UP)
    for _ in range(repetitions):
        for case in CASES:
            for subject in subjects:
                before = raw_signing.microseconds(subject.key_file)
                cpu, _sent = subject.fire(client, case, requests)
                raw = min(before, raw_signing.microseconds(subject.key_file))
                measured[subject.tree, subject.key, case].repetitions.append(Repetition(cpu, raw))
    return list(measured.values())


def at_half_load(subject: Subject, client: Executor, one: Measured, requests: int) -> None:
    """Latency when the hub's workers are asked for half of what they could answer."""
    pace = subject.hub.workers * one.per_second / 2
    case = next(case for case in CASES if case.name == one.case)
    _cpu, sent = subject.fire(client, case, requests, pace)
    one.p50_ms = percentile([answer.seconds for answer in sent], 0.50) * 1000
    one.p99_ms = percentile([answer.seconds for answer in sent], 0.99) * 1000
