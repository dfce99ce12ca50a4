"""Take pictures of the pages of a running hub, for people to look at.

`make demo` in one terminal, `make screens` in another: build/screens then holds each
page as a wide and a narrow screen, light and dark.  MINID_BASE_URL names another hub.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Error, Page, StorageState, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "screens"
PEOPLE = Path(os.environ.get("MINID_INSTANCE", ROOT / "instance")) / "demo" / "people.json"
BASE = os.environ.get("MINID_BASE_URL", "http://localhost:8080")
CHROMIUM = "/usr/bin/chromium"

PAGES = {
    "front": "/",
    "login": "/login",
    "register": "/register",
    "forgotten": "/forgotten",
    "pins": "/pins",
    "help": "/help",
    "about": "/about",
    "errors": "/errors",
    "not-found": "/no-such-page",
    "dev-sms": "/dev/sms",
    "dev-letters": "/dev/letters",
}


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    width: int
    scheme: Literal["light", "dark"]


LOOKS = (
    Look("wide-light", 1280, "light"),
    Look("wide-dark", 1280, "dark"),
    Look("narrow-light", 390, "light"),
    Look("narrow-dark", 390, "dark"),
)


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            take_all(browser, someone_without_a_mobile())
        except Error as failed:
            print(f"{BASE} did not answer as expected: {failed.message}", file=sys.stderr)
            return 1
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT.relative_to(ROOT)}")
    return 0


def take_all(browser: Browser, person: dict[str, Any]) -> None:
    """One login serves all pictures behind it, so a run uses up one code."""
    with browser.new_context(base_url=BASE, locale="nn-NO") as context:
        log_in(context.new_page(), person)
        logged_in = context.storage_state()
    for look in LOOKS:
        take_before_login(opened(browser, look, None), look, person)
        page = opened(browser, look, logged_in)
        page.goto("/me")
        take(page, "me", look)


def opened(browser: Browser, look: Look, state: StorageState | None) -> Page:
    return browser.new_page(
        base_url=BASE,
        locale="nn-NO",
        viewport={"width": look.width, "height": 800},
        color_scheme=look.scheme,
        storage_state=state,
    )


def take_before_login(page: Page, look: Look, person: dict[str, Any]) -> None:
    for name, path in PAGES.items():
        page.goto(path)
        take(page, name, look)
    give_password(page, "1", "no number looks like this")
    take(page, "login-refused", look)
    give_password(page, person["national_id"], person["password"])
    take(page, "pin", look)


def take(page: Page, name: str, look: Look) -> None:
    page.screenshot(path=OUT / f"{name}-{look.name}.png", full_page=True)


def log_in(page: Page, person: dict[str, Any]) -> None:
    give_password(page, person["national_id"], person["password"])
    number = page.locator("[name=pin_number]").input_value()
    page.locator("[name=pin]").fill(person["pins"][number])
    press_enter(page, "[name=pin]")


def give_password(page: Page, national_id: str, password: str) -> None:
    page.goto("/login")
    page.locator("[name=national_id]").fill(national_id)
    page.locator("[name=password]").fill(password)
    press_enter(page, "[name=password]")


def press_enter(page: Page, field: str) -> None:
    with page.expect_navigation():
        page.locator(field).press("Enter")


def someone_without_a_mobile() -> dict[str, Any]:
    people: list[dict[str, Any]] = json.loads(PEOPLE.read_text())
    return next(one for one in people if one["password"] and not one["mobile"])


if __name__ == "__main__":
    sys.exit(main())
