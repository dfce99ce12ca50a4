"""The versions of a service provider: each one's meaning and XML, and the way back to it."""

from flask import abort, redirect, render_template, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from sp_registry import changes
from sp_registry.changes import Entry, NotRegistered
from sp_registry.difference import difference
from sp_registry.digest import LANGUAGES
from sp_registry.encode import Content
from sp_registry.pages.providers import visible
from sp_registry.pages.rooms import require_proposer, rooms
from sp_registry.pages.xml_difference import xml_difference
from sp_registry.service_provider import ServiceProvider


def show(id: str, version: str) -> str:
    """What this version would change in what is in force."""
    entry = visible(id)
    content, _ = _version(entry, version)
    active = entry.approved is None or entry.approved.active
    there = ServiceProvider(content.id, content.description, content.policy, active)
    return render_template(
        "registry/version.html",
        entry=entry,
        sp=entry.approved or entry.proposed,
        version=version,
        there=there,
        shifts=difference(entry.approved, there),
        change=next(
            one for one in rooms().desk.history(there.key) if one.version == version
        ),
        languages=LANGUAGES,
    )


def xml(id: str, version: str) -> str:
    """The document of this version beside the one in force, line by line."""
    entry = visible(id)
    _, document = _version(entry, version)
    lines = xml_difference(_in_force(entry), document, ("in force", "this version"))
    return render_template(
        "registry/xml.html",
        sp=entry.approved or entry.proposed,
        version=version,
        lines=lines,
        languages=LANGUAGES,
    )


def restore(id: str, version: str) -> Response:
    """Propose this version once more; another colleague approves."""
    who = require_proposer()
    entry = visible(id)
    _version(entry, version)
    rooms().desk.restore(entry.newest.entity_id, version, who.by, rooms().clock())
    return redirect(url_for("registry.providers_show", id=id), 303)


def _version(entry: Entry, version: str) -> tuple[Content, bytes]:
    entity_id = entry.newest.entity_id
    try:
        return rooms().database.read(
            lambda connection: changes.version_of(connection, entity_id, version)
        )
    except NotRegistered:
        abort(404)


def _in_force(entry: Entry) -> bytes:
    def job(connection: Connection) -> bytes:
        approved = changes.approved_of(connection, entry.newest.entity_id)
        return b"" if approved is None else changes.stored(connection, approved.version)[1]

    return rooms().database.read(job)
