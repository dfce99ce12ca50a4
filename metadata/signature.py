"""Sign our own messages and verify those of others.

Core §5.4, XML Signature 1.1; for HTTP-Redirect, Bindings §3.4.4.1.  Signing
works on text that is canonical already and uses no XML library; verifying is
done by python-xmlsec with registered keys alone: KeyInfo is never trusted.
Whether a message has to be signed is not decided here.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

import xmlsec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from certs.certificate import Certificate, NotACertificate
from certs.signing_key import SignatureAlgorithm, SigningKey
from metadata import names, safe_xml
from metadata.algorithms import DIGEST_URI_OF, HASH_OF_DIGEST, NEEDS_OF, URI_OF
from metadata.signature_shape import BadSignature, SignatureShape, has_signature, shape_of

__all__ = [
    "URI_OF",
    "BadSignature",
    "SignedPart",
    "enveloped",
    "has_signature",
    "signed_part",
    "verify_detached",
]

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
class SignedPart:
    """What was signed, parsed anew from the very bytes, and whose key signed it."""

    element: etree._Element
    certificate: Certificate


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


def signed_part(
    root: etree._Element,
    certificates: Sequence[Certificate],
    accepted_signatures: Collection[str] = names.ACCEPTED_SIGNATURES,
    accepted_digests: Collection[str] = names.ACCEPTED_DIGESTS,
) -> SignedPart:
    """The signed content of `root`, verified by one of these certificates' keys.

    First the shape, then the digest, then the key: so the reason given is
    exact, and no key is used on a message that is refused anyway.  `root` may
    stand in a larger document, such as a SOAP body; only it is looked at, and
    it is not changed.
    """
    own = deepcopy(root)
    own.tail = None
    shape = shape_of(own, accepted_signatures, accepted_digests)
    fit = _fit(certificates, shape.algorithm)
    xmlsec.tree.add_ids(own, ["ID"])
    signed = _signed_bytes(own, shape)
    _require_digest(signed, shape)
    for certificate in fit:
        if _verifies(own, shape, certificate):
            return SignedPart(safe_xml.parse_metadata(signed), certificate)
    raise _wrong_value(shape, fit)


def verify_detached(
    data: bytes,
    signature: bytes,
    algorithm_uri: str,
    certificates: Sequence[Certificate],
    accepted: Collection[str] = names.ACCEPTED_SIGNATURES,
) -> Certificate:
    """The certificate whose key signed these bytes (B§3.4.4.1); raises BadSignature.

    For ECDSA both r‖s, as XML Signature has it, and DER are taken: the
    binding does not say which, and both are met.
    """
    if algorithm_uri not in accepted or algorithm_uri not in NEEDS_OF:
        raise BadSignature(
            "signature-algorithm",
            f"SigAlg is {algorithm_uri[:100]!r}; accepted are {', '.join(sorted(accepted))}",
        )
    fit = _fit(certificates, algorithm_uri)
    for certificate in fit:
        if _verifies_bytes(data, signature, algorithm_uri, certificate):
            return certificate
    raise BadSignature(
        "signature-invalid",
        "the query was altered after signing, or signed with another key than the "
        f"registered {_fingerprints(fit)}",
    )


def _fit(certificates: Sequence[Certificate], algorithm: str) -> list[Certificate]:
    """Those whose kind of key the algorithm uses, so that no key is used as another kind."""
    if not certificates:
        raise BadSignature("signature-no-key", "no signing certificate is registered")
    needs = NEEDS_OF[algorithm]
    fit = [one for one in certificates if one.key_kind == needs.key_kind]
    if not fit:
        raise BadSignature(
            "signature-wrong-key",
            f"signed with an {needs.key_kind} key, but the registered certificates "
            f"{_fingerprints(certificates)} hold none",
        )
    return fit


def _signed_bytes(root: etree._Element, shape: SignatureShape) -> bytes:
    """What the two transforms make of the root: without its signature, canonical."""
    bare = deepcopy(root)
    signature = next(bare.iter(shape.element.tag))
    _remove_keeping_tail(bare, signature)
    try:
        return etree.tostring(
            bare,
            method="c14n",
            exclusive=True,
            with_comments=False,
            inclusive_ns_prefixes=list(shape.prefixes),
        )
    except etree.C14NError as error:
        raise BadSignature(
            "signature-canonicalisation",
            "the message has no canonical form; is a name space in it a relative URI?",
        ) from error


def _remove_keeping_tail(parent: etree._Element, child: etree._Element) -> None:
    """lxml takes the text that follows an element away with it; that text is signed."""
    before = child.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (child.tail or "")
    else:
        before.tail = (before.tail or "") + (child.tail or "")
    parent.remove(child)


def _require_digest(signed: bytes, shape: SignatureShape) -> None:
    digest = hashlib.new(HASH_OF_DIGEST[shape.digest_method], signed).digest()
    if not hmac.compare_digest(base64.b64encode(digest), shape.digest_value.encode()):
        raise BadSignature(
            "signature-content-altered",
            "the DigestValue is not that of the message: it was altered after signing",
        )


def _verifies(root: etree._Element, shape: SignatureShape, certificate: Certificate) -> bool:
    context = xmlsec.SignatureContext()
    context.key = _xmlsec_key(certificate)
    try:
        context.verify(shape.element)
    except xmlsec.Error:
        return False
    return True


@lru_cache(maxsize=4096)
def _xmlsec_key(certificate: Certificate) -> xmlsec.Key:
    return xmlsec.Key.from_memory(certificate.der, xmlsec.constants.KeyDataFormatCertDer)


def _verifies_bytes(
    data: bytes, signature: bytes, algorithm: str, certificate: Certificate
) -> bool:
    digest = _HASHES[NEEDS_OF[algorithm].hash_name]
    try:
        match certificate.public_key:
            case rsa.RSAPublicKey() as key:
                key.verify(signature, data, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() as key:
                key.verify(_as_der(signature, key.key_size), data, ec.ECDSA(digest))
            case _:
                return False
    except InvalidSignature:
        return False
    return True


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def _as_der(signature: bytes, key_bits: int) -> bytes:
    size = (key_bits + 7) // 8
    if len(signature) != 2 * size:
        return signature
    r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
    return encode_dss_signature(r, s)


def _wrong_value(shape: SignatureShape, tried: Sequence[Certificate]) -> BadSignature:
    """Why no key fits, as well as KeyInfo can tell; it is believed for this sentence alone."""
    registered = f"signed with another key than the registered {_fingerprints(tried)}"
    if shape.claimed_certificate is None:
        return BadSignature("signature-wrong-key", registered)
    try:
        claimed = Certificate.from_base64(shape.claimed_certificate)
    except NotACertificate:
        return BadSignature("signature-wrong-key", registered)
    if claimed not in tried:
        return BadSignature(
            "signature-wrong-key", f"{registered}; its KeyInfo names SHA-256 {claimed.fingerprint}"
        )
    return BadSignature(
        "signature-invalid",
        f"the SignatureValue is not by the key of the registered SHA-256 {claimed.fingerprint}, "
        "or SignedInfo was altered after signing",
    )


def _fingerprints(certificates: Sequence[Certificate]) -> str:
    return ", ".join(f"SHA-256 {one.fingerprint}" for one in certificates)
