"""A federation's aggregate, an entity at a time, however long it is.

Metadata §2.3.1 (EntitiesDescriptor).  The rules of the one door (`safe_xml`) hold here too:
strict UTF-8, no DTD, no entities, no network.  What was read is forgotten again, so memory
is bounded by the largest entity that is taken, whatever the file's length; one that is too
large is skipped, and said to be.  Each entity leaves here as bytes and is then read through
the door as any document, with its bounds on depth and number of parts.

Signatures are looked at in `aggregate_signature`.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from lxml import etree

from metadata import names, safe_xml
from metadata.parse_values import moment
from metadata.safe_xml import HARDENED, MAX_METADATA, UnsafeXml

CHUNK = 64 * 1024
DECLARED_WITHIN = 1024  # bytes: an XML declaration is looked for in so many
MAX_GROUPS = 8  # in one another
ENTITY = f"{{{names.MD}}}EntityDescriptor"
GROUP = f"{{{names.MD}}}EntitiesDescriptor"
SP_ROLE = f"{{{names.MD}}}SPSSODescriptor"
FORBIDDEN = "<!DOCTYPE"


@dataclass(frozen=True, slots=True)
class Begun:
    """A group begins; `element` has nothing in it that was handed on."""

    element: etree._Element


@dataclass(frozen=True, slots=True)
class Ended:
    element: etree._Element


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between the elements of a group."""

    value: str


@dataclass(frozen=True, slots=True)
class Child:
    """Something in a group that is no group; pruned if it is too large."""

    element: etree._Element
    too_large: bool


Piece: TypeAlias = Begun | Ended | Text | Child


@dataclass(frozen=True, slots=True)
class Found:
    """An entity of an aggregate."""

    entity_id: str
    is_sp: bool
    document: bytes | None = field(repr=False)  # None: it is too large


def entities(file: BinaryIO, told: Callable[[int], None]) -> Iterator[Found]:
    """Every entity, with the validUntil of the groups that it stands in; raises UnsafeXml."""
    until: list[str] = []
    for piece in pieces(file, told):
        match piece:
            case Begun(element):
                until.append(element.get("validUntil", ""))
            case Ended():
                until.pop()
            case Child(element, too_large) if element.tag == ENTITY:
                entity_id = str(element.get("entityID", ""))[:200]
                if too_large:
                    yield Found(entity_id, is_sp=True, document=None)
                    continue
                _bound(element, until)
                yield Found(
                    entity_id,
                    element.find(SP_ROLE) is not None,
                    etree.tostring(element, encoding="utf-8", with_tail=False),
                )


def _bound(entity: etree._Element, until: list[str]) -> None:
    """The earliest validUntil of the entity and of what it stands in (M§2.3.1)."""
    own = moment(entity.get("validUntil", ""))
    for value in until:
        read = moment(value)
        if read is not None and (own is None or read < own):
            own = read
            entity.set("validUntil", value)


def pieces(file: BinaryIO, told: Callable[[int], None]) -> Iterator[Piece]:
    """The groups and what is in them, in the order of the file.

    A piece is good until the next one is asked for.  `told` is called with the number of
    bytes that were read.
    """
    reader = _Reader()
    for chunk in _chunks(file):
        reader.take(chunk)
        told(len(chunk))
        yield from reader.complete(is_over=False)
    reader.close()
    yield from reader.complete(is_over=True)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes, after the rules that hold for all of them."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    first, before = True, ""
    while chunk := file.read(max(CHUNK, DECLARED_WITHIN) if first else CHUNK):
        if first:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise UnsafeXml("xml-not-utf8", f"{error.reason}; wanted UTF-8") from error
        if first:
            safe_xml.require_plain_declaration(text)
        if "\0" in text:
            raise UnsafeXml("xml-not-utf8", "a zero byte, as UTF-16 has; wanted UTF-8")
        if FORBIDDEN in before + text:
            raise UnsafeXml("xml-doctype", "a DOCTYPE; documents with one are not read")
        first, before = False, (before + text)[1 - len(FORBIDDEN) :]
        yield chunk


class _Reader:
    """The tree that libxml2 is building, with what is complete taken out of it.

    Only what has a later sibling is taken out: the parser never touches that again.
    """

    def __init__(self) -> None:
        self._parser = etree.XMLPullParser(
            events=("start",), tag=GROUP, **HARDENED, remove_comments=True, remove_pis=True
        )
        self._root: etree._Element | None = None
        self._open: list[etree._Element] = []  # groups that have begun and not ended
        self._growing: etree._Element | None = None  # the one that the parser is in
        self._grown = 0  # bytes of the file since it was the one
        self._is_pruned = False

    def take(self, chunk: bytes) -> None:
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            raise _not_well_formed(error) from error
        for _event, element in self._parser.read_events():
            if self._root is None and isinstance(element, etree._Element):
                self._root = element.getroottree().getroot()
        if self._root is not None and self._root.tag != GROUP:
            raise _no_aggregate()
        self._grown += len(chunk)

    def close(self) -> None:
        try:
            root = self._parser.close()
        except etree.XMLSyntaxError as error:
            raise _not_well_formed(error) from error
        if root.tag != GROUP:
            raise _no_aggregate()

    def complete(self, is_over: bool) -> Iterator[Piece]:
        """What no later byte can change any more."""
        if self._root is not None:
            yield from self._group(self._root, is_over, depth=0)

    def _group(self, group: etree._Element, is_over: bool, depth: int) -> Iterator[Piece]:
        if depth >= MAX_GROUPS:
            raise UnsafeXml("xml-too-deep", f"more than {MAX_GROUPS} groups in one another")
        if len(self._open) == depth:
            if not len(group) and not is_over:
                return  # its text may grow
            self._open.append(group)
            yield Begun(group)
            yield from _text(group.text)
        while len(group) and (len(group) > 1 or is_over or group[0].tag == GROUP):
            child = group[0]
            child_is_over = len(group) > 1 or is_over
            if child.tag == GROUP:
                yield from self._group(child, child_is_over, depth + 1)
            elif child_is_over:
                yield Child(child, too_large=self._is_pruned and child is self._growing)
            if not child_is_over:
                return
            yield from _text(child.tail)
            group.remove(child)
        if is_over:
            self._open.pop()
            yield Ended(group)
        elif len(group):
            self._watch(group[0])

    def _watch(self, child: etree._Element) -> None:
        """Keep the one that grows from growing without bounds."""
        if child is not self._growing:
            self._growing, self._grown, self._is_pruned = child, 0, False
        if self._grown > MAX_METADATA:
            self._is_pruned = True
            while len(child):
                del child[:-1]
                child = child[-1]


def _text(value: str | None) -> Iterator[Piece]:
    if value:
        yield Text(value)


def _not_well_formed(error: etree.XMLSyntaxError) -> UnsafeXml:
    return UnsafeXml("xml-not-well-formed", f"not well-formed: {error.msg}")


def _no_aggregate() -> UnsafeXml:
    return UnsafeXml("metadata-no-aggregate", "wanted an EntitiesDescriptor of SAML 2.0")
