"""The running demo for all journeys of a worker, and what must never be seen in any."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, expect

from tests.installation import Installation
from tests.journeys.citizen import FRESH_PASSWORD, Citizen
from tests.the_demo import the_demo

expect.set_options(timeout=15_000)  # milliseconds: a busy machine is no fault


@pytest.fixture(scope="session")
def demo(pytestconfig: pytest.Config) -> Installation:
    return the_demo(pytestconfig)


@pytest.fixture
def another_citizen(
    new_context: Callable[..., BrowserContext], demo: Installation
) -> Callable[..., Citizen]:
    """Somebody at a browser of their own: a reader of Nynorsk, unless a test says otherwise."""

    def come(**peculiarities: Any) -> Citizen:
        context = new_context(**({"locale": "nn-NO"} | peculiarities))
        return Citizen(context.new_page(), demo)

    return come


@pytest.fixture
def citizen(another_citizen: Callable[..., Citizen]) -> Citizen:
    return another_citizen()


@pytest.fixture(scope="session")
def visited(browser: Browser) -> list[str]:
    """Every address that a browser asked for."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        addresses.append(request.url)

    def listen(context: BrowserContext) -> None:
        context.on("request", note)

    browser.on("context", listen)
    return addresses


@pytest.fixture(autouse=True)
def number_guard(demo: Installation, visited: list[str]) -> Iterator[None]:
    """Fail any journey that left a number or a password in an address or in the log."""
    visited.clear()
    before = len(demo.log())
    yield
    told = "\n".join(visited) + demo.log(since=before)
    assert FRESH_PASSWORD not in told
    for person in demo.people:
        assert person.national_id not in told
        assert person.password is None or person.password not in told


def last_words(demo: Installation) -> str:
    lines = [line[:160] for line in demo.log().splitlines() if "/static/" not in line]
    return "\n".join(lines[-30:])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    demo = getattr(item, "funcargs", {}).get("demo")
    if report.failed and isinstance(demo, Installation):
        report.sections.append(("The servers' last words", last_words(demo)))
    return report
