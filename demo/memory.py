"""What the agencies remember from one page to the next: in this process, for a while."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Memory(Generic[Thing]):
    """Things under random handles, each forgotten after its time, the oldest when it is full."""

    def __init__(self, life: timedelta, most: int = 10_000) -> None:
        self._life = life
        self._most = most
        self._kept: dict[str, tuple[datetime, Thing]] = {}
        self._lock = Lock()

    def keep(self, thing: Thing, now: datetime) -> str:
        handle = secrets.token_urlsafe(24)
        with self._lock:
            if len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]  # a dict keeps the order of arrival
            self._kept[handle] = (now, thing)
        return handle

    def find(self, handle: str | None, now: datetime) -> Thing | None:
        with self._lock:
            kept_at, thing = self._kept.get(handle or "", (None, None))
        return thing if kept_at is not None and now < kept_at + self._life else None

    def take_all(self, is_meant: Callable[[Thing], bool]) -> int:
        """Forget everything that is meant; how many there were."""
        with self._lock:
            meant = [handle for handle, (_, thing) in self._kept.items() if is_meant(thing)]
            for handle in meant:
                del self._kept[handle]
        return len(meant)

    def take(self, handle: str | None, now: datetime) -> Thing | None:
        """Find and forget in one act, so that only one caller gets it."""
        with self._lock:
            kept_at, thing = self._kept.pop(handle or "", (None, None))
        return thing if kept_at is not None and now < kept_at + self._life else None
