"""The calendar of certificates, and its feeds, which are read without a login."""

from collections.abc import Sequence

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from sp_registry import care
from sp_registry.digest import CertificateDue, Digest, digest_of, own_certificates
from sp_registry.feeds import Feed, Feeds, atom, ical
from sp_registry.hooks import BadHookAddress, Hook, Hooks
from sp_registry.humans import STAFF
from sp_registry.pages.asked import page_asked, pages_of
from sp_registry.pages.rooms import colleague, require_proposer, rooms
from sp_registry.staff import Colleague

AT_ONCE = 100  # certificates on a page
CALENDAR = "registry.calendar_show"


def digest() -> Digest:
    return digest_of(rooms().snapshots.current(), rooms().clock().date())


def show(
    secret: str | None = None, hook_secret: str | None = None, hook_fault: str | None = None,
    tried: bool = False,
) -> str:  # fmt: skip
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
        hooks=[one for one in _hooks().listing() if one.is_of(who)],
        hook_secret=hook_secret,
        hook_fault=hook_fault,
        typed_url=request.form.get("url", "") if hook_fault else "",
        tried=tried,
        base_url=rooms().base_url,
        now=now,
    )


def make_feed() -> str:
    """A new address for a team, shown this once."""
    who = require_proposer()
    return show(_feeds().make(_organisation_of(who), who.by, rooms().clock()))


def _organisation_of(who: Colleague) -> str | None:
    """Whose calendar it is about; None: everybody's, for those who decide."""
    organisation = request.form.get("organisation") or None
    if organisation is None and not who.decides or organisation not in (None, *who.organisations):
        abort(404)
    return organisation


def make_hook() -> str:
    """A webhook for a team; its secret is shown this once."""
    who = require_proposer()
    organisation, url = _organisation_of(who), request.form.get("url", "").strip()
    hosts = rooms().mode.http_hosts
    try:
        secret = _hooks().make(organisation, url, hosts, who.by, rooms().clock())
    except BadHookAddress as fault:
        return show(hook_fault=fault.detail)
    return show(hook_secret=secret)


def remove_hook() -> Response:
    who, hook = _own_hook()
    _hooks().remove(hook.id, who.by, rooms().clock())
    return redirect(url_for(CALENDAR), 303)


def try_hook() -> str:
    """The worker delivers it, with all that a real alert goes through."""
    who, hook = _own_hook()
    rooms().audit("hook-tried", who.by, rooms().clock(), {"hook": hook.id})
    rooms().try_hook(hook.id)
    return show(tried=True)


def _own_hook() -> tuple[Colleague, Hook]:
    who, id = require_proposer(), request.form.get("hook", "")
    found = [one for one in _hooks().listing() if one.id == id and one.is_of(who)]
    return (who, found[0]) if found else abort(404)


def _hooks() -> Hooks:
    return Hooks(rooms().database, rooms().audit, rooms().vault)


def revoke() -> Response:
    who, hash = require_proposer(), request.form.get("feed", "")
    if not any(one.hash == hash and _is_own(one, who) for one in _feeds().listing()):
        abort(404)
    _feeds().revoke(hash, who.by, rooms().clock())
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
