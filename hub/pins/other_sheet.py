"""Whoever holds two sheets chooses on the page which one its codes are asked of.

The choice stays in the form: either sheet is good, so there is nothing to guard.
"""

from collections.abc import Mapping

OTHER_SHEET = "other_sheet"  # hidden, while the codes are of the other one
OTHER_SHEET_BUTTON = "use_other_sheet"


def is_other_sheet(form: Mapping[str, str]) -> bool:
    """Whether the other sheet is asked: as before, unless the button is pressed."""
    return (OTHER_SHEET in form) is not (OTHER_SHEET_BUTTON in form)
