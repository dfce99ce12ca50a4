"""Encrypt an assertion to a service provider's registered key.

Core §2.3.4 (EncryptedAssertion), XML Encryption 1.1 §5.  AES-GCM and RSA-OAEP
only; AES-CBC, which tells too much to who can alter a message, by exception.
There is no way from here to an assertion in clear: what cannot be encrypted
raises, and whoever called decides.  Whether an assertion is to be encrypted at
all is not decided here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import xmlsec
from lxml import etree

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
OAEP_DIGESTS: Final = frozenset({names.SHA1, names.SHA256, names.SHA384, names.SHA512})
MGF1_SHA256: Final = f"{names.XENC11}mgf1sha256"

# The name space declarations stand where canonicalisation would put them.
_TEMPLATE = (
    '<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element">'
    '<xenc:EncryptionMethod Algorithm="{data_method}"/>'
    '<ds:KeyInfo xmlns:ds="{DS}"><xenc:EncryptedKey>'
    '<xenc:EncryptionMethod Algorithm="{key_method}">'
    '<ds:DigestMethod Algorithm="{digest}"/>{mask}</xenc:EncryptionMethod>'
    "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>"
    "</xenc:EncryptedKey></ds:KeyInfo>"
    "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
)
_MASK = f'<xenc11:MGF xmlns:xenc11="{names.XENC11}" Algorithm="{MGF1_SHA256}"/>'


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
    template = etree.fromstring(_template(chosen))
    context = xmlsec.EncryptionContext(_manager(key.certificate))
    context.key = xmlsec.Key.generate(
        xmlsec.constants.KeyDataAes, BITS_OF[chosen.data], xmlsec.constants.KeyDataTypeSession
    )
    try:
        encrypted = context.encrypt_binary(template, assertion)
    except xmlsec.Error as error:
        raise CannotEncrypt(
            "encryption-failed", f"the key of {key.certificate.fingerprint} did not take it"
        ) from error
    return b"".join(
        (
            f'<saml:EncryptedAssertion xmlns:saml="{names.SAML}">'.encode(),
            etree.tostring(encrypted, method="c14n", exclusive=True),
            b"</saml:EncryptedAssertion>",
        )
    )


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


def _template(chosen: Methods) -> str:
    return _TEMPLATE.format(
        XENC=names.XENC,
        DS=names.DS,
        data_method=chosen.data,
        key_method=chosen.key,
        digest=chosen.digest,
        mask=_MASK if chosen.key == names.RSA_OAEP else "",
    )


@lru_cache(maxsize=4096)
def _manager(certificate: Certificate) -> xmlsec.KeysManager:
    """Only for encrypting: for verifying, a manager would bring in the machine's own CAs."""
    manager = xmlsec.KeysManager()
    manager.add_key(
        xmlsec.Key.from_memory(certificate.der, xmlsec.constants.KeyDataFormatCertDer)
    )
    return manager
