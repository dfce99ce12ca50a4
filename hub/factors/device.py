"""A device that a person has logged in with before keeps its own allowance of mistakes.

So a stranger who knows a number can slow down only strangers.  The proof is a
keyed hash over browser and person in a cookie; nothing is stored.
"""

import hmac

from flask import request

from hub.current import outside
from hub.person import NationalId, Person
from hub.web import browser

COOKIE = "device"
MOST_PEOPLE = 6  # a family's tablet; the longest unused falls out


def subject_of(number: NationalId, person: Person | None) -> str:
    """Whose failures are counted: this device's with this person, else all strangers'."""
    if person is not None and is_known_to(person):
        return f"{number.digits} at {browser.this_browser()}"
    return number.digits


def address() -> str:
    """Where the request came from, as our own proxies tell it."""
    return request.remote_addr or "unknown"


def is_known_to(person: Person) -> bool:
    mark = mark_of(person.id)
    return any(hmac.compare_digest(mark, known) for known in marks())


def remember(person_id: str) -> None:
    """From now on this browser is a known device of this person."""
    mark = mark_of(person_id)
    kept = [known for known in marks() if known != mark]
    value = ".".join([mark, *kept][:MOST_PEOPLE])
    browser.set_cookie(COOKIE, value, browser.BROWSER_LIFE)


def marks() -> list[str]:
    return request.cookies.get(browser.cookie_name(COOKIE), "").split(".")


def mark_of(person_id: str) -> str:
    return outside().ring.subject("device", browser.this_browser(), person_id).hex()[:32]
