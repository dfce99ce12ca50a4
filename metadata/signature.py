"""Signatures on messages: verifying is here, signing and the Redirect binding beside it.

Core §5.4, XML Signature 1.1.  Verifying is done by python-xmlsec with
registered keys alone; KeyInfo is never trusted.  Whether a message has to be
signed is not decided here.  Callers find all of it under this name.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

import xmlsec
from lxml import etree

from certs.certificate import Certificate, NotACertificate
from metadata import names, safe_xml
from metadata.algorithms import HASH_OF_DIGEST, URI_OF
from metadata.detached_signature import verify_detached
from metadata.registered_keys import fingerprints, fit_for
from metadata.signature_shape import BadSignature, SignatureShape, has_signature, shape_of
from metadata.signing import enveloped

__all__ = [
    "URI_OF",
    "BadSignature",
    "SignedPart",
    "enveloped",
    "has_signature",
    "signed_part",
    "verify_detached",
]


@dataclass(frozen=True, slots=True)
class SignedPart:
    """What was signed, parsed anew from the very bytes, and whose key signed it."""

    element: etree._Element
    certificate: Certificate


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
    fit = fit_for(certificates, shape.algorithm)
    xmlsec.tree.add_ids(own, ["ID"])
    signed = _signed_bytes(own, shape)
    _require_digest(signed, shape)
    for certificate in fit:
        if _verifies(own, shape, certificate):
            return SignedPart(safe_xml.parse_metadata(signed), certificate)
    raise _wrong_value(shape, fit)


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


def _wrong_value(shape: SignatureShape, tried: Sequence[Certificate]) -> BadSignature:
    """Why no key fits, as well as KeyInfo can tell; it is believed for this sentence alone."""
    registered = f"signed with another key than the registered {fingerprints(tried)}"
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
