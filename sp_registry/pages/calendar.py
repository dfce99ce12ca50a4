"""The calendar of certificates, and its feeds, which are read without a login."""

from collections.abc import Sequence
from functools import partial

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from sp_registry import care
from sp_registry.digest import CertificateDue, Digest, digest_of, own_certificates
from sp_registry.feeds import Feed, Feeds, atom, ical
from sp_registry.hook_calls import HookCall, latest
from sp_registry.hooks import Hook, Hooks
from sp_registry.humans import STAFF
from sp_registry.pages.asked import page_asked, pages_of
from sp_registry.pages.rooms import colleague, require_proposer, rooms
from sp_registry.staff import Colleague

AT_ONCE = 100  # certificates on a page
CALENDAR = "registry.calendar_show"


def digest() -> Digest:
    return digest_of(rooms().snapshots.current(), rooms().clock().date())


def show(secret: str | None = None, hook_fault: str | None = None) -> str:
    who, now = colleague(), rooms().clock()
    page = page_asked()
    is_all = "all" in request.args
    due = _due(None if who.sees_all else who.organisations, with_own=who.sees_all)
    if not is_all:
        due = [one for one in due if one.days_left(now) <= care.SOON]
    shown = due[(page - 1) * AT_ONCE : page * AT_ONCE]
    entities = {one.service.entity_id for one in shown if one.service}
    return render_template(
        "registry/calendar.html",
        shown=shown,
        count=len(due),
        page=page,
        pages=pages_of(len(due), AT_ONCE),
        is_all=is_all,
        signed={each: rooms().watch.last_signed(each) for each in entities},
        feeds=[one for one in _feeds().listing() if _is_own(one, who)],
        secret=secret,
        hooks=_hooks_of(who),
        hook_fault=hook_fault,
        typed_url=request.form.get("url", "") if hook_fault else "",
        base_url=rooms().base_url,
        now=now,
    )


def make_feed() -> str:
    """A new address for a team, shown this once."""
    who = require_proposer()
    return show(_feeds().make(organisation_of(who), who.by, rooms().clock()))


def organisation_of(who: Colleague) -> str | None:
    """Whose calendar it is about; None: everybody's, for those who decide."""
    organisation = request.form.get("organisation") or None
    if organisation is None and not who.decides or organisation not in (None, *who.organisations):
        abort(404)
    return organisation


def hooks() -> Hooks:
    return Hooks(rooms().database, rooms().audit, rooms().vault)


def _hooks_of(who: Colleague) -> list[tuple[Hook, HookCall | None, bool]]:
    """With the last message, and whether any would go out."""
    found = []
    for organisation in (*((None,) if who.decides else ()), *who.organisations):
        for hook in hooks().of(organisation):
            calls = rooms().database.read(partial(latest, hook=hook.id, how_many=1))
            found.append((hook, calls[0] if calls else None, hooks().works(hook)))
    return found


def revoke() -> Response:
    who, hash = require_proposer(), request.form.get("feed", "")
    found = [one for one in _feeds().listing() if one.hash == hash and _is_own(one, who)]
    if not found:
        abort(404)
    _feeds().revoke(found[0], who.by, rooms().clock())
    return redirect(url_for(CALENDAR), 303)


def as_ical(secret: str) -> Response:
    due = _of_feed(secret)
    answer = make_response(ical(due, rooms().clock(), _("Sertifikat går ut")))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return answer


def as_atom(secret: str) -> Response:
    due, feed = _of_feed(secret), _feeds().of_secret(secret)
    name = f"urn:minid-hub:feed:{feed.hash[:32] if feed else ''}"
    answer = make_response(atom(due, rooms().clock(), _("Sertifikat går ut"), name))
    answer.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    return answer


def _of_feed(secret: str) -> Sequence[CertificateDue]:
    """What whoever made the feed may see; nothing of one who has left."""
    feed = _feeds().of_secret(secret) or abort(404)
    maker = rooms().staff.find(feed.made_by.removeprefix(STAFF))
    if maker is None or not _is_own(feed, maker):
        abort(404)
    if feed.organisation is None:
        return _due(None, with_own=True)
    return _due((feed.organisation,), with_own=False)


def _due(owners: Sequence[str] | None, with_own: bool) -> list[CertificateDue]:
    def job(connection: Connection) -> frozenset[str]:
        return care.visible_keys(connection, owners)

    keys = rooms().database.read(job)
    due = [one for one in digest().certificates if one.service and one.service.key in keys]
    if with_own:
        answers = rooms().watch.own_certificates(rooms().clock())
        due += own_certificates(answers, rooms().certificates)
        due.sort(key=lambda one: one.not_after)
    return due


def _feeds() -> Feeds:
    return Feeds(rooms().database, rooms().audit)


def _is_own(feed: Feed, who: Colleague) -> bool:
    return who.decides if feed.organisation is None else feed.organisation in who.organisations
