"""Rules for keys: what they are for, their certificates, and the algorithms beside them.

Metadata §2.4.1.1; XML Encryption 1.1 §5; Metadata Profile for Algorithm Support 1.0.
Chains and revocation are not looked at: a certificate is only a wrapping for its key.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from lxml import etree

from certs.certificate import Certificate
from metadata import names
from metadata.algorithms import ALGORITHM_OF
from metadata.description import EncryptionKey
from metadata.parse_keys import SIGNING_KINDS
from sp_registry.lint import fixes
from sp_registry.lint.finding import Finding, Fix, LintContext
from sp_registry.lint.subject import (
    Subject,
    cannot_encrypt,
    certificate_of,
    certificates_in,
    codes_of,
    found,
)

SOON: Final = timedelta(days=30)
JUDGED: Final = (
    "key-too-small",
    "certificate-expired",
    "certificate-not-yet-valid",
    "certificate-hash",
)
UNUSABLE: Final = ("encryption-key-kind", "encryption-method", "encryption-key-transport")


def uses(subject: Subject, context: LintContext) -> Iterator[Finding]:
    """What the role signs and wants signed, and which keys it has for it."""
    read = subject.description
    codes = codes_of(
        context,
        signing_certificates=read.signing_certificates,
        encryption_keys=read.encryption_keys,
        authn_requests_signed=read.authn_requests_signed,
    )
    for code in ("signing-key-missing", "requests-not-signed", "encryption-key-missing"):
        if code in codes:
            yield found(code, subject.role)
    if not read.want_assertions_signed:
        yield found("assertions-not-wanted-signed", subject.role, fixes.WANT_ASSERTIONS_SIGNED)


def descriptors(subject: Subject) -> Iterator[Finding]:
    for element in subject.key_descriptors:
        if element.get("use") is None:
            fix = fixes.SIGN_ONLY if cannot_encrypt(element) else fixes.ADD_USE
            yield found("key-without-use", element, fix)
        if element.get("use") == "signing" and _methods(element):
            yield found("encryption-method-idle", element, fixes.REMOVE_IDLE_METHODS)
        if len(certificates_in(element)) > 1:
            yield found("key-several-certificates", element)
        certificate = certificate_of(element)
        if certificate is None:
            yield found("key-unreadable", element)
        elif element.get("use") != "encryption" and certificate.key_kind not in SIGNING_KINDS:
            yield found("key-kind", element, kind=certificate.key_kind)


def certificates(subject: Subject, context: LintContext) -> Iterator[Finding]:
    """Each certificate once, where it stands first."""
    seen: set[Certificate] = set()
    for element in subject.key_descriptors:
        certificate = certificate_of(element)
        if certificate is not None and certificate not in seen:
            seen.add(certificate)
            yield from _certificate(element, certificate, context)


def succession(subject: Subject, context: LintContext) -> Iterator[Finding]:
    """The key that answers are encrypted to has run out, and its successor stands behind it."""
    keys = subject.description.encryption_keys
    if not keys or keys[0].certificate.not_after >= context.now:
        return
    later = (one.certificate for one in keys[1:] if one.certificate.key_kind == "RSA")
    if any(one.not_after >= context.now for one in later):
        name = _name(keys[0].certificate)
        yield found("encryption-key-old", _descriptor_of(keys[0], subject), certificate=name)


def _name(certificate: Certificate) -> str:
    return f"{certificate.fingerprint[:16]}… ({certificate.subject[:80]})"


def _certificate(
    element: etree._Element, certificate: Certificate, context: LintContext
) -> Iterator[Finding]:
    name = _name(certificate)
    ends = certificate.not_after
    early = context.now < certificate.not_before
    values = {
        "certificate": name,
        "bits": str(certificate.key_bits),
        "hash": certificate.signature_hash,
        "day": f"{certificate.not_before if early else ends:%Y-%m-%d}",
    }
    codes = codes_of(context, signing_certificates=(certificate,))
    for code in (one for one in JUDGED if one in codes):
        yield found(code, element, None, **values)
    if "certificate-expired" not in codes and ends - SOON <= context.now:
        day = f"{ends:%Y-%m-%d}"
        yield found("certificate-expires-soon", element, certificate=name, day=day)
    number = certificate.organisation_number
    wanted = context.organisation_number
    if number is not None and wanted is not None and number != wanted:
        yield found(
            "certificate-organisation", element, certificate=name, found=number, wanted=wanted
        )


def encryption(subject: Subject, context: LintContext) -> Iterator[Finding]:
    """Whether the first key, which alone is used, can be; then what is weak beside better."""
    keys = subject.description.encryption_keys
    unusable = codes_of(context, encryption_keys=keys[:1])
    for code in (one for one in UNUSABLE if one in unusable):
        element = _descriptor_of(keys[0], subject)
        values = {"methods": _listed(keys[0]), "kind": keys[0].certificate.key_kind}
        yield found(code, element, _usable_by(keys[0], code, context), **values)
    for element in subject.key_descriptors:
        if element.get("use") == "signing":
            continue
        weak = [one for one in _methods(element) if one in fixes.WEAK_METHODS]
        if weak and unusable.isdisjoint(UNUSABLE):
            methods = ", ".join(map(_short, weak))
            yield found(
                "encryption-method-weak", element, fixes.REMOVE_WEAK_METHODS, methods=methods
            )


def _descriptor_of(key: EncryptionKey, subject: Subject) -> etree._Element:
    return next(
        one
        for one in subject.key_descriptors
        if one.get("use") != "signing"
        and certificate_of(one) == key.certificate
        and tuple(_methods(one)) == key.methods
    )


def _usable_by(key: EncryptionKey, code: str, context: LintContext) -> Fix | None:
    """The quick fix, if nothing is left then that stands in the way."""
    if code == "encryption-key-kind":
        return None if key.has_use else fixes.SIGN_ONLY
    left = tuple(one for one in key.methods if one not in fixes.WEAK_METHODS)
    codes = codes_of(context, encryption_keys=(replace(key, methods=left),))
    return fixes.REMOVE_WEAK_METHODS if codes.isdisjoint(UNUSABLE) else None


def _methods(descriptor: etree._Element) -> list[str]:
    elements = descriptor.iterchildren(f"{{{names.MD}}}EncryptionMethod")
    return [one.get("Algorithm", "").strip() for one in elements]


def _listed(key: EncryptionKey) -> str:
    return ", ".join(map(_short, key.methods))


def algorithms(subject: Subject) -> Iterator[Finding]:
    """The alg: extension of the role, or of the entity where the role has none."""
    elements = _algorithms(subject.role) or _algorithms(subject.entity)
    weak = list(filter(fixes.is_weak, elements))
    if weak:
        listed = ", ".join(_short(one.get("Algorithm", "").strip()) for one in weak)
        yield found("algorithm-weak", weak[0], fixes.REMOVE_WEAK_ALGORITHMS, algorithms=listed)
    signing = [one for one in elements if one.tag == fixes.ALGORITHMS[0]]
    if signing and not any(one.get("Algorithm", "").strip() in ALGORITHM_OF for one in signing):
        yield found("algorithm-unserved", signing[0])


def _algorithms(owner: etree._Element) -> list[etree._Element]:
    extensions = owner.find(f"{{{names.MD}}}Extensions")
    return [] if extensions is None else list(extensions.iterchildren(*fixes.ALGORITHMS))


def _short(algorithm: str) -> str:
    return algorithm.rpartition("#")[2] or algorithm
