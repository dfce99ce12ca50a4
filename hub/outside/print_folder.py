"""The printer as a folder: each batch is one file, there whole or not at all.

Its name is the batch's, so the same batch replaces nothing and comes once; should it be
handed over again after the printer has taken the file away, the name and the letters are
the same, and the printer drops what it knows.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import OutsideFailed
from hub.letters.batch_file import name_of, write_zip
from hub.seams.letters import Batch

LOCK = ".lock"


class PrintFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, batch: Batch) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                self._write(batch)
        except OSError as fault:
            reason = fault.strerror or type(fault).__name__
            raise OutsideFailed(f"the folder of letters cannot be written: {reason}") from None

    def _write(self, batch: Batch) -> None:
        whole = self._folder / name_of(batch)
        if whole.exists():
            return
        part = whole.with_name(f".{whole.stem}.part")
        with part.open("wb") as file:
            os.chmod(part, 0o600)
            write_zip(file, batch)
            file.flush()
            os.fsync(file.fileno())
        part.rename(whole)
        self._sync()

    def _sync(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time; the kernel lets go of the lock of one that dies."""
        with (self._folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
