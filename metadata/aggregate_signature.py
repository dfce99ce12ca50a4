"""The signature of an aggregate that is too long to be held.

Core §5.4, XML Signature 1.1.  The first pass writes the canonical form (enveloped-signature,
then Exclusive XML Canonicalization 1.0) to a file, piece by piece, with its digest; then the
shape and the key are judged as for any message, and whoever reads on reads that file: the very
bytes that were signed.  An entity larger than the bound of the stream cannot be passed over
here, since its bytes are signed too: then the whole is refused.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import BinaryIO

from lxml import etree

from certs.certificate import Certificate
from metadata import canonical, names
from metadata.aggregate_stream import Begun, Child, Ended, Text, pieces
from metadata.algorithms import HASH_OF_DIGEST
from metadata.detached_signature import verify_detached
from metadata.safe_xml import HARDENED, UnsafeXml
from metadata.signature_shape import (
    SIGNATURE,
    BadSignature,
    SignatureShape,
    inclusive_prefixes,
    shape_of,
)


def signed_copy(
    file: BinaryIO,
    copy: BinaryIO,
    certificates: Sequence[Certificate],
    told: Callable[[int], None],
) -> Certificate:
    """Write what was signed to `copy`; whose key signed it.  Raises BadSignature, UnsafeXml.

    The copy is worth nothing before this has returned.
    """
    writer = _Writer(copy)
    for piece in pieces(file, told):
        match piece:
            case Begun(element):
                writer.begin(element)
            case Ended():
                writer.end()
            case Text(value):
                writer.text(value)
            case Child(element, too_large):
                if too_large:
                    raise UnsafeXml(
                        "xml-too-large", "an entity is too large, so the signature is not checked"
                    )
                writer.child(element)
    return writer.verified(certificates)


class _Writer:
    """The canonical form, and what the signature says of it."""

    def __init__(self, copy: BinaryIO) -> None:
        self._copy = copy
        self._shape: SignatureShape | None = None
        self._raw: list[bytes] = []  # start tags of the open groups, as they were read
        self._ends: list[bytes] = []  # their end tags, innermost first
        self._head = 0  # bytes of the canonical start tags of the open groups
        self._held: list[bytes] = []  # of the root, until the signature tells the form
        self._digest = hashlib.sha256()

    def begin(self, group: etree._Element) -> None:
        self._raw.append(_start_tag(group))
        self._ends.insert(0, _end_tag(group))
        if len(self._raw) > 1:
            before, self._head = self._head, len(self._start())
            self._write(self._start()[before:])

    def end(self) -> None:
        ended = self._ends.pop(0)
        self._raw.pop()
        self._write(ended)
        self._head = len(self._start()) if self._raw else 0

    def text(self, value: str) -> None:
        self._write(canonical.text(value).encode())

    def child(self, element: etree._Element) -> None:
        if self._shape is None:
            self._take_signature(element)
            return
        if element.tag == SIGNATURE and len(self._raw) == 1:
            raise BadSignature("signature-several", "the aggregate has several signatures")
        whole = self._canonical(etree.tostring(element, encoding="utf-8", with_tail=False))
        self._write(whole[self._head : len(whole) - len(b"".join(self._ends))])

    def verified(self, certificates: Sequence[Certificate]) -> Certificate:
        shape = self._shape
        if shape is None:
            raise _unsigned()
        found = base64.b64encode(self._digest.digest()).decode()
        if not hmac.compare_digest(found, shape.digest_value):
            raise BadSignature(
                "signature-content-altered",
                "the DigestValue is not that of the aggregate: it was altered after signing",
            )
        return _signer(shape, certificates)

    def _take_signature(self, element: etree._Element) -> None:
        """Its first child (Metadata §2.3.1): judged without what it covers."""
        if element.tag != SIGNATURE:
            raise _unsigned()
        alone = etree.tostring(element, encoding="utf-8", with_tail=False)
        root = _parsed(b"".join((*self._raw, alone, *self._ends)))
        self._shape = shape_of(root, names.ACCEPTED_SIGNATURES, names.ACCEPTED_DIGESTS)
        self._digest = hashlib.new(HASH_OF_DIGEST[self._shape.digest_method])
        self._head = len(self._start())
        held, self._held = self._held, []
        for each in (self._start(), *held):
            self._write(each)

    def _start(self) -> bytes:
        """The canonical start tags of the open groups."""
        whole = self._canonical(b"")
        return whole[: len(whole) - len(b"".join(self._ends))]

    def _canonical(self, inner: bytes) -> bytes:
        """Canonical, within the open groups: which name spaces it declares depends on them."""
        prefixes = () if self._shape is None else self._shape.prefixes
        root = _parsed(b"".join((*self._raw, inner, *self._ends)))
        try:
            return etree.tostring(
                root, method="c14n", exclusive=True, inclusive_ns_prefixes=list(prefixes)
            )
        except etree.C14NError as error:
            raise BadSignature(
                "signature-canonicalisation",
                "the aggregate has no canonical form; is a name space in it a relative URI?",
            ) from error

    def _write(self, data: bytes) -> None:
        if self._shape is None:
            self._held.append(data)
        else:
            self._digest.update(data)
            self._copy.write(data)


def _signer(shape: SignatureShape, certificates: Sequence[Certificate]) -> Certificate:
    """Whose key signed SignedInfo; with that, the digest in it."""
    signed_info, value = shape.element[0], "".join((shape.element[1].text or "").split())
    method = signed_info[0]
    if method.get("Algorithm") != names.EXCLUSIVE_C14N:
        raise BadSignature(
            "signature-transform", f"wanted {names.EXCLUSIVE_C14N} for an aggregate's SignedInfo"
        )
    text = etree.tostring(
        signed_info,
        method="c14n",
        exclusive=True,
        inclusive_ns_prefixes=list(inclusive_prefixes(method)),
    )
    try:
        signature = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise BadSignature("signature-invalid", "the SignatureValue is no base64") from None
    return verify_detached(text, signature, shape.algorithm, certificates)


def _parsed(ours: bytes) -> etree._Element:
    """What this module has written itself, of pieces that came in through the stream's rules."""
    return etree.fromstring(ours, etree.XMLParser(**HARDENED))


def _start_tag(group: etree._Element) -> bytes:
    """The start tag alone: what else is there by now belongs to later pieces."""
    written = etree.tostring(group, encoding="utf-8", with_tail=False)
    return written[: _end_of_start_tag(written)] + b">"


def _end_of_start_tag(written: bytes) -> int:
    """Where the first tag closes; no `>` stands bare in an attribute as it is written here."""
    end = written.index(b">")
    return end - 1 if written[end - 1 : end] == b"/" else end


def _end_tag(group: etree._Element) -> bytes:
    name = etree.QName(group).localname
    return f"</{group.prefix}:{name}>".encode() if group.prefix else f"</{name}>".encode()


def _unsigned() -> BadSignature:
    return BadSignature("signature-missing", "the aggregate is not signed; it must be")
