"""A person at a browser: logs in through the hub's own pages, and is left with a cookie."""

import http.cookiejar
import re
import urllib.error
import urllib.request
from html import unescape
from urllib.parse import urlencode, urljoin

from bench.hub_process import HubFailed, RunningHub

INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')
FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"')


def logged_in(hub: RunningHub, path: str) -> str:
    """The Cookie header of someone who logged in for the request at this path.

    The person has no mobile, so the second factor is a PIN code of the letter.
    """
    person = next(p for p in hub.people() if p["password"] and not p["mobile"])
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    url, page = read(opener, hub.base_url + path)
    typed = {"national_id": str(person["national_id"]), "password": str(person["password"])}
    url, page = sent(opener, url, page, typed)
    pins = person["pins"]
    assert isinstance(pins, dict)
    _url, page = sent(opener, url, page, {"pin": pins[inputs(page)["pin_number"]]})
    if "SAMLResponse" not in page:
        raise HubFailed(f"the login led to no answer but to: {page[:500]}")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def sent(
    opener: urllib.request.OpenerDirector, url: str, page: str, typed: dict[str, str]
) -> tuple[str, str]:
    """The page that follows when this form is filled in so and sent."""
    hidden = inputs(page)
    fields = {name: hidden[name] for name in ("csrf_token", "pin_number") if name in hidden}
    action = FORM.search(page)
    target = urljoin(url, unescape(action[1])) if action else url
    return read(opener, target, urlencode(fields | typed).encode())


def read(
    opener: urllib.request.OpenerDirector, url: str, data: bytes | None = None
) -> tuple[str, str]:
    try:
        with opener.open(url, data) as answer:
            return answer.url, answer.read().decode()
    except urllib.error.HTTPError as fault:
        raise HubFailed(f"{url.partition('?')[0]}: status {fault.code}") from fault


def inputs(page: str) -> dict[str, str]:
    """The inputs of a page with their values."""
    found = (dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(page))
    return {tag["name"]: unescape(tag.get("value", "")) for tag in found if "name" in tag}
