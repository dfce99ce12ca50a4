"""The printer as a folder: each batch is one file, there whole or not at all.

A batch is a ZIP of sealed letters (`<letter>.p7m`) and `manifest.json`, which names each
with its SHA-256.  Its name is the batch's number, so the same batch replaces nothing and
comes once; should it be handed over again after the printer has taken the file away, the
number and the letters are the same, and the printer drops what it knows.
"""

import fcntl
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hub.errors import OutsideFailed
from hub.seams import SealedLetter

LOCK = ".lock"
WHEN = (1980, 1, 1, 0, 0, 0)  # the oldest that ZIP knows: the same batch has the same bytes


class PrintFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, batch: str, letters: Sequence[SealedLetter]) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                self._write(batch, letters)
        except OSError as fault:
            reason = fault.strerror or type(fault).__name__
            raise OutsideFailed(f"the folder of letters cannot be written: {reason}") from None

    def _write(self, batch: str, letters: Sequence[SealedLetter]) -> None:
        whole = self._folder / f"letters-{batch}.zip"
        if whole.exists():
            return
        part = self._folder / f".letters-{batch}.part"
        with part.open("wb") as file:
            os.chmod(part, 0o600)
            _write_zip(file, batch, letters)
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


def manifest(batch: str, letters: Sequence[SealedLetter]) -> str:
    return json.dumps(
        {
            "format": 1,
            "batch": batch,
            "letters": [
                {
                    "id": letter.id,
                    "file": f"{letter.id}.p7m",
                    "size": len(letter.content),
                    "sha256": hashlib.sha256(letter.content).hexdigest(),
                }
                for letter in letters
            ],
        },
        indent=1,
    )


def _write_zip(file: IO[bytes], batch: str, letters: Sequence[SealedLetter]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as batch_file:
        batch_file.writestr(zipfile.ZipInfo("manifest.json", WHEN), manifest(batch, letters))
        for letter in letters:
            batch_file.writestr(zipfile.ZipInfo(f"{letter.id}.p7m", WHEN), letter.content)
