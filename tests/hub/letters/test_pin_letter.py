"""The letter as it lies on the paper: read out of the PDF itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from pdfminer.high_level import extract_pages
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser

from hub.letters.pin_letter import TEMPLATE, PinLetter, as_json, new_codes
from hub.outside.typesetter import Unprintable
from tests.builders import MOMENT
from tests.hub.letters.office import FOLD, codes_on, lines, text_of, typesetter

CODES = {number: f"{number * 40013 % 1_000_000:06d}" for number in range(1, 21)}
SAMI = ("Áŋgir Čáhppes Đárnuš", "Ŧ. Žižžu geaidnu 7", "9845 DEATNU TANA")
WINDOW_LEFT, WINDOW_RIGHT = 20, 101


def a_letter(**changes: object) -> PinLetter:
    letter = PinLetter("nn", SAMI, "4K", MOMENT, CODES, ("800 00 000", "support@minid.test"))
    return replace(letter, **changes)  # type: ignore[arg-type]  # the fields' own types


def pdf_of(**changes: object) -> bytes:
    return typesetter().pdf(as_json(a_letter(**changes)), TEMPLATE)


@cache
def the_pdf() -> bytes:
    return pdf_of()


def test_every_code_stands_below_the_fold() -> None:
    tops = {text: top for text, _left, _right, top, _bottom in lines(the_pdf())}
    found = {code: top for text, top in tops.items() for code in re.findall(r"\b\d{6}\b", text)}
    assert set(found) == set(CODES.values())
    assert min(found.values()) > FOLD


def test_each_code_stands_beside_its_number() -> None:
    assert codes_on(the_pdf()) == CODES


def test_the_window_shows_the_address_and_nothing_else() -> None:
    # The sheet slides up to 14 mm in its envelope.
    near = [line for line in lines(the_pdf()) if line[4] > 44 - 14 and line[3] < 79 + 14]
    assert [text for text, *_edges in near] == list(SAMI)
    for _text, left, right, top, bottom in near:
        assert round(left, 3) >= WINDOW_LEFT and right <= WINDOW_RIGHT
        assert top >= 44 and bottom <= 65.5


@pytest.mark.parametrize("length", [20, 40, 46])
def test_long_lines_of_five_stay_within_the_window(length: int) -> None:
    address = tuple("Bjørnstjerne " * 5)[:length]
    found = list(lines(pdf_of(address=("".join(address),) * 5)))
    near = [line for line in found if 30 < line[3] < 90]
    assert len(near) == 5
    assert max(right for _t, _left, right, _top, _b in near) <= WINDOW_RIGHT
    assert max(bottom for *_rest, bottom in near) <= 66


def test_the_left_edge_is_free_for_the_printer() -> None:
    assert min(left for _text, left, *_edges in lines(the_pdf())) >= 18


def test_it_is_one_tagged_page_with_title_and_language() -> None:
    catalog = PDFDocument(PDFParser(BytesIO(the_pdf()))).catalog
    assert catalog["MarkInfo"]["Marked"] is True
    assert catalog["Lang"] in (b"nn-NO", b"nn")
    assert len(list(extract_pages(BytesIO(the_pdf())))) == 1


def test_its_sheet_is_named_as_the_login_page_names_it() -> None:
    text = text_of(the_pdf())
    assert "Ark 4K av 2. januar 2026" in text
    assert "support@minid.test" in text


@pytest.mark.parametrize("language", ["nn", "nb", "en", "se"])
def test_it_speaks_the_language_of_its_reader(language: str) -> None:
    told: Mapping[str, object] = json.loads(as_json(a_letter(language=language)))
    assert told["language"] == language
    assert len(list(extract_pages(BytesIO(pdf_of(language=language))))) == 1


def test_names_are_printed_as_they_are() -> None:
    name = '#panic("x") *Odd* $a$ @b // c'
    assert name in text_of(pdf_of(address=(name, "9730 KÁRÁŠJOHKA")))


@pytest.mark.parametrize(
    "name",
    ["Ǩeädǥǥeʹm Čeʹvetjäuʹrr", "Jïlletje Åarjelsaemien", "Nguyễn Thị Hương", "Kürşad Ağaoğlu",
     "Łukasz Żółć", "Ștefan Țepeș", "Иван Петров", "O’Brien"],
)  # fmt: skip
def test_the_font_has_the_letters_of_many_names(name: str) -> None:
    assert name in text_of(pdf_of(address=(name, "0150 OSLO")))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (("李 伟", "0150 OSLO"), "glyph-missing"),
        (("محمد", "0150 OSLO"), "glyph-missing"),
        (("გიორგი", "0150 OSLO"), "glyph-missing"),
        (("สมชาย", "0150 OSLO"), "glyph-missing"),
        (("W" * 60, "0150 OSLO"), "address-too-large"),
        (("line",) * 6, "address-too-large"),
    ],
)
def test_what_cannot_be_printed_is_refused_without_its_text(
    address: tuple[str, ...], code: str
) -> None:
    with pytest.raises(Unprintable) as refused:
        pdf_of(address=address)
    assert (refused.value.code, refused.value.permanent) == (code, True)
    assert address[0] not in refused.value.detail


def test_codes_are_twenty_different_ones_of_six_digits() -> None:
    codes = new_codes()
    assert list(codes) == list(range(1, 21))
    assert len(set(codes.values())) == 20
    assert all(re.fullmatch(r"\d{6}", code) for code in codes.values())


def test_a_letter_shows_neither_codes_nor_address_when_it_is_logged() -> None:
    shown = repr(a_letter())
    assert CODES[1] not in shown and SAMI[0] not in shown
