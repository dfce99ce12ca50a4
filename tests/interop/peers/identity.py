"""Keys of a service provider, made for one run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Identity:
    """A key and its certificate, as two PEM files."""

    key: Path
    certificate: Path

    @property
    def certificate_base64(self) -> str:
        lines = self.certificate.read_text("ascii").splitlines()
        return "".join(line for line in lines if not line.startswith("-----"))


def new_identity(folder: Path, name: str) -> Identity:
    """A fresh key of RSA-2048, under a certificate that only vouches for itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    identity = Identity(folder / f"{name}.key.pem", folder / f"{name}.crt.pem")
    identity.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .sign(key, hashes.SHA256())
    )
    identity.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return identity
