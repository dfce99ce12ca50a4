"""Passwords: argon2id in one bounded, low-priority slot per process.

A hash costs as much as some twenty-five single sign-on answers, so it runs on
one thread of lower priority, and a queue that grows too long is refused
rather than let it starve those who are logged in already.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from hub.errors import OutsideFailed

LONGEST = 256  # characters; a bound on the work that a stranger can ask for
LONGEST_QUEUE = 40  # about a second of hashing
NICENESS = 15

T = TypeVar("T")

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)


class Passwords:
    """Hashes and checks; a missing hash takes as long as a wrong password."""

    def __init__(self) -> None:
        self._slot: ThreadPoolExecutor | None = None
        self._pid = 0
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(LONGEST_QUEUE)
        self._nobody = hash_of_nobody()

    def hash(self, password: str) -> str:
        return self._run(HASHER.hash, password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        """True if this is the password; the same work is done for a person without one."""
        known = password_hash is not None and len(password) <= LONGEST
        right = self._run(verified, password_hash or self._nobody, password[:LONGEST])
        return right and known

    def _run(self, work: Callable[..., T], *given: str) -> T:
        if not self._room.acquire(blocking=False):
            raise OutsideFailed("the queue for password hashing is full", code="busy")
        try:
            return self._own_slot().submit(work, *given).result()
        finally:
            self._room.release()

    def _own_slot(self) -> ThreadPoolExecutor:
        # A thread does not survive the fork of a worker, so each process makes its own.
        with self._lock:
            if self._slot is None or self._pid != os.getpid():
                self._slot = ThreadPoolExecutor(1, "argon2", initializer=step_back)
                self._pid = os.getpid()
            return self._slot


@cache
def hash_of_nobody() -> str:
    return HASHER.hash("nobody has this password")


def step_back() -> None:
    """Lower this thread's priority; on Linux niceness belongs to the thread."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def verified(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
