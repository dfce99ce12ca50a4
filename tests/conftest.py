"""What all tests share: the time, the browser, and what a browser may not say.

`missing(name)` and `program(name)` come from `tests.needed`.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.needed import program

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A slow machine is no fault, and a run must be the same twice.
settings.register_profile("hub", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("hub")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture
def now() -> datetime:
    """A Monday morning in November; no test reads the real clock."""
    return datetime(2026, 11, 23, 10, 14, tzinfo=UTC)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of one that Playwright would download."""
    return browser_type_launch_args | {
        "executable_path": program("chromium", "chromium-browser"),
        "args": CHROMIUM_ARGS,
    }


@pytest.fixture(scope="session")
def policy_breaches(browser: Browser) -> list[str]:
    """Every complaint of the browser about our Content-Security-Policy, as it comes."""
    breaches: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            breaches.append(message.text)

    def listen(context: BrowserContext) -> None:
        context.on("console", note)

    browser.on("context", listen)
    return breaches


@pytest.fixture(autouse=True)
def console_guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail any browser test whose page broke its own Content-Security-Policy."""
    if "browser" not in request.fixturenames:
        yield
        return
    breaches: list[str] = request.getfixturevalue("policy_breaches")
    breaches.clear()
    yield
    assert not breaches, "\n".join(breaches)
