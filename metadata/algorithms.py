"""The URIs of XML Signature algorithms: what each needs, and which is agreed on or accepted.

XML Signature 1.1 §6, RFC 6931; the wishes of a receiver: SAML Metadata Profile for
Algorithm Support 1.0 §2.3 to §2.5.  An exception lets one service provider use one
old algorithm until a day that was set for it; nothing else weakens what is accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from certs.signing_key import SignatureAlgorithm, SigningKey
from metadata import names

URI_OF: Final[Mapping[SignatureAlgorithm, str]] = {
    SignatureAlgorithm.RSA_SHA256: names.RSA_SHA256,
    SignatureAlgorithm.RSA_SHA384: names.RSA_SHA384,
    SignatureAlgorithm.RSA_SHA512: names.RSA_SHA512,
    SignatureAlgorithm.ECDSA_SHA256: names.ECDSA_SHA256,
    SignatureAlgorithm.ECDSA_SHA384: names.ECDSA_SHA384,
    SignatureAlgorithm.ECDSA_SHA512: names.ECDSA_SHA512,
}

DIGEST_URI_OF: Final[Mapping[str, str]] = {
    "sha1": names.SHA1,
    "sha256": names.SHA256,
    "sha384": names.SHA384,
    "sha512": names.SHA512,
}
HASH_OF_DIGEST: Final = {uri: name for name, uri in DIGEST_URI_OF.items()}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a signature algorithm needs: a kind of key, and a hash."""

    key_kind: str
    hash_name: str


# SHA-1 is known, so that an exception can be made for it; it is not thereby accepted.
NEEDS_OF: Final[Mapping[str, Needs]] = {
    names.RSA_SHA1: Needs("RSA", "sha1"),
    **{URI_OF[one]: Needs(one.key_kind, one.hash_name) for one in SignatureAlgorithm},
}

# What we tell others that we verify, and in which order we like it.
PREFERRED_SIGNATURES: Final = tuple(URI_OF.values())
PREFERRED_DIGESTS: Final = (names.SHA256, names.SHA384, names.SHA512)

ALGORITHM_OF: Final = {uri: algorithm for algorithm, uri in URI_OF.items()}

# What an exception can be made for, by the name that people write.
EXCEPTIONS: Final[Mapping[str, str]] = {
    "rsa-sha1": names.RSA_SHA1,
    "aes128-cbc": names.AES128_CBC,
    "aes256-cbc": names.AES256_CBC,
}
NAME_OF_EXCEPTION: Final = {uri: name for name, uri in EXCEPTIONS.items()}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What one service provider may use beyond what all may: mostly nothing."""

    signatures: frozenset[str] = names.ACCEPTED_SIGNATURES
    digests: frozenset[str] = names.ACCEPTED_DIGESTS
    contents: frozenset[str] = frozenset()  # weak ciphers that we may encrypt to it with


ACCEPTED_OF_ALL: Final = Accepted()


def accepted_at(exceptions: Sequence[tuple[str, date]], now: datetime) -> Accepted:
    """What is accepted of a service provider with these (algorithm, last day), by UTC's days."""
    today = now.astimezone(UTC).date()
    granted = frozenset(uri for uri, last_day in exceptions if today <= last_day)
    return _accepted(granted) if granted else ACCEPTED_OF_ALL


@lru_cache(maxsize=16)
def _accepted(granted: frozenset[str]) -> Accepted:
    # Whoever signs with RSA-SHA1 digests with SHA-1 as well.
    old_signature = names.RSA_SHA1 in granted
    return Accepted(
        names.ACCEPTED_SIGNATURES | ({names.RSA_SHA1} if old_signature else frozenset()),
        names.ACCEPTED_DIGESTS | ({names.SHA1} if old_signature else frozenset()),
        granted & {names.AES128_CBC, names.AES256_CBC},
    )


def agreed(
    key: SigningKey, signing_methods: Sequence[str], digest_methods: Sequence[str]
) -> SignatureAlgorithm:
    """The algorithm to sign with for a receiver that lists these, in its order.

    The first that this key can do and whose hash is among the listed digests; else the
    first that the key can do; else the key's own default.
    """
    if not signing_methods and not digest_methods:
        return key.algorithm
    return _agreed(
        key.algorithm, key.certificate.key_kind, tuple(signing_methods), tuple(digest_methods)
    )


@lru_cache(maxsize=1024)
def _agreed(
    default: SignatureAlgorithm,
    key_kind: str,
    signing_methods: tuple[str, ...],
    digest_methods: tuple[str, ...],
) -> SignatureAlgorithm:
    listed = [ALGORITHM_OF[uri] for uri in signing_methods if uri in ALGORITHM_OF]
    fit = [one for one in listed if one.key_kind == key_kind]
    if not fit and not signing_methods:
        # Only digests are listed: any of our algorithms that uses one of them.
        fit = [one for one in SignatureAlgorithm if one.key_kind == key_kind]
        fit.sort(key=lambda one: one is not default)
    for one in fit:
        if DIGEST_URI_OF[one.hash_name] in digest_methods:
            return one
    return fit[0] if fit else default
