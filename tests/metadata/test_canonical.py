"""Our text is what exclusive canonicalisation would have written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from metadata import canonical
from metadata.canonical import UnwritableText

XML_TEXT = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(c) for c in range(32) if c not in (9, 10, 13)]
        + ["\ufffe", "\uffff"],
    )
)


def c14n(document: bytes) -> bytes:
    return etree.tostring(etree.fromstring(document), method="c14n", exclusive=True)


@given(XML_TEXT, XML_TEXT)
def test_it_writes_what_canonicalisation_writes(text: str, attribute: str) -> None:
    written = f'<a b="{canonical.attribute(attribute)}">{canonical.text(text)}</a>'.encode()
    assert c14n(written) == written


@given(XML_TEXT, XML_TEXT)
def test_it_reads_back_as_it_was(text: str, attribute: str) -> None:
    written = f'<a b="{canonical.attribute(attribute)}">{canonical.text(text)}</a>'.encode()
    read = etree.fromstring(written)
    assert (read.text or "", read.get("b")) == (text, attribute)


def test_it_leaves_norwegian_letters_alone() -> None:
    assert canonical.text("Lånekassen") == "Lånekassen"


@pytest.mark.parametrize("character", ["\0", "\x08", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_it_refuses_what_xml_cannot_hold(character: str) -> None:
    with pytest.raises(UnwritableText) as caught:
        canonical.text(f"a{character}b")
    assert caught.value.code == "xml-character"
    with pytest.raises(UnwritableText):
        canonical.attribute(character)
