"""Rows that may come late: a thread that sees to them when nothing else takes them along."""

from collections.abc import Callable
from threading import Event, Lock, Thread

LINGER_SECONDS = 0.05  # how long rows wait for others to go along with


class Later:
    def __init__(self, write: Callable[[], None]) -> None:
        """`write` writes what waits by then, and raises nothing."""
        self._write = write
        self._wake = Event()
        self._closing = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """There are rows; once closed, nobody minds them."""
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = Thread(target=self._work, name="store-later", daemon=True)
                self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Write what waits, and stop."""
        with self._lock:
            self._closing.set()
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._closing.wait(LINGER_SECONDS)
            self._wake.clear()
            self._write()
        self._write()
