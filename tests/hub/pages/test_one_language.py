"""A reader of Nynorsk meets no English, but for names, codes and what is marked as English.

What is the same in both languages is looked at word by word: a word of our English texts
that no Nynorsk text has, is an English word that was left over.
"""

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from lxml import html

from tests.hub.pages.sample_pages import PAGES, ROOT

WORD = re.compile(r"[^\W\d_]{2,}")
# Elements whose text is of no language, or of one that they name themselves.
NO_PROSE = "ancestor::code or ancestor::pre or ancestor::script or ancestor::*[@translate='no']"
# Pages for developers, whose error texts are English everywhere.
IN_ENGLISH = {"errors", "error-detail"}


@cache
def english_words() -> frozenset[str]:
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return words_in(message.string for message in messages) - words_in(
        message.id for message in messages
    )


def words_in(texts) -> frozenset[str]:
    plain = (one for text in texts for one in ([text] if isinstance(text, str) else text))
    return frozenset(word.lower() for text in plain for word in WORD.findall(text))


def prose(client: FlaskClient, name: str, locale: str) -> set[str]:
    page = html.document_fromstring(client.get(f"/{name}?locale={locale}").text)
    found = page.xpath(f"//body//text()[not({NO_PROSE})]")
    found += page.xpath("//@aria-label | //@data-label | //@alt | //@title")
    return {" ".join(text.split()) for text in found} - {""}


@pytest.mark.parametrize("name", sorted(set(PAGES) - IN_ENGLISH))
def test_no_english_is_left_over(client: FlaskClient, name: str) -> None:
    same = prose(client, name, "nn") & prose(client, name, "en")
    assert not {text: found for text in same if (found := words_in([text]) & english_words())}
