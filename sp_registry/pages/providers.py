"""Service providers: the list, one of them, and what is decided about it."""

import difflib

from flask import abort, redirect, render_template, request, url_for
from lxml import etree
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from certs.certificate import Certificate
from metadata import safe_xml
from metadata.errors import MetadataError
from sp_registry import changes, onboarding
from sp_registry.changes import Entry, NothingToApprove
from sp_registry.difference import difference
from sp_registry.onboarding import NeedsApproval
from sp_registry.pages import listing as listings
from sp_registry.pages.listing import AT_ONCE, MOST_FOUND, State, Wanted
from sp_registry.pages.rooms import colleague, require_decider, require_proposer, rooms
from sp_registry.service_provider import ServiceProvider

LONGEST_REASON = 1000  # characters


def listing() -> str:
    text = request.args.get("q", "").strip()[:200]
    state = State(value) if (value := request.args.get("state", "")) in set(State) else None
    page = max(1, request.args.get("page", 1, type=int))
    wanted = Wanted(state, _found(text), page)
    rows, count = rooms().database.read(
        lambda connection: listings.page_of(connection, wanted, colleague())
    )
    pages = max(1, -(-count // AT_ONCE))
    if page > pages:
        abort(404)
    return render_template(
        "registry/list.html", rows=rows, count=count, text=text, state=state, states=list(State),
        page=page, pages=pages, languages=_languages(),
    )  # fmt: skip


def _found(text: str) -> frozenset[str] | None:
    """What a search finds, in force or waiting; None without one."""
    if not text:
        return None
    in_force = rooms().snapshots.current().search(text, limit=MOST_FOUND)
    waiting = rooms().database.read(
        lambda connection: listings.waiting_that_say(connection, text)
    )
    return waiting | {sp.entity_id for sp in in_force}


def show(id: str) -> str:
    return _page(_visible(id))


def approve(id: str) -> Response | tuple[str, int]:
    """Approve what was seen, publish it, and serve it here before the page is shown."""
    back = url_for("registry.providers_show", id=id)
    who = require_decider(back)
    entry = _visible(id)
    entity_id = entry.newest.entity_id
    try:
        proposer = rooms().staff.human(entry.newest.proposed_by)
        onboarding.require_another(proposer, who.by, rooms().mode)
        version = request.form.get("version", "")
        rooms().desk.approve(entity_id, who.by, rooms().clock(), version)
    except (NeedsApproval, NothingToApprove) as fault:
        return _page(_visible(id), fault), 409
    rooms().publish(who.by, f"approved {entity_id}")
    return redirect(back, 303)


def reject(id: str) -> Response | tuple[str, int]:
    back = url_for("registry.providers_show", id=id)
    who = require_decider(back)
    entry = _visible(id)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        return _page(entry, lacks_reason=True), 422
    version = request.form.get("version", "")
    try:
        rooms().desk.reject(entry.newest.entity_id, who.by, rooms().clock(), version, reason)
    except NothingToApprove as fault:
        return _page(_visible(id), fault), 409
    return redirect(back, 303)


def suspend(id: str) -> Response:
    back = url_for("registry.providers_show", id=id)
    who = require_decider(back)
    entity_id = _visible(id).newest.entity_id
    rooms().desk.suspend(entity_id, who.by, rooms().clock())
    rooms().publish(who.by, f"suspended {entity_id}")
    return redirect(back, 303)


def resume(id: str) -> Response:
    """Propose that it is trusted again; somebody else approves."""
    who = require_proposer()
    rooms().desk.resume(_visible(id).newest.entity_id, who.by, rooms().clock())
    return redirect(url_for("registry.providers_show", id=id), 303)


def _visible(id: str) -> Entry:
    """The service provider, if this colleague may see it: else it is not there."""
    who = colleague()

    def job(connection: Connection) -> Entry | None:
        entity_id = listings.entity_of(connection, id, who)
        return None if entity_id is None else changes.entry_of(connection, entity_id)

    return rooms().database.read(job) or abort(404)


def _page(
    entry: Entry,
    fault: NeedsApproval | NothingToApprove | None = None,
    lacks_reason: bool = False,
) -> str:
    wants_xml = "xml" in request.args and entry.newest.waits
    return render_template(
        "registry/sp.html",
        entry=entry,
        sp=entry.approved or entry.proposed,
        shifts=difference(entry.approved, entry.proposed) if entry.newest.waits else (),
        xml=_xml_difference(entry) if wants_xml else None,
        history=rooms().desk.history(entry.newest.entity_id),
        names=rooms().staff.names(),
        fault=fault,
        lacks_reason=lacks_reason,
        own=rooms().staff.human(entry.newest.proposed_by) == colleague().by
        and not rooms().mode.single_approver,
        now=rooms().clock(),
        languages=_languages(),
        certificates=_certificates,
    )


def _certificates(sp: ServiceProvider) -> list[tuple[str, Certificate]]:
    """Each certificate with what it is for."""
    encryption = [("encryption", key.certificate) for key in sp.description.encryption_keys]
    return [*(("signing", one) for one in sp.signing_certificates), *encryption]


def _xml_difference(entry: Entry) -> str:
    """The two documents line by line, each element on a line of its own."""

    def job(connection: Connection) -> tuple[bytes, bytes]:
        approved = changes.approved_of(connection, entry.newest.entity_id)
        old = b"" if approved is None else changes.stored(connection, approved.version)[1]
        return old, changes.stored(connection, entry.newest.version)[1]

    old, new = rooms().database.read(job)
    return "\n".join(difflib.unified_diff(_lines(old), _lines(new), lineterm="", n=3))


def _lines(document: bytes) -> list[str]:
    if not document:
        return []
    try:
        root = safe_xml.parse_metadata(document)
    except MetadataError:
        return document.decode("utf-8", "replace").splitlines()
    etree.indent(root)
    return etree.tostring(root, encoding="unicode").splitlines()


def _languages() -> tuple[str, ...]:
    return ("nn", "nb", "no", "en")
