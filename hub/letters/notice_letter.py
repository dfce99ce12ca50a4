"""A notice as a letter: its words, ready to be set.  Pure.

Where they stand on the paper is in `templates/letters/notice.typ`.  It holds no code, no
number and no link, as other notices.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.letters.pin_letter import day
from hub.sending.notices import translated
from hub.web.marked import _
from hub.web.pages import DEFAULT_LOCALE, known_locale

TEMPLATE = "notice"


WHY = _("Du får dette i eit brev fordi MinID ikkje har mobilnummer eller e-post til deg. Du kan "
        "leggje dei til når du er logga inn.")


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """Everything that is printed."""

    address: tuple[str, ...] = field(repr=False)  # the name first
    issued_at: datetime
    told: Mapping[str, str]  # subject, text, language: see `hub.sending.outbox.a_letter_notice`


def as_json(letter: NoticeLetter) -> str:
    """What the template reads."""
    language = known_locale(letter.told["language"]) or DEFAULT_LOCALE
    return json.dumps(
        {
            "language": language,
            "address": letter.address,
            "title": letter.told["subject"],
            "date": day(letter.issued_at, language),
            "lines": [letter.told["text"], translated(WHY, language)],
        },
        ensure_ascii=False,
    )
