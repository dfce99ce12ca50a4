"""Keys for the tests of metadata: two RSA keys from the vectors, and an EC key."""

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey

FOLDER = Path(__file__).parent.parent / "vectors" / "keys"


@cache
def rsa_key(name: str = "registered") -> PemSigningKey:
    return PemSigningKey.from_pem(private_pem(name), certificate_file(name).read_bytes())


@cache
def ec_key() -> PemSigningKey:
    with tempfile.TemporaryDirectory() as folder:
        made_at = datetime(2026, 1, 1, tzinfo=UTC)
        return make_key(Path(folder), "assertion", KeyKind.P_256, "TEST ONLY", made_at)


def private_pem(name: str = "registered") -> bytes:
    return (FOLDER / f"test-only-{name}.key.pem").read_bytes()


def certificate_file(name: str = "registered") -> Path:
    return FOLDER / f"test-only-{name}.crt.pem"


def raw_rsa(name: str = "registered") -> rsa.RSAPrivateKey:
    """For tests that sign by themselves."""
    key = serialization.load_pem_private_key(private_pem(name), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the vectors' keys are RSA keys")
    return key
