"""Put a signature on a message that is canonical text already.

XML Signature 1.1, Core §5.4: enveloped, one Reference to the whole element.
No XML library is used, so this costs little more than the signature itself.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from certs.certificate import Certificate
from certs.signing_key import SignatureAlgorithm, SigningKey
from metadata import names
from metadata.algorithms import DIGEST_URI_OF, URI_OF

PLAIN_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")

# xsi:type="xs:string" uses its prefix in a value, which exclusive canonicalisation does not
# see; naming it here keeps its declaration.  Where `xs` is not declared this does nothing.
_TRANSFORMS = (
    f'<ds:Transform Algorithm="{names.ENVELOPED}"></ds:Transform>'
    f'<ds:Transform Algorithm="{names.EXCLUSIVE_C14N}">'
    f'<ec:InclusiveNamespaces xmlns:ec="{names.EXCLUSIVE_C14N}" PrefixList="xs">'
    "</ec:InclusiveNamespaces></ds:Transform>"
)
_NAMESPACE = f' xmlns:ds="{names.DS}"'.encode()


@dataclass(frozen=True, slots=True)
class _Frame:
    """The parts of a signature that are the same for every message."""

    before_id: bytes
    before_digest: bytes
    after_digest: bytes
    key_info: bytes


def enveloped(
    head: bytes,
    tail: bytes,
    element_id: str,
    key: SigningKey,
    algorithm: SignatureAlgorithm | None = None,
) -> bytes:
    """The element `head + tail` with its signature between the two.

    Together they must be the exclusive canonical form of one element whose ID
    is `element_id`; `xmlns:xs` counts as used where it is declared.  The
    result is canonical again, so it can stand in another signed message.
    """
    if not PLAIN_ID.fullmatch(element_id):
        raise ValueError(f"ID {element_id!r} is no plain XML name")
    algorithm = algorithm or key.algorithm
    frame = _frame(algorithm, key.certificate)
    digest = hashlib.new(algorithm.hash_name, head)
    digest.update(tail)
    claims = b"".join(
        (
            frame.before_id,
            element_id.encode(),
            frame.before_digest,
            base64.b64encode(digest.digest()),
            frame.after_digest,
        )
    )
    value = key.sign(algorithm, b"<ds:SignedInfo" + _NAMESPACE + claims)
    return b"".join(
        (
            head,
            b"<ds:Signature" + _NAMESPACE + b"><ds:SignedInfo",
            claims,
            b"<ds:SignatureValue>",
            base64.b64encode(value),
            b"</ds:SignatureValue>",
            frame.key_info,
            b"</ds:Signature>",
            tail,
        )
    )


@lru_cache(maxsize=64)
def _frame(algorithm: SignatureAlgorithm, certificate: Certificate) -> _Frame:
    return _Frame(
        (
            f'><ds:CanonicalizationMethod Algorithm="{names.EXCLUSIVE_C14N}">'
            "</ds:CanonicalizationMethod>"
            f'<ds:SignatureMethod Algorithm="{URI_OF[algorithm]}"></ds:SignatureMethod>'
            '<ds:Reference URI="#'
        ).encode(),
        (
            f'"><ds:Transforms>{_TRANSFORMS}</ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{DIGEST_URI_OF[algorithm.hash_name]}">'
            "</ds:DigestMethod><ds:DigestValue>"
        ).encode(),
        b"</ds:DigestValue></ds:Reference></ds:SignedInfo>",
        (
            f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate.base64}"
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        ).encode(),
    )
