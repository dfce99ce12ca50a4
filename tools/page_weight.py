"""Weigh the pages of a running hub, and time them on a slow telephone network.

`make demo` in one terminal, `python -m tools.page_weight` in another; MINID_BASE_URL names
another hub.  Each page is opened by a browser with an empty cache, at the width of a
telephone, under the latency and rates that Chromium's developer tools call Slow 4G, and with
a processor four times slower.  Bytes are those on the wire, headers too.
"""

import os
import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Error, Page, sync_playwright

BASE = os.environ.get("MINID_BASE_URL", "http://localhost:8080")
CHROMIUM = "/usr/bin/chromium"
PATHS = ("/", "/login", "/login?locale=se", "/register", "/help", "/privacy", "/errors")
# Latency in milliseconds, rates in bytes a second.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 180_000,
    "uploadThroughput": 84_375,
}
TIMES = 4  # slower than this machine's processor
FIGURES = """() => new Promise((resolve) => {
  const figures = { shift: 0, largest: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) { figures.shift += entry.value; }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    figures.largest = list.getEntries().at(-1).startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  const first = performance.getEntriesByName("first-contentful-paint")[0];
  figures.first = first ? first.startTime : 0;
  figures.loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(figures)));
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    path: str
    kilobytes: float  # of the first visit
    again: float  # of the second, when the files are in the browser's cache
    first_paint: float  # seconds
    largest_paint: float
    loaded: float
    shift: float


def main() -> int:
    print("| page | first visit | next visit | first paint | largest paint | loaded | shift |")
    print("|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for path in PATHS:
                print(row(visit(browser, path)), flush=True)
        except Error as failed:
            print(f"{BASE} did not answer as expected: {failed.message}", file=sys.stderr)
            return 1
    return 0


def visit(browser: Browser, path: str) -> Visit:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="nb-NO") as context:
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW_4G)
        network.send("Emulation.setCPUThrottlingRate", {"rate": TIMES})
        first = transferred(network, page, path)
        figures = page.evaluate(FIGURES)
        again = transferred(network, page, path)
    first_paint, largest_paint, loaded = (
        figures[name] / 1000 for name in ("first", "largest", "loaded")
    )
    return Visit(path, first, again, first_paint, largest_paint, loaded, figures["shift"])


def transferred(network: CDPSession, page: Page, path: str) -> float:
    """Kilobytes on the wire until the page and what it asks for have come."""
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(BASE + path, wait_until="networkidle")
    return sum(sizes) / 1000


def row(seen: Visit) -> str:
    return (
        f"| `{seen.path}` | {seen.kilobytes:.1f} kB | {seen.again:.1f} kB "
        f"| {seen.first_paint:.1f} s | {seen.largest_paint:.1f} s | {seen.loaded:.1f} s "
        f"| {seen.shift:.3f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
