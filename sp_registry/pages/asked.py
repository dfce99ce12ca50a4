"""What an address asks for, read: a page of a list, a moment, a day.

Anybody can write anything there.  What no list or calendar of ours reaches is as good as
nothing, before a database or a sum of times meets it.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import request

LOCAL = ZoneInfo("Europe/Oslo")  # what people mean who name no zone
LAST_PAGE = 1_000_000
YEARS = range(1970, 2200)


def page_asked() -> int:
    """The page of a list, the first if none is named."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)


def pages_of(count: int, at_once: int) -> int:
    """How many pages a list has; an empty one has its first."""
    return max(1, -(-count // at_once))


def typed_moment(text: str) -> datetime | None:
    """A moment as a form gives it or a person types it, in Norwegian time unless it says else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.year not in YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def typed_day(text: str) -> datetime | None:
    """When a day begins, by UTC as the audit log has it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), UTC) if day.year in YEARS else None
