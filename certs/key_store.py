"""Where signing keys live: a directory with `<use>-<number>.key.pem` and `.crt.pem`.

Read once, when the store is opened; a new key is seen by whoever opens it
next.  Which key signs when several are there, beyond "the newest", is not
decided here.
"""

import os
import stat
from pathlib import Path
from typing import Protocol

from certs.certificate import NotACertificate
from certs.errors import CertsError
from certs.make_key import FILE_NAME
from certs.signing_key import PemSigningKey, SigningKey, UnfitKey

METADATA = "metadata"  # signs what we publish; lives long
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


class PemKeyStore:
    """The keys of one directory, checked and parsed when it is opened."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._keys = _load(directory)

    def newest(self, use: str) -> SigningKey:
        keys = self.all(use)
        if not keys:
            raise NoKey(f"{self._directory} has no key for {use!r}; make one with: minid keys new")
        return keys[0]

    def all(self, use: str) -> tuple[SigningKey, ...]:
        return self._keys.get(use, ())


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
