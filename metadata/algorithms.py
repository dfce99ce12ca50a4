"""The URIs of XML Signature algorithms, with the key and the hash that each one needs.

XML Signature 1.1 §6, RFC 6931.  Which of them are accepted is not said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from certs.signing_key import SignatureAlgorithm
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
