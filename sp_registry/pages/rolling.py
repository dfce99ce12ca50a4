"""Bring an approved change in force later, or for some logins first; and end that."""

from datetime import datetime, timedelta

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from sp_registry import onboarding, remarks
from sp_registry.changes import NothingToApprove
from sp_registry.onboarding import NeedsApproval
from sp_registry.pages.asked import typed_moment
from sp_registry.pages.providers import again, page, visible
from sp_registry.pages.rooms import (
    colleague,
    is_stale_decider,
    require_decider,
    require_proposer,
    rooms,
)
from sp_registry.rollouts import BadRollout, Kind, NoRollout, Plan


def begin(id: str) -> Response | tuple[str, int]:
    """Approve what was seen, by a plan."""
    back = url_for("registry.providers_show", id=id)
    if is_stale_decider():
        return page(visible(id), wrong="stale"), 409
    who = require_decider(again(id))
    entry = visible(id)
    now, entity_id = rooms().clock(), entry.newest.entity_id
    plan = _plan(now)
    if plan is None:
        return page(entry, wrong="rollout"), 422
    try:
        proposer = rooms().staff.human(entry.newest.proposed_by)
        onboarding.require_another(proposer, who.by, rooms().mode)
        version = request.form.get("version", "")
        rooms().rollouts.begin(entity_id, plan, who.by, now, version)
    except BadRollout:
        return page(entry, wrong="rollout"), 422
    except (NeedsApproval, NothingToApprove) as fault:
        return page(visible(id), fault), 409
    rooms().publish(who.by, remarks.ROLLOUT.format(entity_id))
    return redirect(back, 303)


def complete(id: str) -> Response | tuple[str, int]:
    """For everybody, now."""
    back = url_for("registry.providers_show", id=id)
    who = require_decider(again(id))
    entity_id = visible(id).newest.entity_id
    try:
        rooms().rollouts.complete(entity_id, who.by, rooms().clock())
    except (NeedsApproval, NothingToApprove) as fault:
        return page(visible(id), fault), 409
    except NoRollout:
        return redirect(back, 303)
    rooms().publish(who.by, remarks.ROLLOUT.format(entity_id))
    return redirect(back, 303)


def take_back(id: str) -> Response:
    """The old version for everybody, now.  It narrows trust, so no young login is wanted."""
    if not colleague().decides:
        abort(404)
    return _taken_back(id, remarks.TAKEN_BACK)


def report(id: str) -> Response:
    """The agency's own word that logins fail is enough to go back."""
    require_proposer()
    return _taken_back(id, remarks.REPORTED)


def _taken_back(id: str, reason: str) -> Response:
    entity_id, by = visible(id).newest.entity_id, colleague().by
    try:
        rooms().rollouts.take_back(entity_id, by, rooms().clock(), reason)
    except NoRollout:
        pass  # it has ended already
    else:
        rooms().publish(by, remarks.ROLLOUT.format(entity_id))
    return redirect(url_for("registry.providers_show", id=id), 303)


def _plan(now: datetime) -> Plan | None:
    """What the form says; None if it is not to be understood."""
    form = request.form
    match form.get("how"):
        case Kind.SCHEDULED:
            at = typed_moment(form.get("at", ""))
            return None if at is None else Plan(Kind.SCHEDULED, at)
        case Kind.SHARE:
            share, hours = form.get("share", 0, type=int), form.get("hours", 0, type=int)
            return Plan(Kind.SHARE, now + timedelta(hours=max(0, min(hours, 9999))), share)
        case Kind.TRIAL:
            return Plan(Kind.TRIAL, now + timedelta(hours=1))
    return None
