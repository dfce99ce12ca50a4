"""Make a signing key with its self-signed certificate, and never overwrite one.

The certificate is only a wrapping: agencies pin the key by our metadata, so
nothing but its dates and its name means anything.
"""

import os
import re
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from certs.errors import CertsError
from certs.signing_key import PemSigningKey, PrivateKey

LIFETIME = timedelta(days=3652)  # ten years
FILE_NAME = re.compile(r"(?P<use>[a-z]+)-(?P<number>[1-9][0-9]*)\.(?:key|crt)\.pem")
USE = re.compile(r"[a-z]+")


class KeyExists(CertsError):
    """A key of this use and number is there already; it was left as it was."""

    code = "key-exists"


class KeyKind(StrEnum):
    RSA_3072 = "rsa-3072"
    RSA_2048 = "rsa-2048"
    P_256 = "p-256"
    P_384 = "p-384"


def make_key(
    directory: Path,
    use: str,
    kind: KeyKind,
    common_name: str,
    now: datetime,
    number: int | None = None,
) -> PemSigningKey:
    """Make the next key for this use and store it in the directory.

    The certificate is written first: a key file that is there has a
    certificate beside it.  Both are created with O_EXCL, so of two that race
    for a number one gets KeyExists.
    """
    if not USE.fullmatch(use):
        raise ValueError(f"use {use!r} must be lower-case letters")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = number or highest_number(directory, use) + 1
    private = _generate(kind)
    certificate_pem = _self_signed(private, common_name, now)
    key_pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_new(directory / f"{use}-{number}.crt.pem", certificate_pem, 0o644)
    _write_new(directory / f"{use}-{number}.key.pem", key_pem, 0o600)
    return PemSigningKey.from_pem(key_pem, certificate_pem)


def highest_number(directory: Path, use: str) -> int:
    """The highest number that a key of this use has had; 0 if there is none."""
    names = (FILE_NAME.fullmatch(path.name) for path in directory.iterdir())
    return max((int(name["number"]) for name in names if name and name["use"] == use), default=0)


def _generate(kind: KeyKind) -> PrivateKey:
    match kind:
        case KeyKind.P_256:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyKind.P_384:
            return ec.generate_private_key(ec.SECP384R1())
        case KeyKind.RSA_2048:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case KeyKind.RSA_3072:
            return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def _self_signed(private: PrivateKey, common_name: str, now: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise KeyExists(f"{path} is there already; it was not touched") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
