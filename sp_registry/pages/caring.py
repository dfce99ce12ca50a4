"""Services that nobody looks after, those that get the identity number, and the key board."""

from datetime import UTC

from flask import abort, redirect, render_template, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from sp_registry import care
from sp_registry.care import YEAR, Ownership
from sp_registry.pages.asked import page_asked, pages_of
from sp_registry.pages.calendar import digest
from sp_registry.pages.providers import visible
from sp_registry.pages.rooms import colleague, require_proposer, rooms

AT_ONCE = 100  # services on a page


def show() -> str:
    who, now = colleague(), rooms().clock()
    known, teams = rooms().database.read(_gathered)
    logins = rooms().watch.logins((now - YEAR).astimezone(UTC).date())
    alone = care.unattended(digest(), known, teams, logins, now) if who.sees_all else []
    holders = care.number_holders(digest(), known, logins)
    own = [one for one in holders if who.sees_all or one.owner in who.organisations]
    own.sort(key=lambda one: (not one.is_overdue(now), one.service.name))
    page = page_asked()
    return render_template(
        "registry/care.html",
        unattended=alone[:AT_ONCE],
        unattended_count=len(alone),
        holders=own[(page - 1) * AT_ONCE : page * AT_ONCE],
        overdue=sum(one.is_overdue(now) for one in own),
        count=len(own),
        page=page,
        pages=pages_of(len(own), AT_ONCE),
        now=now,
    )


def attest(id: str) -> Response:
    """Its owner says that the service still needs the identity number."""
    who, entry = require_proposer(), visible(id)
    if entry.approved is None or not _holds(entry.approved.key):
        abort(404)
    care.attest(rooms().database, rooms().audit, entry.approved.key, who.by, rooms().clock())
    return redirect(url_for("registry.caring_show"), 303)


def keys() -> str:
    """How far each service has come in a change of our keys."""
    if not colleague().sees_all:
        abort(404)
    services = digest().services
    page = page_asked()
    shown = {one.entity_id: one for one in services[(page - 1) * AT_ONCE : page * AT_ONCE]}
    return render_template(
        "registry/keys.html",
        lines=rooms().watch.key_board(list(shown), rooms().clock()),
        services=shown,
        page=page,
        pages=pages_of(len(services), AT_ONCE),
    )


def _holds(key: str) -> bool:
    return any(one.key == key and one.gets_number for one in digest().services)


def _gathered(connection: Connection) -> tuple[dict[str, Ownership], frozenset[str]]:
    return care.ownerships(connection), care.teams(connection)
