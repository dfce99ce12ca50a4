"""A letter sealed to the print provider: CMS enveloped data (RFC 5652 §6), AES-256.

The hub cannot open it again; so codes lie in no table, log or file that we can read.  Who
sends it is not in the envelope: the channel to the provider proves that.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import pkcs7

from hub.errors import HubError

SMALLEST_KEY = 2048  # bits


class PrinterUnusable(HubError):
    """The print provider's certificate cannot be sealed to."""

    code = "printer-certificate"


def read_certificate(pem: bytes, now: datetime) -> x509.Certificate:
    """The provider's certificate, if it is in force and has an RSA key that is long enough."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise PrinterUnusable("the print provider's certificate is no PEM certificate") from None
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST_KEY:
        raise PrinterUnusable(f"the print provider's key is not RSA of {SMALLEST_KEY} bits or more")
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise PrinterUnusable(
            f"the print provider's certificate is good from {certificate.not_valid_before_utc} "
            f"to {certificate.not_valid_after_utc}, and it is {now}"
        )
    return certificate


def sealed(content: bytes, to: x509.Certificate) -> bytes:
    return (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(content)
        .add_recipient(to)
        .set_content_encryption_algorithm(AES256)
        .encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


def opened(envelope: bytes, certificate: x509.Certificate, key_pem: bytes) -> bytes:
    """What the holder of the key reads: for development, where the hub is the printer too."""
    key = serialization.load_pem_private_key(key_pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise PrinterUnusable("the print provider's key is not RSA")
    return pkcs7.pkcs7_decrypt_der(envelope, certificate, key, [])
