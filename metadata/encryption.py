"""Encrypt an assertion to a service provider's registered key.

Core §2.3.4 (EncryptedAssertion), XML Encryption 1.1 §5.  AES-GCM and RSA-OAEP
only; AES-CBC, which tells too much to who can alter a message, by exception.
There is no way from here to an assertion in clear: what cannot be encrypted
raises, and whoever called decides.  Whether an assertion is to be encrypted at
all is not decided here.  As in `signing` the text is canonical from the start,
so no XML library is used; tests decrypt it by two others.
"""

import base64
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certs.certificate import Certificate
from metadata import names
from metadata.description import EncryptionKey
from metadata.errors import MetadataError

# Best first; for the key: what most software reads first.
KEY_BITS: Final = {names.AES256_GCM: 256, names.AES128_GCM: 128}
EXCEPTED_KEY_BITS: Final = {names.AES256_CBC: 256, names.AES128_CBC: 128}
BITS_OF: Final = KEY_BITS | EXCEPTED_KEY_BITS
KEY_TRANSPORTS: Final = (names.RSA_OAEP_MGF1P, names.RSA_OAEP)
ALL_KEY_TRANSPORTS: Final = frozenset({*KEY_TRANSPORTS, names.RSA_1_5})
OAEP_DIGESTS: Final[Mapping[str, hashes.HashAlgorithm]] = {
    names.SHA1: hashes.SHA1(),
    names.SHA256: hashes.SHA256(),
    names.SHA384: hashes.SHA384(),
    names.SHA512: hashes.SHA512(),
}
MGF1_SHA256: Final = f"{names.XENC11}mgf1sha256"
GCM_IV: Final = 12  # bytes (XML Encryption 1.1 §5.2.4)
CBC_BLOCK: Final = 16

# The name space declarations stand where canonicalisation would put them.
_TEMPLATE = (
    '<saml:EncryptedAssertion xmlns:saml="{SAML}">'
    '<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element">'
    '<xenc:EncryptionMethod Algorithm="{data_method}"></xenc:EncryptionMethod>'
    '<ds:KeyInfo xmlns:ds="{DS}"><xenc:EncryptedKey>'
    '<xenc:EncryptionMethod Algorithm="{key_method}">'
    '<ds:DigestMethod Algorithm="{digest}"></ds:DigestMethod>{mask}</xenc:EncryptionMethod>'
    "<xenc:CipherData><xenc:CipherValue>{HERE}</xenc:CipherValue></xenc:CipherData>"
    "</xenc:EncryptedKey></ds:KeyInfo>"
    "<xenc:CipherData><xenc:CipherValue>{HERE}</xenc:CipherValue></xenc:CipherData>"
    "</xenc:EncryptedData></saml:EncryptedAssertion>"
)
_MASK = f'<xenc11:MGF xmlns:xenc11="{names.XENC11}" Algorithm="{MGF1_SHA256}"></xenc11:MGF>'
_HERE = "\n"  # where the two ciphertexts go; the template has no line break of its own


class CannotEncrypt(MetadataError):
    """The registered key or its methods allow no encryption that we would stand for."""


@dataclass(frozen=True, slots=True)
class Methods:
    """How one assertion is encrypted: its content, its key, and OAEP's digest."""

    data: str
    key: str
    digest: str


def encrypted_assertion(
    assertion: bytes, key: EncryptionKey, excepted: Collection[str] = ()
) -> bytes:
    """`saml:EncryptedAssertion` with this assertion in it, in canonical form.

    The bytes of the assertion are encrypted as they are, so a signature in it
    stays good, and the result can stand in a message that we sign as text.
    """
    chosen = methods_for(key, excepted)
    secret = secrets.token_bytes(BITS_OF[chosen.data] // 8)
    before, between, after = _frame(chosen)
    return b"".join(
        (
            before,
            base64.b64encode(_wrapped(secret, chosen, key.certificate)),
            between,
            base64.b64encode(_sealed(assertion, secret, chosen)),
            after,
        )
    )


def _wrapped(secret: bytes, chosen: Methods, certificate: Certificate) -> bytes:
    """The content's key, for the owner of the certificate alone (§5.5.2)."""
    public = certificate.public_key
    assert isinstance(public, rsa.RSAPublicKey)  # for the type checker; `methods_for` has looked
    mask = hashes.SHA256() if chosen.key == names.RSA_OAEP else hashes.SHA1()
    oaep = padding.OAEP(padding.MGF1(mask), OAEP_DIGESTS[chosen.digest], label=None)
    try:
        return public.encrypt(secret, oaep)
    except ValueError as error:
        raise CannotEncrypt(
            "encryption-failed", f"the key of {certificate.fingerprint} did not take it"
        ) from error


def _sealed(content: bytes, secret: bytes, chosen: Methods) -> bytes:
    """A fresh initialisation vector and the ciphertext; with GCM its tag of 16 bytes too."""
    if chosen.data in KEY_BITS:
        vector = secrets.token_bytes(GCM_IV)
        return vector + AESGCM(secret).encrypt(vector, content, None)
    vector = secrets.token_bytes(CBC_BLOCK)
    added = CBC_BLOCK - len(content) % CBC_BLOCK  # the last byte tells how many (§5.2.1)
    cipher = Cipher(algorithms.AES(secret), modes.CBC(vector)).encryptor()
    return vector + cipher.update(content + bytes(added - 1) + bytes([added])) + cipher.finalize()


def methods_for(key: EncryptionKey, excepted: Collection[str] = ()) -> Methods:
    """The best of those listed; AES-256-GCM with OAEP-MGF1P where none is listed.

    `excepted` are ciphers in CBC mode that this service provider may list for now; a
    better one wins all the same.  Raises CannotEncrypt if only others are listed.
    """
    if key.certificate.key_kind != "RSA":
        raise CannotEncrypt(
            "encryption-key-kind",
            f"the encryption key is of kind {key.certificate.key_kind}; wanted RSA",
        )
    transports = [one for one in key.methods if one in ALL_KEY_TRANSPORTS]
    contents = [one for one in key.methods if one not in transports]
    fit = (*KEY_BITS, *(one for one in EXCEPTED_KEY_BITS if one in excepted))
    data = next((one for one in fit if one in contents), None)
    transport = next((one for one in KEY_TRANSPORTS if one in transports), None)
    if contents and data is None:
        raise CannotEncrypt(
            "encryption-method", f"EncryptionMethod lists {contents}; wanted one of {[*fit]}"
        )
    if transports and transport is None:
        raise CannotEncrypt(
            "encryption-key-transport",
            f"EncryptionMethod lists {transports}; wanted {names.RSA_OAEP_MGF1P}",
        )
    transport = transport or names.RSA_OAEP_MGF1P
    return Methods(data or names.AES256_GCM, transport, _digest(key, transport))


def _digest(key: EncryptionKey, transport: str) -> str:
    """OAEP with SHA-1 is what every implementation reads, and is sound there."""
    default = names.SHA1 if transport == names.RSA_OAEP_MGF1P else names.SHA256
    return next((one for one in key.oaep_digests if one in OAEP_DIGESTS), default)


@lru_cache(maxsize=64)
def _frame(chosen: Methods) -> tuple[bytes, ...]:
    """The text before, between and after the two ciphertexts."""
    text = _TEMPLATE.format(
        SAML=names.SAML,
        XENC=names.XENC,
        DS=names.DS,
        data_method=chosen.data,
        key_method=chosen.key,
        digest=chosen.digest,
        mask=_MASK if chosen.key == names.RSA_OAEP else "",
        HERE=_HERE,
    )
    return tuple(part.encode() for part in text.split(_HERE))
