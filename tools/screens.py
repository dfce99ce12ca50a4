"""Take pictures of every page, for people to look at: `make screens`.

docs/screens then holds each page of the tests' samples, errors too, as a wide and a narrow
screen, light and dark.  The picture in the README is a PNG, all others are WebP.
"""

import base64
import logging
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.hub.pages.sample_pages import PAGES, sample_app

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screens"
CHROMIUM = "/usr/bin/chromium"
IN_README = "login-desktop"
QUALITY = 45  # of WebP: letters stay sharp


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    width: int
    scheme: Literal["light", "dark"]


LOOKS = (
    Look("desktop", 1280, "light"),
    Look("desktop-dark", 1280, "dark"),
    Look("phone", 390, "light"),
    Look("phone-dark", 390, "dark"),
)


def main() -> int:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.*"):
        old.unlink()
    with served_pages() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for look in LOOKS:
            take_all(browser, address, look)
    pictures = list(OUT.iterdir())
    size = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures in {OUT.relative_to(ROOT)}, {size / 1e6:.1f} MB")
    return 0


@contextmanager
def served_pages() -> Iterator[str]:
    """The sample pages at an address of this machine, in every language."""
    with tempfile.TemporaryDirectory() as folder:
        compile_catalogues(Path(folder))
        server = make_server("127.0.0.1", 0, sample_app(Path(folder)), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def compile_catalogues(folder: Path) -> None:
    for po in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po"):
        mo = folder / po.relative_to(ROOT / "translations").with_suffix(".mo")
        mo.parent.mkdir(parents=True)
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source))


def take_all(browser: Browser, address: str, look: Look) -> None:
    page = browser.new_page(
        viewport={"width": look.width, "height": 800}, color_scheme=look.scheme
    )
    # Not by routing: that switches the browser's cache off, and the font is optional.
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setBlockedURLs", {"urls": ["*/autopost.js"]})
    page.goto(f"{address}/{next(iter(PAGES))}")
    for name in PAGES:
        answer = page.goto(f"{address}/{name}?locale=nb")
        if answer is None or not answer.ok:
            raise SystemExit(f"the sample page {name} cannot be shown")
        take(page, f"{name}-{look.name}")
    page.close()


def take(page: Page, name: str) -> None:
    if name == IN_README:
        page.screenshot(path=OUT / f"{name}.png", full_page=True)
        return
    size = page.evaluate("({width: innerWidth, height: document.documentElement.scrollHeight})")
    wanted = {
        "format": "webp",
        "quality": QUALITY,
        "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "scale": 1, **size},
    }
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", wanted)
    (OUT / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    sys.exit(main())
