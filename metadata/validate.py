"""Judge a service provider's description at a moment: all its faults at once.

Pure.  For people, who mend everything in one go; what is so bad that it must
be refused, or wants an approver's exception, says so in its severity.  The
warnings of `parse` come along.  Policy (attributes, levels) is not known here.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from certs.certificate import Certificate
from metadata import names
from metadata.description import Endpoint, SpDescription
from metadata.encryption import CannotEncrypt, methods_for

# Where plain http is good enough, in development mode alone; in production: none.
DEVELOPMENT_HTTP_HOSTS: Final = ("localhost", "127.0.0.1", "*.localhost", "*.test")

NAME_ID_FORMATS: Final = frozenset({names.TRANSIENT, names.PERSISTENT, names.UNSPECIFIED_NAME_ID})
LOGOUT_BINDINGS: Final = frozenset({names.HTTP_REDIRECT, names.HTTP_POST, names.SOAP_BINDING})
LEAST_KEY_BITS: Final = {"RSA": 2048, "EC": 256}
WEAK_HASHES: Final = frozenset({"md5", "sha1", "unknown"})


class Severity(StrEnum):
    REFUSE = "refuse"  # cannot be taken in
    BLOCK = "block"  # cannot be approved without an exception
    ADVICE = "advice"  # works, and should be mended


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a stable code, how bad it is, and a sentence for who mends it."""

    code: str
    severity: Severity
    sentence: str
    about: str = ""  # the address or certificate, the same in every language


def problems(
    description: SpDescription,
    now: datetime,
    allows_http_hosts: Collection[str] = (),
    excepted_contents: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Every fault of this description, the worst first; exceptions are for ciphers alone."""
    found = [
        *_validity(description, now),
        *_addresses(description, allows_http_hosts),
        *_signing(description),
        *_encryption(description, excepted_contents),
        *_certificates(description, now),
        *_logout(description),
        *_name_ids(description),
        *(_read_past(warning) for warning in description.warnings),
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda problem: order.index(problem.severity)))


def _read_past(warning: str) -> Problem:
    return Problem("metadata-warning", Severity.ADVICE, f"{warning[:1].upper()}{warning[1:]}.")


def _validity(description: SpDescription, now: datetime) -> Iterator[Problem]:
    valid_until = description.valid_until
    if valid_until is not None and valid_until <= now:
        yield Problem(
            "metadata-expired",
            Severity.REFUSE,
            f"validUntil passed at {valid_until:%Y-%m-%d %H:%M} UTC; publish the metadata anew.",
        )


def _addresses(description: SpDescription, allowed: Collection[str]) -> Iterator[Problem]:
    endpoints = (*description.consumers, *description.logout)
    urls = (url for one in endpoints for url in (one.url, one.response_url) if url)
    for url in dict.fromkeys(urls):
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and not any(fnmatchcase(host, one) for one in allowed):
            yield Problem(
                "endpoint-http",
                Severity.BLOCK,
                f"The address {url} is not https; no assertion is sent there.",
                about=url,
            )
    if not description.entity_id.isascii():
        yield Problem(
            "entity-id-not-ascii",
            Severity.ADVICE,
            f"The entityID {description.entity_id} has letters beyond ASCII.",
        )


def _signing(description: SpDescription) -> Iterator[Problem]:
    if not description.signing_certificates:
        yield Problem(
            "signing-key-missing",
            Severity.ADVICE,
            "No signing key is given, so requests and logouts cannot be signed.",
        )
    if not description.authn_requests_signed:
        yield Problem(
            "requests-not-signed",
            Severity.ADVICE,
            "AuthnRequestsSigned is not true; identity numbers need signed requests.",
        )


def _encryption(description: SpDescription, excepted: Collection[str]) -> Iterator[Problem]:
    keys = description.encryption_keys
    if not keys:
        yield Problem(
            "encryption-key-missing",
            Severity.ADVICE,
            "No encryption key is given; identity numbers need encrypted assertions.",
        )
        return
    if not keys[0].has_use:
        yield Problem(
            "key-without-use",
            Severity.ADVICE,
            "A KeyDescriptor has no use, so it counts for signing and for encryption.",
        )
    try:
        methods_for(keys[0], excepted)
    except CannotEncrypt as error:
        sentence = f"Assertions cannot be encrypted: {error.detail}."
        yield Problem(error.code, Severity.BLOCK, sentence)


def _certificates(description: SpDescription, now: datetime) -> Iterator[Problem]:
    encryption = (one.certificate for one in description.encryption_keys)
    for certificate in dict.fromkeys((*description.signing_certificates, *encryption)):
        yield from _certificate(certificate, now)


def _certificate(certificate: Certificate, now: datetime) -> Iterator[Problem]:
    name = f"Certificate {certificate.fingerprint[:16]}… ({certificate.subject[:80]})"
    if certificate.not_after < now:
        yield Problem(
            "certificate-expired",
            Severity.ADVICE,
            f"{name} expired {certificate.not_after:%Y-%m-%d}.",
        )
    if now < certificate.not_before:
        yield Problem(
            "certificate-not-yet-valid",
            Severity.ADVICE,
            f"{name} is valid from {certificate.not_before:%Y-%m-%d}.",
        )
    least = LEAST_KEY_BITS.get(certificate.key_kind, 0)
    if certificate.key_bits < least:
        yield Problem(
            "key-too-small",
            Severity.BLOCK,
            f"{name} has a key of {certificate.key_bits} bits; wanted at least {least}.",
            about=f"{certificate.subject[:80]} ({certificate.fingerprint[:16]}…)",
        )
    if certificate.signature_hash in WEAK_HASHES:
        yield Problem(
            "certificate-hash",
            Severity.ADVICE,
            f"{name} is signed with {certificate.signature_hash}; wanted SHA-256 or better.",
        )


def _logout(description: SpDescription) -> Iterator[Problem]:
    if not description.logout:
        yield Problem(
            "logout-missing",
            Severity.ADVICE,
            "No SingleLogoutService is given, so logging out elsewhere will not reach it.",
        )
    elif not any(_serves_logout(one) for one in description.logout):
        yield Problem(
            "logout-binding",
            Severity.ADVICE,
            "No SingleLogoutService has the binding HTTP-Redirect, HTTP-POST or SOAP.",
        )


def _serves_logout(endpoint: Endpoint) -> bool:
    return endpoint.binding in LOGOUT_BINDINGS


def _name_ids(description: SpDescription) -> Iterator[Problem]:
    formats = description.name_id_formats
    if not formats:
        yield Problem(
            "name-id-missing",
            Severity.ADVICE,
            "No NameIDFormat is given; a transient identifier is used.",
        )
    elif not NAME_ID_FORMATS.intersection(formats):
        yield Problem(
            "name-id-unknown",
            Severity.ADVICE,
            f"None of the NameIDFormats is served ({', '.join(formats)[:200]}); "
            "a transient identifier is used.",
        )
