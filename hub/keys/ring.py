"""The keys that guard what the database holds; they lie beside the signing keys, not in it.

Five purposes, each with keys of its own: `lookup` finds an identity number or a
counted subject without showing it, `data` seals what must be read again
(AES-256-GCM), `pepper` keys the verifiers of PIN and SMS codes, `decoy` makes up
what unknown persons are asked for, `form` signs the tokens of forms.

A key has a version; new work uses the newest, and older ones stay for reading.
Every message that is hashed names its purpose and the length of each part, so
("ab", "c") and ("a", "bc") never meet.  Rotation is not done here.
"""

import base64
import binascii
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.errors import HubError

PURPOSES = ("lookup", "data", "pepper", "decoy", "form")
KEY_BYTES = 32
NONCE_BYTES = 12
VERSIONS = range(1, 256)  # a sealed value gives its version one byte

Keys: TypeAlias = Mapping[str, Mapping[int, bytes]]


class KeyRingUnusable(HubError):
    """The file of keys is missing, in the way, readable by others, or not what it should be."""

    code = "key-ring-unusable"


class SealBroken(HubError):
    """A sealed value was changed, stands at another place, or its key is not on the ring."""

    code = "seal-broken"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys by purpose and version; `repr` shows versions only."""

    keys: Keys
    _ciphers: Mapping[int, AESGCM] = field(compare=False)

    @classmethod
    def make(cls, path: Path | str) -> "KeyRing":
        """Fresh random keys in a new file that its owner alone may read; never overwrites."""
        fresh = {purpose: {1: secrets.token_bytes(KEY_BYTES)} for purpose in PURPOSES}
        _write_new(Path(path), _as_text(fresh))
        return cls._of(fresh)

    @classmethod
    def load(cls, path: Path | str) -> "KeyRing":
        """The keys of this file; refuses one that others than its owner can open."""
        return cls._of(_read_keys(_read_private(Path(path))))

    @classmethod
    def _of(cls, keys: Keys) -> "KeyRing":
        return cls(keys, {version: AESGCM(key) for version, key in keys["data"].items()})

    def __repr__(self) -> str:
        versions = ", ".join(f"{p} {max(self.keys[p])}" for p in PURPOSES)
        return f"<KeyRing {versions}>"

    def version(self, purpose: str) -> int:
        """The newest version of a purpose, the one that new work uses."""
        return max(self.keys[purpose])

    def lookup(self, digits: str) -> bytes:
        """The keyed hash under which an identity number is found."""
        return self._hash("lookup", "number", digits)

    def subject(self, *parts: str) -> bytes:
        """The keyed hash under which failures of a person, address or device are counted."""
        return self._hash("lookup", "subject", *parts)

    def pseudonym(self, *parts: str) -> bytes:
        """The keyed hash that a service provider may know a person by.

        Always under the first key: whoever keeps it must find it again after a rotation.
        """
        first = min(self.keys["lookup"])
        return self._hash("lookup", "pseudonym", *parts, version=first)

    def seal(self, plaintext: bytes, aad: str) -> bytes:
        """Version, nonce and ciphertext; it opens only under the same `aad`."""
        version = self.version("data")
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[version].encrypt(nonce, plaintext, aad.encode())
        return bytes((version,)) + nonce + sealed

    def open(self, sealed: bytes, aad: str) -> bytes:
        """What was sealed under this `aad`; raises SealBroken."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise SealBroken(f"no data key on the ring opens the value at {aad.split(':')[0]}")
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, ciphertext, aad.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(f"the value at {aad.split(':')[0]} is not as it was sealed") from None

    def verifier(self, *parts: str) -> tuple[int, bytes]:
        """A code's keyed hash under the newest pepper, and that pepper's version."""
        version = self.version("pepper")
        return version, self.verifier_of(version, *parts)

    def verifier_of(self, version: int, *parts: str) -> bytes:
        """A code's keyed hash under the pepper of this version."""
        if version not in self.keys["pepper"]:
            raise KeyRingUnusable(f"pepper {version} is not on the ring")
        return self._hash("pepper", "verifier", *parts, version=version)

    def decoy(self, *parts: str) -> bytes:
        """Bytes that look random and are the same each time for the same parts."""
        return self._hash("decoy", "decoy", *parts)

    def form_token(self, value: str) -> str:
        """The token that a form of this value (session and flow) must bring back."""
        return self._hash("form", "token", value).hex()

    def _hash(self, purpose: str, use: str, *parts: str, version: int | None = None) -> bytes:
        of_purpose = self.keys[purpose]
        key = of_purpose[max(of_purpose) if version is None else version]
        return hmac.digest(key, _encode(use, *parts), "sha256")


def _encode(*parts: str) -> bytes:
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _as_text(keys: Keys) -> str:
    named = {
        purpose: {str(v): base64.b64encode(key).decode() for v, key in versions.items()}
        for purpose, versions in keys.items()
    }
    return json.dumps({"format": 1, "keys": named}, indent=2) + "\n"


def _read_keys(text: str) -> Keys:
    try:
        named = json.loads(text)["keys"]
        keys = {
            purpose: {int(v): base64.b64decode(key, validate=True) for v, key in part.items()}
            for purpose, part in named.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyRingUnusable("the key ring is not a list of keys by purpose") from None
    for purpose in PURPOSES:
        _require_keys(purpose, keys.get(purpose, {}))
    return keys


def _require_keys(purpose: str, versions: Mapping[int, bytes]) -> None:
    if not versions:
        raise KeyRingUnusable(f"the key ring has no {purpose} key")
    for version, key in versions.items():
        if version not in VERSIONS or len(key) != KEY_BYTES:
            raise KeyRingUnusable(f"{purpose} key {version}: wanted {KEY_BYTES} bytes")


def _read_private(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise KeyRingUnusable(f"{path} has mode {mode:04o}, wanted 0600")
            return file.read()
    except (OSError, UnicodeDecodeError) as fault:
        raise KeyRingUnusable(f"{path} cannot be read: {type(fault).__name__}") from None


def _write_new(path: Path, text: str) -> None:
    # A link fails where a name is taken, a rename would replace it; and the file is whole
    # and on disk before it gets its name.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _sync_folder(path.parent)
    except FileExistsError:
        raise KeyRingUnusable(f"{path} is there already, and keys are never replaced") from None
    except OSError as fault:
        raise KeyRingUnusable(f"{path} cannot be written: {type(fault).__name__}") from None
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
