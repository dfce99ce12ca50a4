"""A real hub in processes of its own: made, started, looked at from outside, stopped.

It is run by the commands that an administrator uses, in whichever tree is measured.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.service import Service

HERE = Path(__file__).resolve().parent
PATIENCE = 60.0  # seconds within which it must answer
TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")  # microseconds


class HubFailed(Exception):
    """The hub that was to be measured cannot be made or does not answer."""


@dataclass(frozen=True, slots=True)
class RunningHub:
    """A hub that answers at `base_url`; `pid` is gunicorn's own."""

    base_url: str
    port: int
    pid: int
    instance: Path
    workers: int

    def cpu(self) -> float:
        """Microseconds of processor time that all its processes have used so far."""
        return sum(cpu_of(pid) for pid in (self.pid, *children_of(self.pid)))

    def people(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(
            (self.instance / "demo" / "people.json").read_text("utf-8")
        )
        return found


@contextmanager
def running_hub(
    tree: Path, instance: Path, key_kind: str, services: Sequence[Service], workers: int
) -> Iterator[RunningHub]:
    """The hub of this tree, with these services approved and synthetic people in it."""
    port = free_port()
    environ = environ_of(tree, instance, key_kind, port, workers)
    make(tree, environ, instance, services)
    with (instance / "hub.log").open("wb") as log:
        hub = subprocess.Popen(
            minid("serve"), cwd=tree, env=environ, stdout=log, stderr=subprocess.STDOUT
        )
    base_url = environ["MINID_BASE_URL"]
    try:
        wait_until_ready(f"{base_url}/health/ready", hub, instance / "hub.log")
        yield RunningHub(base_url, port, hub.pid, instance, workers)
    finally:
        hub.terminate()
        hub.wait()


def make(
    tree: Path, environ: Mapping[str, str], instance: Path, services: Sequence[Service]
) -> None:
    documents = []
    for number, service in enumerate(services):
        documents.append(instance / f"service-{number}.xml")
        documents[-1].write_text(service.metadata(), "utf-8")
    commands = (
        minid("init"),
        minid("sp", "add", "--approve", *[str(document) for document in documents]),
        [sys.executable, "-P", str(HERE / "seed.py")],
    )
    for command in commands:
        done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True)
        if done.returncode != 0:
            raise HubFailed(f"{' '.join(command[1:4])}: {done.stdout}{done.stderr}")


def minid(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "hub.commands", *arguments]


def environ_of(
    tree: Path, instance: Path, key_kind: str, port: int, workers: int
) -> dict[str, str]:
    """Only the tree's own packages, and none of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINID_")}
    return kept | {
        "PYTHONPATH": str(tree),
        "MINID_INSTANCE": str(instance),
        "MINID_BASE_URL": f"http://localhost:{port}",
        "MINID_BIND": f"127.0.0.1:{port}",
        "MINID_MODE": "development",
        "MINID_KEY_KIND": key_kind,
        "MINID_WORKERS": str(workers),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, hub: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at and hub.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise HubFailed(f"no answer from {url}: {log.read_text('utf-8', 'replace')[-2000:]}")


def cpu_of(pid: int) -> float:
    # After the name, which may hold anything: utime and stime are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
