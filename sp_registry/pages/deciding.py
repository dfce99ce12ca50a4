"""What is decided about a service provider, and said of it."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from sp_registry import comments, onboarding, remarks
from sp_registry.changes import NothingToApprove
from sp_registry.onboarding import NeedsApproval
from sp_registry.pages.providers import again, page, visible
from sp_registry.pages.rooms import is_stale_decider, require_decider, require_proposer, rooms

LONGEST_REASON = 1000  # characters


def approve(id: str) -> Response | tuple[str, int]:
    """Approve what was seen, publish it, and serve it here before the page is shown."""
    back = url_for("registry.providers_show", id=id)
    who = require_decider(again(id))
    entry = visible(id)
    entity_id = entry.newest.entity_id
    try:
        proposer = rooms().staff.human(entry.newest.proposed_by)
        onboarding.require_another(proposer, who.by, rooms().mode)
        version = request.form.get("version", "")
        rooms().desk.approve(entity_id, who.by, rooms().clock(), version)
    except (NeedsApproval, NothingToApprove) as fault:
        return page(visible(id), fault), 409
    rooms().publish(who.by, remarks.APPROVED.format(entity_id))
    return redirect(back, 303)


def reject(id: str) -> Response | tuple[str, int]:
    back = url_for("registry.providers_show", id=id)
    if is_stale_decider():
        return page(visible(id), wrong="stale"), 409
    who = require_decider(again(id))
    entry = visible(id)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        return page(entry, wrong="reason"), 422
    version = request.form.get("version", "")
    try:
        rooms().desk.reject(entry.newest.entity_id, who.by, rooms().clock(), version, reason)
    except NothingToApprove as fault:
        return page(visible(id), fault), 409
    return redirect(back, 303)


def suspend(id: str) -> Response:
    back = url_for("registry.providers_show", id=id)
    who = require_decider(again(id))
    entry = visible(id)
    if entry.approved is None:
        abort(404)
    entity_id = entry.newest.entity_id
    rooms().desk.suspend(entity_id, who.by, rooms().clock())
    rooms().publish(who.by, remarks.SUSPENDED.format(entity_id))
    return redirect(back, 303)


def resume(id: str) -> Response:
    """Propose that it is trusted again; somebody else approves."""
    who = require_proposer()
    rooms().desk.resume(visible(id).newest.entity_id, who.by, rooms().clock())
    return redirect(url_for("registry.providers_show", id=id), 303)


def comment(id: str) -> Response | tuple[str, int]:
    """Whoever may propose something for the service provider may say something of it."""
    who, entry = require_proposer(), visible(id)
    text = request.form.get("comment", "").strip()
    if not 0 < len(text) <= comments.LONGEST:
        return page(entry, wrong="comment"), 422
    work = rooms()
    entity_id = entry.newest.entity_id
    comments.add(work.database, work.audit, entity_id, text, who.by, work.clock())
    return redirect(url_for("registry.providers_show", id=id) + "#comments", 303)
