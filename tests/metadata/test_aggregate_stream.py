"""Aggregates read piece by piece: every rule of the door holds, and memory is bounded."""

import io
import itertools
from collections.abc import Iterator
from functools import reduce
from typing import BinaryIO, cast

import pytest

from metadata import aggregate_stream
from metadata.aggregate_stream import CHUNK, Found, entities
from metadata.errors import MetadataError
from metadata.safe_xml import MAX_METADATA, parse_metadata

MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
IDP = '<md:EntityDescriptor entityID="b"><md:IDPSSODescriptor/></md:EntityDescriptor>'


def sp(id: str, inside: str = "", more: str = "") -> str:
    role = f"<md:SPSSODescriptor>{inside}</md:SPSSODescriptor>"
    return f'<md:EntityDescriptor entityID="{id}"{more}>{role}</md:EntityDescriptor>'


def group(*inside: str, more: str = "") -> str:
    return f"<md:EntitiesDescriptor {MD}{more}>\n{''.join(inside)}\n</md:EntitiesDescriptor>"


def read(text: str | bytes) -> list[Found]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(entities(io.BytesIO(data), lambda _count: None))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that every place is the end of a chunk in some test."""
    monkeypatch.setattr(aggregate_stream, "CHUNK", 7)
    monkeypatch.setattr(aggregate_stream, "DECLARED_WITHIN", 60)


def test_each_entity_is_a_document_of_its_own() -> None:
    found = read(group(sp("a", "<md:Ø/>"), " text ", IDP, sp("c")))
    assert [(one.entity_id, one.is_sp) for one in found] == [
        ("a", True), ("b", False), ("c", True),
    ]  # fmt: skip
    assert all(one.document and parse_metadata(one.document) is not None for one in found)
    assert "Ø".encode() in (found[0].document or b"")


def test_groups_may_stand_in_groups() -> None:
    found = read(group(sp("a"), group(group(), sp("b"), sp("c")), sp("d"), group(sp("e"))))
    assert [one.entity_id for one in found] == ["a", "b", "c", "d", "e"]


def test_name_spaces_of_the_group_go_along() -> None:
    text = group(sp("a", "<x:y/>"), more=' xmlns:x="urn:x"')
    (found,) = read(text)
    assert found.document and b'xmlns:x="urn:x"' in found.document


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("", "2026-01-02T00:00:00Z"),
        (' validUntil="2027-01-01T00:00:00Z"', "2026-01-02T00:00:00Z"),
        (' validUntil="2025-01-01T00:00:00Z"', "2025-01-01T00:00:00Z"),
    ],
)
def test_the_earliest_time_is_the_entitys(own: str, kept: str) -> None:
    inner = group(sp("a", more=own), more=' validUntil="2026-01-02T00:00:00Z"')
    (found,) = read(group(inner, more=' validUntil="2026-02-01T00:00:00Z"'))
    assert found.document and kept.encode() in found.document


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"<!DOCTYPE x [<!ENTITY e 'x'>]>{group(sp('a'))}", "xml-doctype"),
        (f'<?xml version="1.0" encoding="latin-1"?>{group()}', "xml-not-utf8"),
        (group(sp("a")).encode("utf-16"), "xml-not-utf8"),
        (group(sp("a"), "\udcff").encode("utf-8", "surrogateescape"), "xml-not-utf8"),
        (group(sp("a", "&unknown;")), "xml-not-well-formed"),
        (group(sp("a"))[:-3], "xml-not-well-formed"),
        (group(sp("a")) + "<more/>", "xml-not-well-formed"),
        ("", "xml-not-well-formed"),
        (sp("a").replace("entityID", f"{MD} entityID"), "metadata-no-aggregate"),
        (f"<x {MD}>{group(sp('a'))}</x>", "metadata-no-aggregate"),
        (reduce(lambda inner, _: group(inner), range(8), group()), "xml-too-deep"),
    ],
)  # fmt: skip
def test_what_the_door_refuses_is_refused(text: str | bytes, code: str) -> None:
    with pytest.raises(MetadataError) as caught:
        read(text)
    assert caught.value.code == code


def test_a_doctype_is_found_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in range(1, 12):
        monkeypatch.setattr(aggregate_stream, "CHUNK", size)
        monkeypatch.setattr(aggregate_stream, "DECLARED_WITHIN", size)
        with pytest.raises(MetadataError) as caught:
            read(f"<!DOCTYPE x>{group()}")
        assert caught.value.code == "xml-doctype"


def test_what_is_too_deep_is_left_to_the_door() -> None:
    (found,) = read(group(sp("a", "<x>" * 60 + "</x>" * 60)))
    with pytest.raises(MetadataError):
        parse_metadata(found.document or b"")


class Endless(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest = parts, b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (part := next(self._parts, b"")):
            self._rest += part
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def test_one_that_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregate_stream, "CHUNK", CHUNK)
    head, tail = group("|").encode().split(b"|")
    begin, end = sp("huge", "|").encode().split(b"|")
    many = itertools.repeat(b'<md:KeyDescriptor use="signing"/>' * 100, MAX_METADATA * 3 // 3300)
    file = Endless(
        itertools.chain([head, sp("a").encode(), begin], many, [end, sp("b").encode(), tail])
    )
    found = list(entities(cast(BinaryIO, file), lambda _count: None))
    assert [(one.entity_id, one.document is None) for one in found] == [
        ("a", False), ("huge", True), ("b", False),
    ]  # fmt: skip
