"""Each agency's own keys: made at the first start, kept in files for their owner alone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from os import O_CREAT, O_EXCL, O_WRONLY, fdopen, open as open_descriptor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LIFE = timedelta(days=3 * 365)  # as enterprise certificates have


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its self-signed certificate, both PEM."""

    private_key: str = field(repr=False)
    certificate: str

    @property
    def bare_certificate(self) -> str:
        """The base64 lines alone, as metadata has them."""
        return "\n".join(self.certificate.strip().splitlines()[1:-1])


@dataclass(frozen=True, slots=True)
class AgencyKeys:
    signing: KeyPair
    encryption: KeyPair | None


def load_or_make(
    directory: Path, title: str, *, with_encryption: bool, now: datetime
) -> AgencyKeys:
    """The keys in this folder; those that are missing are made now."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing = _pair(directory, "signing", title, now)
    encryption = _pair(directory, "encryption", title, now) if with_encryption else None
    return AgencyKeys(signing, encryption)


def _pair(directory: Path, use: str, title: str, now: datetime) -> KeyPair:
    key_file, certificate_file = directory / f"{use}.key", directory / f"{use}.crt"
    if not certificate_file.exists():
        made = _make(f"{title} (demo) {use}", now)
        key_file.unlink(missing_ok=True)  # left by a start that was broken off
        _write_secret(key_file, made.private_key)
        certificate_file.write_text(made.certificate, encoding="ascii")
    return KeyPair(
        key_file.read_text(encoding="ascii"), certificate_file.read_text(encoding="ascii")
    )


def _make(common_name: str, now: datetime) -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFE)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(pem.decode("ascii"), certificate.public_bytes(Encoding.PEM).decode("ascii"))


def _write_secret(path: Path, text: str) -> None:
    with fdopen(open_descriptor(path, O_WRONLY | O_CREAT | O_EXCL, 0o600), "w") as file:
        file.write(text)
