"""What would break if something weak were switched off today."""

from flask import abort, render_template

from sp_registry.impact import WINDOW, impacts, percent
from sp_registry.pages.providers import LANGUAGES
from sp_registry.pages.rooms import colleague, rooms


def show() -> str:
    if not colleague().sees_all:
        abort(404)
    now = rooms().clock()
    logins = rooms().traffic.logins(now - WINDOW)
    return render_template(
        "registry/impact.html",
        impacts=impacts(rooms().snapshots.current().all(), logins, now),
        days=WINDOW.days,
        percent=percent,
        languages=LANGUAGES,
    )
