"""The catalogues hold every text that the pages and the hub have."""

import string

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from hub.web.pages import LOCALES
from tests.hub.pages.sample_pages import ROOT

TRANSLATED = tuple(code for code in LOCALES if code != "nn")  # the msgids are Nynorsk
every_catalogue = pytest.mark.parametrize("locale", TRANSLATED)


def catalogue(locale: str) -> Catalog:
    with (ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def messages(locale: str) -> list[Message]:
    return [message for message in catalogue(locale) if message.id]


def texts_in_use() -> set[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, {**DEFAULT_KEYWORDS, "lazy_gettext": None})
    return {text for _, _, text, _, _ in found}


def plain(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@every_catalogue
def test_no_entry_is_empty(locale: str) -> None:
    assert not [m.id for m in messages(locale) if not all(plain(m.string))]


@every_catalogue
def test_no_entry_is_fuzzy(locale: str) -> None:
    assert not [m.id for m in messages(locale) if m.fuzzy]


@every_catalogue
def test_it_holds_the_texts_in_use_and_no_others(locale: str) -> None:
    assert {m.id for m in messages(locale)} == texts_in_use()


@every_catalogue
def test_nothing_obsolete_is_left(locale: str) -> None:
    assert not catalogue(locale).obsolete


@every_catalogue
def test_values_keep_their_names(locale: str) -> None:
    for message in messages(locale):
        wanted = names_in(plain(message.id)[0])
        assert all(names_in(text) == wanted for text in plain(message.string)), message.id


def names_in(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


@every_catalogue
def test_a_sentence_ends_as_the_original_does(locale: str) -> None:
    for message in messages(locale):
        for text in plain(message.string):
            original = plain(message.id)[0][-1]
            assert (original in string.punctuation) == (text[-1] in string.punctuation), text
