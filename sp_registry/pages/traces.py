"""The story of one request, for the team of its service and those who see all.

Others find nothing.  Of a logout that several services took part in, a team reads its own
part alone: which other services a person uses is none of its business.
"""

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sp_registry.environment import key_of
from sp_registry.pages import listing
from sp_registry.pages.rooms import colleague, rooms
from sp_registry.watch import REFERENCE, Story

OF_OTHERS = "logout "  # how the steps begin that name other services


def blank() -> str:
    return render_template("registry/trace_ask.html", asked="", is_unknown=False)


def asked() -> Response | tuple[str, int]:
    reference = request.form.get("request_id", "").strip()
    is_one = REFERENCE.fullmatch(reference) is not None
    if not is_one or _seen(reference) is None:
        shown = reference if is_one else ""  # anything else may be somebody's number
        return render_template("registry/trace_ask.html", asked=shown, is_unknown=True), 404
    return redirect(url_for("registry.traces_show", reference=reference), 303)


def show(reference: str) -> str:
    """What the trace has; that it was read is on record."""
    story = (REFERENCE.fullmatch(reference) and _seen(reference)) or abort(404)
    who, now = colleague(), rooms().clock()
    rooms().audit("trace-read", who.by, now, {"request": reference})
    return render_template("registry/trace.html", reference=reference, story=story)


def _seen(reference: str) -> Story | None:
    """The story as this colleague may read it; None if they may not."""
    story, who = rooms().watch.story(reference), colleague()
    if story is None or who.sees_all:
        return story
    keys = {each: key_of(each, rooms().mode.environment) for each in story.services}
    own = rooms().database.read(lambda connection: listing.own_of(connection, keys, who))
    if not own:
        return None
    beginnings = tuple(f"{entity_id}{sign}" for entity_id in own for sign in " :")
    told = [
        one
        for one in story.told
        if not one.step.startswith(OF_OTHERS) or one.detail.startswith(beginnings)
    ]
    return replace(story, services=own, told=tuple(told))
