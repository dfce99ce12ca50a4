"""The one door through which XML comes in.

No DTD, no entities, no network, bounded in every direction.  Bytes are
decoded as strict UTF-8 before anything else looks at them, so that no other
encoding can carry a DOCTYPE past us, and what is parsed is handed on as one
tree.  Schemas, signatures and meaning are not looked at here.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from metadata.errors import MetadataError

MAX_MESSAGE = 256 * 1024
MAX_METADATA = 1024 * 1024  # one entity; the largest seen in real federations is a tenth
MAX_NAMESPACE = 256

# What every parser of ours is told, one that reads in pieces too.
HARDENED: Final[Mapping[str, Any]] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
}

BYTE_ORDER_MARK = "\ufeff"
DECLARATION = re.compile(
    r"""<\?xml\s+version\s*=\s*["']1\.0["']"""
    r"""(?:\s+encoding\s*=\s*["'](?P<encoding>[A-Za-z0-9._-]{1,40})["'])?"""
    r"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)


class UnsafeXml(MetadataError):
    """The bytes were not let in; `code` names the rule."""


@dataclass(frozen=True, slots=True)
class _Limits:
    octets: int
    depth: int
    elements: int
    attributes: int


_MESSAGE = _Limits(MAX_MESSAGE, depth=40, elements=4_000, attributes=8_000)
_METADATA = _Limits(MAX_METADATA, depth=40, elements=20_000, attributes=40_000)


def parse_message(data: bytes) -> etree._Element:
    """The root of a protocol message; one with comments or processing instructions is refused.

    A comment inside a text is read by some as the text's end, so two readers
    of the same signed message could see two different persons in it.
    """
    text = _decoded(data, _MESSAGE)
    root = _parsed(text, drops_remarks=False)
    _require_bounded(root, _MESSAGE)
    around = (*root.itersiblings(preceding=True), *root.itersiblings())
    for node in (*around, *root.iter(etree.Comment, etree.PI)):
        if isinstance(node, etree._Comment):
            raise UnsafeXml("xml-comment", "a message may not hold a comment")
        raise UnsafeXml("xml-instruction", "a message may not hold a processing instruction")
    return root


def parse_metadata(data: bytes) -> etree._Element:
    """The root of a metadata document, without its comments and processing instructions."""
    text = _decoded(data.removeprefix(b"\xef\xbb\xbf"), _METADATA)
    root = _parsed(text, drops_remarks=True)
    _require_bounded(root, _METADATA)
    return root


def parse_remarked(data: bytes) -> etree._Element:
    """As `parse_metadata`, for whoever writes it anew for people: what stands between elements.

    Comments inside a text go all the same, so a text that is read is the one that
    `parse_metadata` gives.
    """
    text = _decoded(data.removeprefix(b"\xef\xbb\xbf"), _METADATA)
    root = _parsed(text, drops_remarks=False)
    _require_bounded(root, _METADATA)
    for element in list(root.iter(etree.Element)):
        if len(element) and next(element.iterchildren(etree.Element), None) is None:
            element.text = "".join((element.text or "", *(one.tail or "" for one in element)))
            element[:] = []
    return root


def text_of(element: etree._Element) -> str:
    """All text of the element, as XPath's string() gives it."""
    return "".join(str(part) for part in element.itertext(etree.Element))


def inflate(data: bytes) -> bytes:
    """Undo raw DEFLATE (B§3.4.4.1) up to the size of a message."""
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = decompressor.decompress(data, MAX_MESSAGE + 1)
    except zlib.error as error:
        raise UnsafeXml("deflate-broken", f"not raw DEFLATE: {error}") from error
    if len(inflated) > MAX_MESSAGE:
        raise UnsafeXml("deflate-too-large", f"inflates to more than {MAX_MESSAGE} bytes")
    if not decompressor.eof:
        raise UnsafeXml("deflate-incomplete", "the DEFLATE stream ends before its last block")
    if decompressor.unused_data:
        count = len(decompressor.unused_data)
        raise UnsafeXml("deflate-trailing", f"{count} bytes follow the end of the DEFLATE stream")
    return inflated


def _decoded(data: bytes, limits: _Limits) -> str:
    if len(data) > limits.octets:
        raise UnsafeXml("xml-too-large", f"{len(data)} bytes, at most {limits.octets} are read")
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise UnsafeXml("xml-not-utf8", f"byte {error.start} is not UTF-8") from error
    if "\0" in text:
        raise UnsafeXml("xml-not-utf8", "a zero byte, as UTF-16 has; wanted UTF-8")
    if text.startswith(BYTE_ORDER_MARK):
        raise UnsafeXml("xml-byte-order-mark", "a byte order mark before the document")
    if "<!DOCTYPE" in text:
        raise UnsafeXml("xml-doctype", "a DOCTYPE; documents with one are not read")
    require_plain_declaration(text)
    return text


def require_plain_declaration(text: str) -> None:
    if not text.startswith("<?xml"):
        return
    declaration = DECLARATION.match(text)
    if declaration is None:
        raise UnsafeXml("xml-not-well-formed", "the XML declaration is not one of XML 1.0")
    encoding = declaration["encoding"]
    if encoding is not None and encoding.lower() != "utf-8":
        raise UnsafeXml("xml-not-utf8", f"the XML declaration says {encoding}; wanted UTF-8")


def _parsed(text: str, drops_remarks: bool) -> etree._Element:
    parser = etree.XMLParser(
        **HARDENED, remove_comments=drops_remarks, remove_pis=drops_remarks
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeXml("xml-not-well-formed", f"not well-formed: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml("xml-doctype", "a DOCTYPE; documents with one are not read")
    return root


def _require_bounded(root: etree._Element, limits: _Limits) -> None:
    elements = attributes = depth = 0
    for event, found in etree.iterwalk(root, events=("start", "end", "start-ns")):
        if event == "start-ns":
            _require_short_namespace(found[1])
            continue
        element = found
        if event == "end":
            depth -= 1
            continue
        depth += 1
        elements += 1
        attributes += len(element.attrib)
        if depth > limits.depth:
            raise UnsafeXml("xml-too-deep", f"more than {limits.depth} elements in one another")
        if elements > limits.elements or attributes > limits.attributes:
            raise UnsafeXml(
                "xml-too-many-parts",
                f"more than {limits.elements} elements or {limits.attributes} attributes",
            )


def _require_short_namespace(uri: str) -> None:
    """Canonicalisation repeats a name space at each element: a long one grows a thousandfold."""
    if len(uri) > MAX_NAMESPACE:
        raise UnsafeXml(
            "xml-long-namespace",
            f"a name space of {len(uri)} characters, at most {MAX_NAMESPACE} are read",
        )
