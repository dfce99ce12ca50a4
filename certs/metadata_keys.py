"""The change of the key that signs what we publish: stage, switch, retire.

Files alone: the next one is `nextmetadata-1`, and takes the next number of `metadata-` when it
is taken into use.  An old one's certificate stays, since snapshots and the audit log that it
signed are checked with it; its private half goes.  Who is told of it all is not known here.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from certs.certificate import Certificate
from certs.errors import CertsError
from certs.key_store import METADATA, NEXT_METADATA, PemKeyStore
from certs.make_key import FILE_NAME, KeyKind, highest_number, make_key
from certs.rotation import KeyInUse
from certs.signing_key import SigningKey

SHORTEST = 8  # digits of a fingerprint that tell a key
SEEN_BY_MOST = timedelta(days=14)  # by then even a cached copy of our metadata has expired


class WrongState(CertsError):
    """The metadata keys are not in a state in which that can be done."""

    code = "key-state"


def certificates(directory: Path) -> tuple[Certificate, ...]:
    """Of every metadata key that has signed or will, those without a private half too."""
    return tuple(
        Certificate.from_pem(path.read_bytes())
        for path in sorted(directory.glob("*.crt.pem"))
        if (name := FILE_NAME.fullmatch(path.name)) and name["use"] in (METADATA, NEXT_METADATA)
    )


def coming(directory: Path) -> SigningKey | None:
    """The key that is to sign next, if one is staged."""
    return next(iter(PemKeyStore(directory).all(NEXT_METADATA)), None)


def stage(directory: Path, kind: KeyKind, now: datetime) -> SigningKey:
    if coming(directory) is not None:
        raise WrongState("a next metadata key is staged already: switch to it, or retire it")
    return make_key(directory, NEXT_METADATA, kind, "MinID hub metadata", now, 1)


def ready(directory: Path, now: datetime, is_early: bool) -> SigningKey:
    """The staged key, if it may be switched to; raises WrongState."""
    key = coming(directory)
    if key is None:
        raise WrongState("no next metadata key is staged here: minid keys metadata new")
    ripe = key.certificate.not_before + SEEN_BY_MOST
    if now < ripe and not is_early:
        raise WrongState(
            f"it is published for less than 14 days until {ripe:%Y-%m-%d}; --early does it now"
        )
    return key


def switch(directory: Path) -> None:
    """Sign with the staged key from the next start on; on every node that has its files."""
    number = highest_number(directory, METADATA) + 1
    # The certificate first: a key file that is there has a certificate beside it.
    for kind in ("crt", "key"):
        os.link(_file(directory, NEXT_METADATA, 1, kind), _file(directory, METADATA, number, kind))
    for kind in ("key", "crt"):
        _file(directory, NEXT_METADATA, 1, kind).unlink()


def retirable(directory: Path, fingerprint: str) -> tuple[Path, Certificate]:
    """The private half of the key of this fingerprint; raises KeyInUse if it signs now."""
    newest = PemKeyStore(directory).newest(METADATA).certificate.fingerprint
    for path in sorted(directory.glob("*.key.pem")):
        name = FILE_NAME.fullmatch(path.name)
        if name is None or name["use"] not in (METADATA, NEXT_METADATA):
            continue
        certificate = Certificate.from_pem(_beside(path).read_bytes())
        if len(fingerprint) < SHORTEST or not certificate.fingerprint.startswith(fingerprint):
            continue
        if certificate.fingerprint == newest:
            raise KeyInUse("it signs our metadata now; switch to another key first")
        return path, certificate
    raise WrongState("no metadata key of this fingerprint has its private half here")


def retire(key_file: Path) -> None:
    """Destroy a private half; of a staged key, which has signed nothing, the certificate too."""
    key_file.unlink()
    if key_file.name.startswith(NEXT_METADATA):
        _beside(key_file).unlink()


def _beside(key_file: Path) -> Path:
    return key_file.with_name(key_file.name.replace(".key.pem", ".crt.pem"))


def _file(directory: Path, use: str, number: int, kind: str) -> Path:
    return directory / f"{use}-{number}.{kind}.pem"
