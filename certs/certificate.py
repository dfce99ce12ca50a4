"""A certificate as the hub uses one: a public key with a name, dates and a fingerprint.

X.509 (RFC 5280).  Chains, revocation and name constraints are not looked at:
in SAML metadata a certificate is only a wrapping for its key (M§2.4.1.1), and
trust comes from the registry.
"""

import base64
import binascii
import hashlib
import re
import textwrap
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID, ObjectIdentifier

from certs.errors import CertsError

PEM_BLOCK = re.compile(
    r"-----BEGIN CERTIFICATE-----\s*(.*?)\s*-----END CERTIFICATE-----", re.DOTALL
)
NINE_DIGITS = re.compile(r"[0-9]{9}")
NUMBER_AFTER_NAME = re.compile(r" - ([0-9]{9})$")
NUMBER_AFTER_REGISTER = re.compile(r"NTRNO-([0-9]{9})")
ORGANISATION_IDENTIFIER = ObjectIdentifier("2.5.4.97")
# Names for what RFC 4514 §3 has none for, and Norwegian agencies' certificates hold.
READABLE = {
    NameOID.SERIAL_NUMBER: "serialNumber",
    ORGANISATION_IDENTIFIER: "organizationIdentifier",
}


class NotACertificate(CertsError):
    """The bytes are no X.509 certificate, or one whose key nobody here can use."""

    code = "certificate-unreadable"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; equal to another if their bytes are.  Parsed once, when it is made."""

    der: bytes = field(repr=False)
    fingerprint: str = field(init=False, compare=False)  # SHA-256 of the DER, hexadecimal
    public_key: CertificatePublicKeyTypes = field(init=False, repr=False, compare=False)
    _x509: x509.Certificate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            parsed = x509.load_der_x509_certificate(self.der)
            public_key = parsed.public_key()
        except (ValueError, UnsupportedAlgorithm) as error:
            raise NotACertificate(f"no usable X.509 certificate: {error}") from error
        fingerprint = hashlib.sha256(self.der).hexdigest()
        object.__setattr__(self, "fingerprint", fingerprint)
        object.__setattr__(self, "public_key", public_key)
        object.__setattr__(self, "_x509", parsed)

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        return cls(der)

    @classmethod
    def from_base64(cls, text: str) -> Self:
        """From an X509Certificate element: white space anywhere is read past."""
        try:
            return cls(base64.b64decode("".join(text.split()), validate=True))
        except (binascii.Error, ValueError) as error:
            raise NotACertificate(f"the certificate is not base64: {error}") from error

    @classmethod
    def from_pem(cls, pem: str | bytes) -> Self:
        """The first certificate of a PEM text."""
        text = pem.decode("ascii", "replace") if isinstance(pem, bytes) else pem
        block = PEM_BLOCK.search(text)
        if block is None:
            raise NotACertificate("found no PEM block with BEGIN CERTIFICATE")
        return cls.from_base64(block[1])

    @property
    def base64(self) -> str:
        """The DER in one line of base64, as it stands in KeyInfo."""
        return base64.b64encode(self.der).decode("ascii")

    @property
    def pem(self) -> str:
        lines = "\n".join(textwrap.wrap(self.base64, 64))
        return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"

    @property
    def subject(self) -> str:
        return self._x509.subject.rfc4514_string(READABLE)

    @property
    def issuer(self) -> str:
        return self._x509.issuer.rfc4514_string(READABLE)

    @property
    def not_before(self) -> datetime:
        return self._x509.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        return self._x509.not_valid_after_utc

    def valid_at(self, now: datetime) -> bool:
        """True within the certificate's dates; nothing else is judged."""
        return self.not_before <= now <= self.not_after

    @property
    def key_kind(self) -> str:
        """"RSA" or "EC", which the hub can use, or the name of another kind."""
        match self.public_key:
            case rsa.RSAPublicKey():
                return "RSA"
            case ec.EllipticCurvePublicKey():
                return "EC"
            case dsa.DSAPublicKey():
                return "DSA"
            case ed25519.Ed25519PublicKey():
                return "Ed25519"
            case ed448.Ed448PublicKey():
                return "Ed448"
            case _:
                return "other"

    @property
    def key_bits(self) -> int:
        """The size of the key; 0 for kinds that come in one size."""
        match self.public_key:
            case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey() | dsa.DSAPublicKey():
                return self.public_key.key_size
            case _:
                return 0

    @property
    def signature_hash(self) -> str:
        """The hash that the issuer signed with, such as "sha256"; "unknown" if we know none."""
        try:
            algorithm = self._x509.signature_hash_algorithm
        except UnsupportedAlgorithm:
            return "unknown"
        return algorithm.name if algorithm is not None else "unknown"

    @property
    def organisation_number(self) -> str | None:
        """The nine digits of a Norwegian enterprise certificate, in any of its three places."""
        subject = self._x509.subject
        places = (
            (NameOID.SERIAL_NUMBER, NINE_DIGITS.fullmatch, 0),
            (NameOID.ORGANIZATION_NAME, NUMBER_AFTER_NAME.search, 1),
            (ORGANISATION_IDENTIFIER, NUMBER_AFTER_REGISTER.fullmatch, 1),
        )
        for oid, find, group in places:
            for attribute in subject.get_attributes_for_oid(oid):
                if found := find(str(attribute.value).strip()):
                    return found[group]
        return None
