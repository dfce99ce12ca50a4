"""What the tests of the store are made of."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import TypeVar

from hub.login_session import LoginSession, Proof, ProofKind
from hub.person import NationalId, Person, read_number
from hub.seams.logins import Participant
from hub.seams.records import AuditEvent
from hub.store.open_store import DatabaseStore

T = TypeVar("T")

NUMBER = "02013299997"
OTHER_NUMBER = "30108299920"
SERVICE = "https://skatt.example.no/saml"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


def a_number(digits: str = NUMBER) -> NationalId:
    return read_number(digits)


def a_person(store: DatabaseStore, now: datetime, digits: str = NUMBER) -> Person:
    return store.people.create(a_number(digits), now)


def a_session(store: DatabaseStore, now: datetime) -> tuple[LoginSession, str]:
    person = a_person(store, now)
    return store.sessions.start(person.id, [Proof(ProofKind.PASSWORD, now)], "nn", now)


def an_event(at: datetime) -> AuditEvent:
    return AuditEvent("answered", at, entity_id=SERVICE, details={"level": "3"})


def an_answer(
    store: DatabaseStore,
    session: LoginSession,
    at: datetime,
    name_id: str = "_first",
    extends_idle: bool = True,
) -> Participant:
    return store.ledger.answered(
        session, SERVICE, TRANSIENT, name_id, extends_idle, an_event(at)
    )


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run all jobs at once, each in a thread of its own."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
