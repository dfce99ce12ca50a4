"""The two sizes of screen in which the main journeys are made."""

import pytest

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

on_both = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
