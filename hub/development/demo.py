"""`minid demo`: the hub and the demo agencies on this machine, with synthetic people.

What an earlier run left in the instance is kept.  Ctrl-C ends everything.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from certs.certificate import Certificate
from hub.development.synthetic import SyntheticPerson, as_people_json, as_table, synthetic_people
from hub.errors import OutsideFailed
from hub.factors.passwords import Passwords
from hub.installation import install
from hub.person import read_number
from hub.registers.register_file import made_file
from hub.registers.server import RunningRegister, start
from hub.seams.outside import Clock
from hub.seams.store import Store
from hub.settings import Settings

PATIENCE = 60.0  # seconds within which both servers must answer
LOOK_EVERY = 0.2  # seconds
ROOT = Path(__file__).resolve().parents[2]


def prepared(args: Namespace, clock: Clock) -> tuple[Settings, bool]:
    """The demo's settings, from the file that its first run writes; True if it is new."""
    instance: Path = args.instance.resolve()
    file = instance / "minid.toml"
    is_new = not file.exists()
    if is_new:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(settings_text(args), "utf-8")
    os.environ["MINID_SETTINGS"] = str(file)  # for the hub's own process too
    os.environ["MINID_INSTANCE"] = str(instance)
    settings = Settings.from_environ(os.environ)
    install(settings, clock.now())
    return settings, is_new


def settings_text(args: Namespace) -> str:
    return (
        f'base_url = "http://localhost:{args.port}"\n'
        f'bind = "127.0.0.1:{args.port}"\n'
        'mode = "development"\n'
        'support_email = "support@minid.test"\n'
        'support_phone = "800 00 000"\n'
    )


def people_of(settings: Settings, store: Store, now: datetime) -> list[SyntheticPerson]:
    """The people of this instance; made, stored and written down at the first run."""
    file = settings.instance / "demo" / "people.json"
    if file.exists():
        return [read_person(known) for known in json.loads(file.read_text("utf-8"))]
    people = list(synthetic_people(secrets.SystemRandom()))
    for person in people:
        settle(person, store, now)
    file.parent.mkdir(exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as open_file:
        open_file.write(as_people_json(people))
    return people


def settle(person: SyntheticPerson, store: Store, now: datetime) -> None:
    """Let the hub know a person as if they had got their letter and registered."""
    known = store.people.create(read_number(person.national_id), now)
    store.sheets.issue(known.id, person.pins, now)
    if person.password is not None:
        store.people.set_password(known.id, Passwords().hash(person.password), now)
    if person.mobile is not None:
        store.people.set_mobile(known.id, person.mobile, now)


def read_person(known: dict[str, object]) -> SyntheticPerson:
    pins = known["pins"]
    assert isinstance(pins, dict)
    return SyntheticPerson(
        name=str(known["name"]),
        national_id=str(known["national_id"]),
        password=None if known["password"] is None else str(known["password"]),
        mobile=None if known["mobile"] is None else str(known["mobile"]),
        pins={int(number): str(code) for number, code in pins.items()},
    )


def agencies_command(args: Namespace, settings: Settings, register: str = "") -> list[str]:
    return [
        sys.executable, "-m", "demo",
        "--port", str(args.agencies_port),
        "--hub", settings.base_url,
        "--register", register,
        "--dir", str(settings.instance / "demo" / "agencies"),
    ]  # fmt: skip


def start_registers(settings: Settings, clock: Clock) -> RunningRegister:
    """The made-up registers over HTTP, for Miside: in a thread of this process."""
    file = made_file(settings, clock.now().year)
    pem = (settings.instance / "demo" / "agencies" / "miside" / "signing.crt").read_bytes()
    return start(file, {"miside": Certificate.from_pem(pem)}, clock)


def agencies_metadata(args: Namespace, settings: Settings) -> list[Path]:
    """Let the agencies write their metadata, and give the files back."""
    subprocess.run(
        [*agencies_command(args, settings), "--write-metadata-only"], check=True, cwd=ROOT
    )
    return sorted((settings.instance / "demo" / "agencies").glob("*/metadata.xml"))


def run_until_stopped(
    args: Namespace, settings: Settings, people: Sequence[SyntheticPerson], clock: Clock
) -> NoReturn:
    """Start all, print the table when a login can work, and stop all together."""
    registers = start_registers(settings, clock)
    serve = [sys.executable, "-m", "hub.commands", "serve"]
    servers = [
        subprocess.Popen(serve, cwd=ROOT),
        subprocess.Popen([sys.executable, "-m", "hub.commands", "worker"], cwd=ROOT),
        subprocess.Popen(agencies_command(args, settings, registers.address), cwd=ROOT),
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    agencies = f"http://127.0.0.1:{args.agencies_port}/"
    try:
        wait_until_ready(settings.url("/health/ready"), servers)
        wait_until_ready(agencies, servers)
        file = settings.instance / "demo" / "people.json"
        print(as_table(people, str(file)))
        print(f"MinID:     {settings.base_url}/   (messages: {settings.base_url}/dev/sms)")
        print(f"Tenester:  {agencies}")
        print(f"Register:  {registers.address}/   (oppdikta folkeregister)", flush=True)
        while all(server.poll() is None for server in servers):
            time.sleep(LOOK_EVERY)
        sys.exit("minid: one of the demo's servers has stopped")
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        registers.stop()
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()


def wait_until_ready(url: str, servers: Sequence[subprocess.Popen[bytes]]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        if any(server.poll() is not None for server in servers):
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(LOOK_EVERY)
    raise OutsideFailed("the demo's servers did not get ready; see what they printed above")
