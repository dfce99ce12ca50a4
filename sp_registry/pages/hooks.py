"""The page of one webhook: how its messages fared, a test, a new secret, its end.

A test is put on its way and carried as every alert is; what came of it stands on the page.
"""

from functools import partial

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sp_registry.hook_calls import latest
from sp_registry.hooks import BadHook, Hook, told_of
from sp_registry.pages import calendar
from sp_registry.pages.calendar import hooks
from sp_registry.pages.rooms import require_proposer, rooms
from sp_registry.staff import Colleague


def show(id: str) -> str:
    return _page(_own(id)[1])


def make() -> str:
    """A webhook for a team; its secret is shown this once."""
    who = require_proposer()
    organisation, url = calendar.organisation_of(who), request.form.get("url", "").strip()
    hosts = rooms().mode.http_hosts
    try:
        made = hooks().make(organisation, url, hosts, who.by, rooms().clock())
    except BadHook as fault:
        return calendar.show(hook_fault=fault.code)
    return _page(made, secret=made.secret)


def renew(id: str) -> str:
    """A new secret, shown this once; the one before signs too for a day."""
    who, hook = _own(id)
    renewed = hooks().renew(hook, who.by, rooms().clock())
    return _page(renewed, secret=renewed.secret)


def remove(id: str) -> Response:
    who, hook = _own(id)
    hooks().remove(hook, who.by, rooms().clock())
    return redirect(f"{url_for(calendar.CALENDAR)}#hooks", 303)


def test(id: str) -> Response:
    """One at a time: a receiver is not to be flooded by clicks."""
    who, hook = _own(id)
    now, calls = rooms().clock(), rooms().database.read(partial(latest, hook=hook.id))
    if not any(one.type == "test" and one.is_untried(now) for one in calls):
        rooms().audit("hook-tried", who.by, now, told_of(hook))
        rooms().try_hook(hook.id)
    return redirect(url_for("registry.hooks_show", id=hook.id), 303)


def _own(id: str) -> tuple[Colleague, Hook]:
    who, hook = require_proposer(), hooks().find(id)
    return (who, hook) if hook and hook.is_of(who) else abort(404)


def _page(hook: Hook, secret: str | None = None) -> str:
    now = rooms().clock()
    return render_template(
        "registry/hook.html",
        hook=hook,
        secret=secret,
        works=hooks().works(hook),
        calls=rooms().database.read(partial(latest, hook=hook.id)),
        now=now,
    )
