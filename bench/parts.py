"""The parts of the work alone, in a loop of this process: where the time of an answer goes.

A loop has warm caches and no neighbours, so the parts come to less than the whole.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.test import run_wsgi_app

from bench.answers import NoAnswer
from bench.figures import Part
from bench.hub_process import environ_of
from bench.raw_signing import microseconds as raw_microseconds
from bench.whole import Subject
from certs.key_store import ASSERTION, PemKeyStore
from hub.app import create_app
from hub.factors.passwords import Passwords
from hub.keys.ring import KeyRing
from hub.saml import redirect_binding, request_signature, response
from hub.saml.assertion import Assertion
from hub.saml.attributes import Attribute
from hub.saml.message_id import new_message_id
from hub.saml.response import Envelope, Signer
from hub.settings import Settings
from hub.store.open_store import open_store
from metadata import names
from metadata.level import Level
from sp_registry.snapshot import Snapshots

ROUNDS = 7
SECONDS_OF_ROUND = 0.05
MOST_ANSWERS = 2000  # in all rounds
SSO = "/saml/sso"


def measure(subject: Subject) -> list[Part]:
    """Each part in microseconds of processor time, the least of several rounds."""
    settings = settings_of(subject)
    told: list[tuple[str, float]] = [("one raw signature", raw_microseconds(subject.key_file))]
    told += builders(subject, settings)
    told += readers(subject, settings)
    told += [("argon2id, one password", least(password_check())), *pages(subject, settings)]
    return [Part(subject.key, name, cpu) for name, cpu in told]


def settings_of(subject: Subject) -> Settings:
    hub = subject.hub
    tree = Path(__file__).resolve().parent.parent
    return Settings.from_environ(
        {
            name: value
            for name, value in environ_of(
                tree, hub.instance, subject.key, hub.port, hub.workers
            ).items()
            if name.startswith("MINID_")
        }
    )


def least(job: Callable[[], object]) -> float:
    """Processor time of one call in microseconds, in the round with the fewest disturbances."""
    return min(round_of(job) for _ in range(ROUNDS))


def round_of(job: Callable[[], object]) -> float:
    calls = 0
    began = now = time.process_time()
    while now - began < SECONDS_OF_ROUND or not calls:
        job()
        calls += 1
        now = time.process_time()
    return (now - began) / calls * 1e6


def builders(subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    key = PemKeyStore(settings.keys).newest(ASSERTION)
    signer = Signer(key, key.algorithm)
    now = datetime.now(UTC)
    plain = subject.services[False]

    def build() -> bytes:
        envelope = Envelope(
            new_message_id(), settings.own_entity_id, plain.consumer, new_message_id(), now
        )
        return response.with_assertion(envelope, an_assertion(subject, settings, now), None, signer)

    yield "build Response and assertion, two signatures", least(build)


def an_assertion(subject: Subject, settings: Settings, now: datetime) -> Assertion:
    plain = subject.services[False]
    return Assertion(
        id=new_message_id(),
        issuer=settings.own_entity_id,
        audience=plain.entity_id,
        recipient=plain.consumer,
        in_response_to=new_message_id(),
        name_id=new_message_id(),
        name_id_format=names.TRANSIENT,
        issued_at=now,
        authn_at=now,
        session_index=new_message_id(),
        context_class=Level.SUBSTANTIAL.context_class,
        attributes=(
            Attribute("uid", "00000000000"),
            Attribute("SecurityLevel", "3"),
            Attribute("Culture", "nb"),
            Attribute("AuthMethod", "Minid-PIN"),
        ),
    )


def readers(subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    service = subject.services[False]
    snapshots = Snapshots(settings.snapshots)
    sp = snapshots.current().find(service.entity_id)
    _, path = service.path_of_request(settings.base_url, signed=True)
    query, url = path.partition("?")[2].encode(), settings.url("/saml/sso")
    now = datetime.now(UTC)

    def receive() -> None:
        request_signature.checked(redirect_binding.receive(query, url), sp, True, now)

    yield "receive by Redirect and check the signature", least(receive)
    yield "look a service provider up", least(lambda: snapshots.current().find(service.entity_id))
    store = open_store(settings.database, KeyRing.load(settings.keys / "ring.json"))
    cookie = dict(part.split("=", 1) for part in subject.cookie.split("; "))["minid_session"]
    yield "read a session", least(lambda: store.sessions.find(cookie, now))
    store.close()


def password_check() -> Callable[[], object]:
    passwords = Passwords()
    kept = passwords.hash("regnboge-vaffel-torsk")
    return lambda: passwords.matches(kept, "regnboge-vaffel-torsk")


def pages(subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    app = create_app(settings)
    for signed in (False, True):
        kind = "signed" if signed else "unsigned"
        answer = answering(app, subject, settings, signed)
        require_page(SSO, answer())
        yield f"single sign-on, {kind} request, inside the application", least(answer)
    for path in ("/", "/health/live"):
        get = getter(app, environ_of_page(settings, path))
        require_page(path, get())
        yield f"GET {path}, inside the application", least(get)


def getter(app: Flask, environ: dict[str, object]) -> Callable[[], str]:
    """A call that fetches this page and gives its status."""

    def get() -> str:
        fresh = environ | {"wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}
        body, status, _headers = run_wsgi_app(app, fresh)
        b"".join(body)
        return status

    return get


def answering(
    app: Flask, subject: Subject, settings: Settings, signed: bool
) -> Callable[[], str]:
    """A call that gets an answer to a request that was never sent before."""
    plain, environ = subject.services[False], environ_of_page(settings, SSO)
    made = [plain.path_of_request(settings.base_url, signed) for _ in range(MOST_ANSWERS)]
    queries = iter([path.partition("?")[2] for _id, path in made])

    def answer() -> str:
        asked = {"QUERY_STRING": next(queries), "HTTP_COOKIE": subject.cookie}
        return getter(app, environ | asked)()

    return answer


def require_page(path: str, status: str) -> None:
    """An error page is quick or slow for reasons of its own: no figure comes of one."""
    if not status.startswith("200 "):
        raise NoAnswer(f"GET {path} inside the application: {status}")


def environ_of_page(settings: Settings, path: str) -> dict[str, object]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": settings.base_url.rpartition(":")[2],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": settings.base_url.removeprefix("http://"),
        "HTTP_ACCEPT_LANGUAGE": "nb",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
