"""Other entities' metadata under our signature: all in one document, or one by itself.

Metadata §2.3.1 (EntitiesDescriptor).  Each entity is read through the one XML door,
relieved of its own signatures and IDs, bounded in time, and taken along only if the
schema knows it afterwards, so that one strange document cannot spoil the whole.
Everything is canonical text when it leaves here: thousands of entities are joined
without a tree of them all.  Who is approved is not known here.
"""

import hashlib
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from certs.signing_key import SigningKey
from metadata import names, safe_xml, signature
from metadata.build import CACHE_DURATION, VALID_FOR
from metadata.canonical import attribute as quoted
from metadata.errors import MetadataError
from metadata.parse_values import moment
from metadata.schema import Kind, schema_faults

# Not the prefix of any entity within, or canonical form would leave its declarations out there.
PREFIX = "minid-entities"
ENTITY = f"{{{names.MD}}}EntityDescriptor"
SIGNATURE = f"{{{names.DS}}}Signature"
TYPE = f"{{{names.XSI}}}type"


class NotForPublishing(MetadataError):
    """This entity's document cannot stand in a document of ours."""

    def __init__(self, detail: str) -> None:
        super().__init__("metadata-not-published", detail)


@dataclass(frozen=True, slots=True)
class Entity:
    """An approved entity, with the document that it was approved by."""

    entity_id: str
    document: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """When a document is made, and until when it is good: the same all day."""

    now: datetime
    until: datetime

    @classmethod
    def of_day(cls, now: datetime) -> "Span":
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(midnight, midnight + VALID_FOR)


def fragment(entity: Entity, span: Span) -> bytes:
    """The entity in canonical form, unsigned; raises NotForPublishing."""
    return _canonical(_cleaned(entity, span))


def aggregate(fragments: Iterable[bytes], name: str, span: Span, key: SigningKey) -> bytes:
    """All of them in one signed EntitiesDescriptor."""
    tail = b"".join((*fragments, f"</{PREFIX}:EntitiesDescriptor>".encode()))
    head = (
        f'<{PREFIX}:EntitiesDescriptor xmlns:{PREFIX}="{names.MD}"'
        f' ID="_{hashlib.sha256(tail).hexdigest()[:40]}" Name="{quoted(name)}"'
        f' cacheDuration="{CACHE_DURATION}" validUntil="{_instant(span.until)}">'
    )
    element_id = head.partition('ID="')[2].partition('"')[0]
    return signature.enveloped(head.encode(), tail, element_id, key)


def single(entity: Entity, span: Span, key: SigningKey) -> bytes:
    """One entity by itself, signed; raises NotForPublishing."""
    root = _cleaned(entity, span)
    root.set("ID", "_" + hashlib.sha256(_canonical(root)).hexdigest()[:40])
    if root.get("cacheDuration") is None:
        root.set("cacheDuration", CACHE_DURATION)
    whole = _canonical(root)
    element_id = str(root.get("ID"))
    root[:] = []
    root.text = None
    closing = f"</{root.prefix + ':' if root.prefix else ''}EntityDescriptor>".encode()
    head = _canonical(root).removesuffix(closing)
    return signature.enveloped(head, whole.removeprefix(head), element_id, key)


def sha1_id(entity_id: str) -> str:
    """The entity id as the Metadata Query Protocol's SAML profile hashes it (§2.1)."""
    return hashlib.sha1(entity_id.encode(), usedforsecurity=False).hexdigest()


def _cleaned(entity: Entity, span: Span) -> etree._Element:
    root = _own_tree(entity)
    for element in list(root.iter(f"{{{names.MD}}}*")):
        element.attrib.pop("ID", "")  # it was for the signature, and must be unique in ours
        for signed in element.findall(SIGNATURE):
            element.remove(signed)
    for element in root.iter():
        # A prefix in a value is not seen by exclusive canonicalisation; strings need no type.
        if not element.get(TYPE, "xs:").startswith("xs:"):
            del element.attrib[TYPE]
    _bound(root, entity, span)
    _require_publishable(root, entity)
    return root


def _own_tree(entity: Entity) -> etree._Element:
    root = safe_xml.parse_metadata(entity.document)
    for found in root.iter(ENTITY):
        if found.get("entityID") == entity.entity_id:
            return found if found is root else deepcopy(found)  # a tree of its own
    raise NotForPublishing(f"the document of {entity.entity_id} does not describe it")


def _bound(root: etree._Element, entity: Entity, span: Span) -> None:
    """Its own validUntil where that comes first, and never later than ours."""
    until = span.until
    stated = root.get("validUntil")
    if stated is not None:
        own = moment(stated)
        if own is None:
            raise NotForPublishing(f"validUntil of {entity.entity_id} is no time")
        until = min(until, own)
    if until <= span.now:
        raise NotForPublishing(f"validUntil of {entity.entity_id} has passed")
    root.set("validUntil", _instant(until))


def _require_publishable(root: etree._Element, entity: Entity) -> None:
    if any(PREFIX in element.nsmap for element in root.iter()):
        raise NotForPublishing(f"{entity.entity_id} uses the prefix {PREFIX}")
    faults = schema_faults(root, Kind.METADATA)
    if faults:
        raise NotForPublishing(f"{entity.entity_id} breaks the schema: {faults[0]}")


def _canonical(root: etree._Element) -> bytes:
    return etree.tostring(
        root, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=["xs"]
    )


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
