"""The two sizes of screen in which the main journeys are made."""

import pytest

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

in_two_languages = pytest.mark.parametrize(
    ("screen", "language"),
    [(DESKTOP | {"locale": "nn-NO"}, "nn"), (PHONE | {"locale": "en-GB"}, "en")],
    ids=["desktop-nn", "phone-en"],
)
