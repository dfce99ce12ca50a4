"""Programs that a test run starts, and ends."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0  # seconds until the program must listen
LOOK_EVERY = 0.05


@contextmanager
def listening(
    command: Sequence[str], port: int, log: Path, environ: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a program in the foreground of its own process, from when it listens at this port."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environ
        )
    try:
        give_up_at = time.monotonic() + PATIENCE
        while not answers(port):
            ended = process.poll() is not None or time.monotonic() > give_up_at
            assert not ended, log.read_text("utf-8", "replace")
            time.sleep(LOOK_EVERY)
        yield
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
