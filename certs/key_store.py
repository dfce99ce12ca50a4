"""Where signing keys live: a directory with `<use>-<number>.key.pem` and `.crt.pem`.

Read when the store is opened, and again when a key is wanted that was not there:
so a running process finds a key that was put into the folder later.  Which key
signs when several are there is for `rotation` to say.
"""

import os
import stat
from pathlib import Path
from threading import Lock
from typing import Protocol

from certs.certificate import NotACertificate
from certs.errors import CertsError
from certs.make_key import FILE_NAME
from certs.signing_key import PemSigningKey, SigningKey, UnfitKey

METADATA = "metadata"  # signs what we publish; lives long
NEXT_METADATA = "nextmetadata"  # is to sign what we publish; see `metadata_keys`
ASSERTION = "assertion"  # signs messages and assertions; rolls beneath the metadata key


class NoKey(CertsError):
    """There is no key for this use."""

    code = "key-missing"


class UnsafeKeyFile(CertsError):
    """Somebody else can read or replace the key, so it is not used."""

    code = "key-unsafe"


class KeyStore(Protocol):
    def newest(self, use: str) -> SigningKey:
        """The key with the highest number; raises NoKey."""

    def all(self, use: str) -> tuple[SigningKey, ...]:
        """Every key of this use, newest first."""

    def find(self, use: str, fingerprint: str) -> SigningKey | None:
        """The key of the certificate with this fingerprint, if its private half is here."""


class PemKeyStore:
    """The keys of one directory, checked and parsed when it is opened or has changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = Lock()
        self._changed_at = _changed_at(directory)
        self._keys = _load(directory)

    def newest(self, use: str) -> SigningKey:
        keys = self.all(use)
        if not keys:
            raise NoKey(f"{self._directory} has no key for {use!r}; make one with: minid keys new")
        return keys[0]

    def all(self, use: str) -> tuple[SigningKey, ...]:
        return self._keys.get(use, ())

    def find(self, use: str, fingerprint: str) -> SigningKey | None:
        found = self._held(use, fingerprint)
        if found is None and self._changed_at != _changed_at(self._directory):
            with self._lock:
                # The time is taken first: what changes while we read is read next time.
                self._changed_at = _changed_at(self._directory)
                self._keys = _load(self._directory)
            found = self._held(use, fingerprint)
        return found

    def _held(self, use: str, fingerprint: str) -> SigningKey | None:
        keys = self.all(use)
        return next((key for key in keys if key.certificate.fingerprint == fingerprint), None)


def _changed_at(directory: Path) -> int:
    return directory.stat().st_mtime_ns if directory.is_dir() else 0


def _load(directory: Path) -> dict[str, tuple[SigningKey, ...]]:
    if not directory.is_dir():
        return {}
    require_private(directory, directory.stat(), stat.S_IWGRP | stat.S_IWOTH, "700")
    found: dict[str, list[tuple[int, SigningKey]]] = {}
    for path in directory.glob("*.key.pem"):
        if name := FILE_NAME.fullmatch(path.name):
            found.setdefault(name["use"], []).append((int(name["number"]), _read(path)))
    return {
        use: tuple(key for _, key in sorted(keys, key=lambda pair: pair[0], reverse=True))
        for use, keys in found.items()
    }


def _read(path: Path) -> SigningKey:
    with path.open("rb") as file:
        # Asked of the open file: the path might lead to another by now.
        require_private(path, os.fstat(file.fileno()), stat.S_IRWXG | stat.S_IRWXO, "600")
        key_pem = file.read()
    certificate_path = path.with_name(path.name.replace(".key.pem", ".crt.pem"))
    try:
        return PemSigningKey.from_pem(key_pem, certificate_path.read_bytes())
    except FileNotFoundError as error:
        raise UnfitKey(f"{path} has no {certificate_path.name} beside it") from error
    except (UnfitKey, NotACertificate) as error:
        raise UnfitKey(f"{path}: {error.detail}") from error


def require_private(path: Path, found: os.stat_result, forbidden: int, wanted: str) -> None:
    """Raise UnsafeKeyFile if others have these rights, or own it; root may own it."""
    if found.st_mode & forbidden:
        raise UnsafeKeyFile(
            f"{path} has mode {stat.S_IMODE(found.st_mode):03o}, open to others; "
            f"mend it with: chmod {wanted} {path}"
        )
    if found.st_uid not in (os.geteuid(), 0):
        raise UnsafeKeyFile(
            f"{path} belongs to user {found.st_uid}, this process runs as {os.geteuid()}; "
            f"mend it with: chown {os.geteuid()} {path}"
        )
