"""What axe finds wrong with a page: WCAG 2.2 to level AA, and what is good practice beside it."""

from collections.abc import Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES: Mapping[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # Axe leaves it out unless it is asked for.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# All that hangs on colours.
COLOURS: Mapping[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# A colour in the middle of its change is nobody's fault.
STILL = "() => Promise.allSettled(document.getAnimations().map((one) => one.finished))"
AXE = Axe()


def has_no_faults(page: Page, rules: Mapping[str, Any] = RULES) -> None:
    page.wait_for_load_state()  # with its styles
    page.evaluate(STILL)
    found = AXE.run(page, options=dict(rules)).response["violations"]
    faults = [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
    assert not faults, faults


def has_no_faults_in_light_or_dark(page: Page) -> None:
    """What stands on the page is the same in both; only its colours are looked at twice."""
    page.emulate_media(color_scheme="light")
    has_no_faults(page)
    page.emulate_media(color_scheme="dark")
    has_no_faults(page, COLOURS)
