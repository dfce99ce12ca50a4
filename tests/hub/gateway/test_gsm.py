from hypothesis import given
from hypothesis import strategies as st

from hub.gateway import gsm


def test_norwegian_is_one_place_a_letter() -> None:
    assert gsm.is_gsm("Æ, ø og å: blåbærsyltetøy")
    assert gsm.places("æøåÆØÅ") == 6


def test_the_euro_sign_takes_two_places() -> None:
    assert gsm.encoded("€") == b"\x1b\x65"
    assert gsm.places("1 €") == 4


def test_sami_letters_need_ucs2() -> None:
    assert not gsm.is_gsm("čálle")
    assert gsm.longest("čálle") == 70


def test_the_alphabet_has_its_letters_where_gsm_has_them() -> None:
    assert [gsm.encoded(letter)[0] for letter in "@Åå_ÆæÉAZaÄÖ§¿à"] == [
        0x00, 0x0E, 0x0F, 0x11, 0x1C, 0x1D, 0x1F, 0x41, 0x5A, 0x61, 0x5B, 0x5C, 0x5F, 0x60, 0x7F,
    ]  # fmt: skip


def test_a_text_that_fits_is_left_whole() -> None:
    assert gsm.shortened("123456 ", "frå MinID", "\n\n@x #1") == "123456 frå MinID\n\n@x #1"


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_code_and_last_line_are_never_cut(name: str) -> None:
    text = gsm.shortened("123456 ", f"frå MinID hos {name}", "\n\n@minid.example.no #123456")
    assert text.startswith("123456 ") and text.endswith("\n\n@minid.example.no #123456")
    assert gsm.places(text) <= gsm.longest(text)
