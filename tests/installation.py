"""A hub that runs as it does in earnest, in a folder of its own, for the tests that visit it.

`running_demo()` is `minid demo`; `running_hub(...)` is `minid init` and `minid serve`.
Both are ended, and their folder is gone, when the `with` block is left.
"""

import json
import multiprocessing
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path

from hub.commands import main, opened_store
from hub.development.demo import read_person, settle
from hub.development.synthetic import Standing, SyntheticPerson, synthetic_people
from hub.registers.register_file import build, names_in
from hub.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a start
LOOK_EVERY = 0.1
LOG = "servers.log"
ACCESS_LOG = "--access-logfile - --access-logformat '%(m)s %(U)s?%(q)s %(s)s'"
DEMO_IS_READY = ("Tenester:", "The demo agencies are at")
# One process reads the hub's modules; each command is a child of it, and starts at once.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["hub.commands"])


@dataclass
class Installation:
    """A running hub, what it knows, and what it has said."""

    hub: str  # base URL
    agencies: str  # base URL of the demo agencies; empty where there are none
    instance: Path
    environ: Mapping[str, str] = field(repr=False)  # what `minid` is run with
    people: list[SyntheticPerson] = field(default_factory=list)  # everybody handed out
    _waiting: list[SyntheticPerson] = field(default_factory=list, repr=False)

    @property
    def settings(self) -> Settings:
        return Settings.from_environ(self.environ)

    def person(self, standing: Standing) -> SyntheticPerson:
        """Somebody whom no other test has met."""
        found = next((each for each in self._waiting if standing_of(each) is standing), None)
        if found is None:
            self._let_more_people_in()
            return self.person(standing)
        self._waiting.remove(found)
        self.people.append(found)
        return found

    def unknown_person(self) -> SyntheticPerson:
        """Somebody of whom the hub has never heard."""
        return synthetic_people(secrets.SystemRandom())[0]

    def last_sms(self, to: str) -> str:
        """The newest message to this mobile."""
        store = opened_store(self.settings)
        try:
            return [text for mobile, text, _ in store.inbox.messages() if mobile == to][-1]
        finally:
            store.close()

    def awaited_code(self, to: str, about: str) -> str:
        """The code of a message that the worker carries, by SMS or mail, as soon as it is there."""
        store, give_up_at = opened_store(self.settings), time.monotonic() + PATIENCE
        try:
            while time.monotonic() < give_up_at:
                found = [(one[0], one[-2]) for one in store.inbox.messages() + store.inbox.mails()]
                codes = [text[:6] for whom, text in found if whom == to and about in text]
                if codes:
                    return codes[-1]
                time.sleep(LOOK_EVERY)
        finally:
            store.close()
        raise AssertionError(f"no message about {about!r} came")

    def minid(self, *arguments: str) -> str:
        """What a command of `minid` prints; it must succeed."""
        listening, telling = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=run_minid, args=(arguments, self.environ, telling))
        process.start()
        telling.close()
        status, said = listening.recv()
        process.join()
        assert status == 0, said
        return str(said)

    def log(self, since: int = 0) -> str:
        """What the servers have printed, from this many characters on."""
        return (self.instance.parent / LOG).read_text("utf-8", "replace")[since:]

    def _let_more_people_in(self) -> None:
        store = opened_store(self.settings)
        for person in synthetic_people(secrets.SystemRandom()):
            if person.mobile is not None:
                number = len(self.people) + len(self._waiting)
                person = replace(person, mobile=f"+4740001{number:03}")
            settle(person, store, datetime.now(UTC))
            self._waiting.append(person)
        store.close()
        folder = self.instance / "demo"
        known = names_in(folder / "people.json")
        known |= {each.national_id: each.name for each in self.people + self._waiting}
        build(folder / "register.sqlite", datetime.now(UTC).year, known)


def run_minid(
    arguments: tuple[str, ...], environ: Mapping[str, str], telling: Connection
) -> None:
    """In a child: one command in this environment; tells its exit status and what it printed."""
    os.environ.clear()
    os.environ.update(environ)
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            status = main(arguments)
        except SystemExit as over:  # as argparse ends
            status = int(over.code or 0)
    telling.send((status, said.getvalue()))


def standing_of(person: SyntheticPerson) -> Standing:
    if person.password is None:
        return Standing.ONLY_LETTER
    return Standing.WITH_MOBILE if person.mobile else Standing.WITHOUT_MOBILE


@contextmanager
def running_demo() -> Iterator[Installation]:
    """The hub with the demo agencies and the demo's people."""
    port, agencies_port = free_port(), free_port()
    with own_folder() as folder:
        instance = folder / "instance"
        places = ("--instance", str(instance), "--port", str(port))
        command = ("demo", *places, "--agencies-port", str(agencies_port))
        environ = clean_environ() | {"GUNICORN_CMD_ARGS": ACCESS_LOG}
        with started(command, environ, folder / LOG, DEMO_IS_READY):
            known = json.loads((instance / "demo" / "people.json").read_text("utf-8"))
            yield Installation(
                hub=f"http://localhost:{port}",
                agencies=f"http://127.0.0.1:{agencies_port}",
                instance=instance,
                environ=environ
                | {
                    "MINID_SETTINGS": str(instance / "minid.toml"),
                    "MINID_INSTANCE": str(instance),
                },
                _waiting=[read_person(each) for each in known],
            )


@contextmanager
def running_hub(base_url: str, port: int, gunicorn: str = "") -> Iterator[Installation]:
    """The hub alone, in development mode, with nobody in it yet."""
    with own_folder() as folder:
        instance = folder / "instance"
        environ = clean_environ() | {
            "MINID_BASE_URL": base_url,
            "MINID_MODE": "development",
            "MINID_INSTANCE": str(instance),
            "MINID_BIND": f"127.0.0.1:{port}",
            "GUNICORN_CMD_ARGS": f"{ACCESS_LOG} {gunicorn}",
        }
        installation = Installation(base_url, "", instance, environ)
        installation.minid("init")
        with started(("serve",), environ, folder / LOG, ("Booting worker",)):
            wait_until_ready(base_url.partition("://")[0], port)
            yield installation


@contextmanager
def started(
    command: tuple[str, ...], environ: Mapping[str, str], log: Path, ready: tuple[str, ...]
) -> Iterator[None]:
    """Run `minid` in the background, from when its log has all of `ready`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub.commands", *command],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        give_up_at = time.monotonic() + PATIENCE
        while not all(words in (said := log.read_text("utf-8", "replace")) for words in ready):
            assert process.poll() is None and time.monotonic() < give_up_at, said
            time.sleep(LOOK_EVERY)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(scheme: str, port: int) -> None:
    """Return when a worker answers; whose certificate it shows is not asked here."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    give_up_at = time.monotonic() + PATIENCE
    while True:
        try:
            address = f"{scheme}://127.0.0.1:{port}/health/ready"
            with urllib.request.urlopen(address, timeout=PATIENCE, context=anyone):
                return
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(LOOK_EVERY)


@contextmanager
def own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="minid-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def clean_environ() -> dict[str, str]:
    """Our environment without settings of an installation that somebody works with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINID_")}
    return kept | {"PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
