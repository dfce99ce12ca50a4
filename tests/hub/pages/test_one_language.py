"""A reader of Nynorsk meets no English, but for names, codes and what is marked as English.

What is the same in both languages is looked at word by word: a word of our English texts
that no Nynorsk text has, is an English word that was left over.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from lxml import html

from tests.hub.pages.sample_pages import PAGES, ROOT

WORD = re.compile(r"[^\W\d_]{2,}")
# Text that is of no language: codes, addresses and names.
NO_PROSE = "ancestor::code or ancestor::pre or ancestor::script or ancestor::textarea"
NAMES = re.compile(
    r"https?://\S+|\S+@\S+|CN=[^(]+|isDefault \w+|English|en: The Agency"
    r"|\d{1,2}\.? \w+ \d{4}"  # dates, which alone would tell two languages apart
)
# Pages that hold what is written in English for developers, and say so by its `lang`.
FOR_DEVELOPERS = {"errors", "error-detail", "support-explain"}


@cache
def english_words() -> frozenset[str]:
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return words_in(message.string for message in messages) - words_in(
        message.id for message in messages
    )


def words_in(texts: Iterable[str | Sequence[str]]) -> frozenset[str]:
    plain = (one for text in texts for one in ([text] if isinstance(text, str) else text))
    return frozenset(word.lower() for text in plain for word in WORD.findall(text))


def prose(client: FlaskClient, name: str, locale: str) -> set[str]:
    page = html.document_fromstring(client.get(f"/{name}?locale={locale}").text)
    declared = " or ancestor::*[@lang='en']" if name in FOR_DEVELOPERS else ""
    found = page.xpath(f"//body//text()[not({NO_PROSE}{declared})]")
    found += page.xpath("//body//@aria-label | //@data-label | //@alt")
    return {" ".join(NAMES.sub("", text).split()) for text in found} - {""}


@pytest.mark.parametrize("name", PAGES)
def test_no_english_is_left_over(client: FlaskClient, name: str) -> None:
    same = prose(client, name, "nn") & prose(client, name, "en")
    assert not {text: found for text in same if (found := words_in([text]) & english_words())}


def test_english_that_is_left_over_is_found() -> None:
    assert words_in(["the service has not been approved"]) & english_words()
