"""The one door: what it lets in and what it does not."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from metadata import safe_xml
from metadata.safe_xml import (
    MAX_MESSAGE,
    MAX_METADATA,
    UnsafeXml,
    inflate,
    parse_message,
    parse_metadata,
)


def code_of(document: bytes) -> str:
    with pytest.raises(UnsafeXml) as caught:
        parse_message(document)
    return caught.value.code


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def test_it_reads_a_plain_message() -> None:
    assert parse_message("<a>æ</a>".encode()).text == "æ"


@pytest.mark.parametrize(
    "declaration", ['<?xml version="1.0"?>', "<?xml version='1.0' encoding='utf-8'?>\n"]
)
def test_it_reads_an_xml_declaration_of_utf8(declaration: str) -> None:
    assert parse_message(f"{declaration}<a>æ</a>".encode()).text == "æ"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "xml-not-well-formed"),
        (b"hei", "xml-not-well-formed"),
        (b"<a>", "xml-not-well-formed"),
        (b"<a/><b/>", "xml-not-well-formed"),
        (b"<a/>x", "xml-not-well-formed"),
        (b"<a>&nbsp;</a>", "xml-not-well-formed"),
        (b'<a b="1" b="2"/>', "xml-not-well-formed"),
        (b"<a:b/>", "xml-not-well-formed"),
        (b'<?xml version="1.1"?><a/>', "xml-not-well-formed"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "xml-not-utf8"),
        (b"<a>\xe6</a>", "xml-not-utf8"),
        (b"<a>\0</a>", "xml-not-utf8"),
        (b"\xef\xbb\xbf<a/>", "xml-byte-order-mark"),
        (b"<!DOCTYPE a><a/>", "xml-doctype"),
        (b"<!DOCTYPE a SYSTEM 'http://attacker.example/a.dtd'><a/>", "xml-doctype"),
        (b"<a><!-- x --></a>", "xml-comment"),
        (b"<!-- x --><a/>", "xml-comment"),
        (b"<a/><!-- x -->", "xml-comment"),
        (b"<a>b<!---->c</a>", "xml-comment"),
        (b"<a><?x y?></a>", "xml-instruction"),
        (b"<?x y?><a/>", "xml-instruction"),
        (b"<a>" * 41 + b"</a>" * 41, "xml-too-deep"),
        (b"<a>" + b"<b/>" * 4000 + b"</a>", "xml-too-many-parts"),
        (b"<a " + b" ".join(b'b%d=""' % n for n in range(8001)) + b"/>", "xml-too-many-parts"),
        (b"<a>" + b" " * MAX_MESSAGE + b"</a>", "xml-too-large"),
        (b'<a xmlns:b="urn:' + b"x" * 300 + b'"/>', "xml-long-namespace"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses(document: bytes, code: str) -> None:
    assert code_of(document) == code


def test_a_namespace_deep_in_the_document_is_bounded_too() -> None:
    assert code_of(b'<a><b><c xmlns="' + b"x" * 300 + b'"/></b></a>') == "xml-long-namespace"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(document: bytes) -> None:
    try:
        parse_message(document)
    except UnsafeXml as error:
        assert error.code.startswith("xml-")


def test_metadata_may_hold_comments_which_are_dropped() -> None:
    root = parse_metadata(b"<!-- x --><a>b<!-- x -->c<?x y?>d</a><!-- x -->")
    assert safe_xml.text_of(root) == "bcd"
    assert len(root) == 0


def test_metadata_may_begin_with_a_byte_order_mark() -> None:
    assert parse_metadata(b"\xef\xbb\xbf<a/>").tag == "a"


def test_metadata_may_be_larger_than_a_message_but_not_endless() -> None:
    assert parse_metadata(b"<a>" + b" " * MAX_MESSAGE + b"</a>").tag == "a"
    with pytest.raises(UnsafeXml) as caught:
        parse_metadata(b"<a>" + b" " * MAX_METADATA + b"</a>")
    assert caught.value.code == "xml-too-large"


def test_metadata_with_a_doctype_is_refused() -> None:
    with pytest.raises(UnsafeXml) as caught:
        parse_metadata(b"<!DOCTYPE a><a/>")
    assert caught.value.code == "xml-doctype"


def test_text_is_all_text_of_the_element() -> None:
    root = parse_message(b"<a>one<b>two<c/>three</b>four</a>")
    assert safe_xml.text_of(root) == "onetwothreefour"
    assert safe_xml.text_of(parse_message(b"<a/>")) == ""


@given(st.binary(max_size=2000))
def test_it_inflates_what_was_deflated(data: bytes) -> None:
    assert inflate(deflated(data)) == data


def test_it_inflates_up_to_the_size_of_a_message() -> None:
    assert len(inflate(deflated(b"a" * MAX_MESSAGE))) == MAX_MESSAGE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (deflated(b"a" * (MAX_MESSAGE + 1)), "deflate-too-large"),
        (deflated(b"a" * 50_000_000), "deflate-too-large"),
        (deflated(b"hei") + b"\0", "deflate-trailing"),
        (deflated(b"hei" * 100)[:-2], "deflate-incomplete"),
        (b"", "deflate-incomplete"),
        (b"\xff\xff", "deflate-broken"),
        (zlib.compress(b"hei"), "deflate-broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses_to_inflate(data: bytes, code: str) -> None:
    with pytest.raises(UnsafeXml) as caught:
        inflate(data)
    assert caught.value.code == code


def test_comments_are_kept_between_elements_alone_where_they_are_asked_for() -> None:
    root = safe_xml.parse_remarked(b"<a><!-- one --><b>x<!-- two -->y</b></a>")
    assert etree.tostring(root) == b"<a><!-- one --><b>xy</b></a>"
    with pytest.raises(UnsafeXml):
        safe_xml.parse_remarked(b"<!DOCTYPE a><a/>")
