"""Read the keys of a service provider's role.

Metadata §2.4.1.1 (KeyDescriptor).  A certificate is only a wrapping here:
dates and issuer are looked at in `validate`, and expired ones are kept.
"""

from dataclasses import dataclass

from lxml import etree

from certs.certificate import Certificate, NotACertificate
from metadata import names
from metadata.description import EncryptionKey
from metadata.parse_values import plain_text

SIGNING_KINDS = ("RSA", "EC")


@dataclass(frozen=True, slots=True)
class Keys:
    signing: tuple[Certificate, ...]
    encryption: tuple[EncryptionKey, ...]  # the one to use first


def keys_of(role: etree._Element, warnings: list[str]) -> Keys:
    """The keys by what they are for; one without `use` counts for both."""
    signing: list[Certificate] = []
    encryption: list[EncryptionKey] = []
    for descriptor in role.iterchildren(f"{{{names.MD}}}KeyDescriptor"):
        certificate = _certificate(descriptor, warnings)
        use = descriptor.get("use")
        if use not in (None, "signing", "encryption"):
            warnings.append(f"KeyDescriptor: use is {use[:40]!r}; it is left out")
            continue
        if certificate is None:
            continue
        if use != "encryption" and certificate not in signing:
            signing.append(certificate)
        if use != "signing":
            encryption.append(_encryption_key(descriptor, certificate, has_use=use is not None))
    return Keys(
        tuple(one for one in signing if _can_sign(one, warnings)),
        tuple(sorted(encryption, key=_order)),
    )


def _certificate(descriptor: etree._Element, warnings: list[str]) -> Certificate | None:
    found = list(descriptor.iter(f"{{{names.DS}}}X509Certificate"))
    if not found:
        warnings.append("a KeyDescriptor holds no X509Certificate and is left out")
        return None
    if len(found) > 1:
        warnings.append("a KeyDescriptor holds several certificates; only the first is used")
    try:
        return Certificate.from_base64(plain_text(found[0]))
    except NotACertificate as error:
        warnings.append(f"a KeyDescriptor is left out: {error.detail}")
        return None


def _can_sign(certificate: Certificate, warnings: list[str]) -> bool:
    if certificate.key_kind in SIGNING_KINDS:
        return True
    warnings.append(
        f"signing key {certificate.fingerprint} is of kind {certificate.key_kind} "
        "and is left out; wanted RSA or EC"
    )
    return False


def _encryption_key(
    descriptor: etree._Element, certificate: Certificate, has_use: bool
) -> EncryptionKey:
    methods = list(descriptor.iterchildren(f"{{{names.MD}}}EncryptionMethod"))
    digest = f"{{{names.DS}}}DigestMethod"
    digests = (one for method in methods for one in method.iterchildren(digest))
    return EncryptionKey(
        certificate,
        tuple(one.get("Algorithm", "").strip() for one in methods),
        tuple(one.get("Algorithm", "").strip() for one in digests),
        has_use,
    )


def _order(key: EncryptionKey) -> tuple[bool, bool]:
    """Keys that can be encrypted to come first, then those that are meant for it."""
    return key.certificate.key_kind != "RSA", not key.has_use
