"""What would break if something weak were switched off today."""

from datetime import UTC, date, datetime, time
from functools import lru_cache

from flask import abort, render_template

from sp_registry.digest import LANGUAGES
from sp_registry.impact import WINDOW, impacts, percent, weaknesses
from sp_registry.pages.rooms import colleague, rooms
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import Snapshot


def show() -> str:
    if not colleague().sees_all:
        abort(404)
    now = rooms().clock()
    logins = rooms().traffic.logins(now - WINDOW)
    return render_template(
        "registry/impact.html",
        impacts=impacts(_weak(rooms().snapshots.current(), now.date()), logins, now),
        days=WINDOW.days,
        percent=percent,
        languages=LANGUAGES,
    )


@lru_cache(maxsize=1)
def _weak(snapshot: Snapshot, day: date) -> tuple[ServiceProvider, ...]:
    """Those with any weakness on this day; to read thousands takes a second or two."""
    moment = datetime.combine(day, time(), UTC)
    return tuple(sp for sp in snapshot.each() if sp.active and weaknesses(sp, moment))
