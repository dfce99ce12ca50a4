"""The one use that the hub makes of a private key: signing bytes.

`SigningKey` is the seam behind which a PEM file stands today and a hardware
module may stand tomorrow.  What is signed (canonical XML, a query string) and
how it is named there is not known here.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certs.certificate import Certificate
from certs.errors import CertsError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class UnfitKey(CertsError):
    """The key cannot be read, is of a kind we do not sign with, or is not the certificate's."""

    code = "key-unfit"


class UnfitAlgorithm(CertsError):
    """The algorithm belongs to another kind of key."""

    code = "key-algorithm"


class SignatureAlgorithm(StrEnum):
    RSA_SHA256 = "rsa-sha256"
    RSA_SHA384 = "rsa-sha384"
    RSA_SHA512 = "rsa-sha512"
    ECDSA_SHA256 = "ecdsa-sha256"
    ECDSA_SHA384 = "ecdsa-sha384"
    ECDSA_SHA512 = "ecdsa-sha512"

    @property
    def key_kind(self) -> str:
        """The kind of key it needs, as `Certificate.key_kind` names it."""
        return "RSA" if self.value.startswith("rsa-") else "EC"

    @property
    def hash_name(self) -> str:
        """The name of its hash, as `hashlib` and `Certificate.signature_hash` know it."""
        return self.value.partition("-")[2]


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_PKCS1 = padding.PKCS1v15()


class SigningKey(Protocol):
    """A private key that can be used and not seen."""

    @property
    def certificate(self) -> Certificate: ...

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What it signs with when the receiver has no wish."""

    def sign(self, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        """The signature value as XML Signature wants it: for ECDSA r‖s of fixed length."""


@dataclass(frozen=True, slots=True, eq=False)
class PemSigningKey:
    """A key held in this process's memory."""

    certificate: Certificate
    algorithm: SignatureAlgorithm
    _private: PrivateKey = field(repr=False)

    @classmethod
    def from_pem(cls, key_pem: bytes, certificate_pem: bytes) -> Self:
        """Read an unencrypted PEM key and its certificate; raise UnfitKey if they do not fit."""
        try:
            private = serialization.load_pem_private_key(key_pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise UnfitKey("the private key is not a readable, unencrypted PEM key") from error
        certificate = Certificate.from_pem(certificate_pem)
        if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise UnfitKey(f"a key of kind {certificate.key_kind}; wanted RSA or EC")
        if private.public_key() != certificate.public_key:
            raise UnfitKey(f"the key is not that of certificate {certificate.fingerprint}")
        return cls(certificate, default_algorithm(private), private)

    def sign(self, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        digest = _HASHES[algorithm.hash_name]
        match self._private, algorithm.key_kind:
            case rsa.RSAPrivateKey() as key, "RSA":
                return key.sign(data, _PKCS1, digest)
            case ec.EllipticCurvePrivateKey() as key, "EC":
                return _r_and_s(key.sign(data, ec.ECDSA(digest)), key.key_size)
            case _:
                raise UnfitAlgorithm(
                    f"{algorithm.value} cannot be used with a key of kind "
                    f"{self.certificate.key_kind}"
                )


def default_algorithm(key: PrivateKey) -> SignatureAlgorithm:
    """SHA-256, save for curves that deserve a longer hash."""
    if isinstance(key, rsa.RSAPrivateKey):
        return SignatureAlgorithm.RSA_SHA256
    if key.key_size <= 256:
        return SignatureAlgorithm.ECDSA_SHA256
    return (
        SignatureAlgorithm.ECDSA_SHA384 if key.key_size <= 384 else SignatureAlgorithm.ECDSA_SHA512
    )


def _r_and_s(der: bytes, key_bits: int) -> bytes:
    """RFC 4050 §3.3 and XML Signature 1.1 §6.4.3: two numbers of the curve's length."""
    size = (key_bits + 7) // 8
    r, s = decode_dss_signature(der)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")
