"""Miside's front page, and what is done to the account as a whole."""

import json
from datetime import UTC, datetime

from flask import Blueprint, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from hub import accounts, audit, levels, services
from hub.current import now, outside, request_id, settings
from hub.factors import second_factors
from hub.logout import pages as logout_pages
from hub.logout import unseen
from hub.me import room
from hub.me.record import logins_of, record_of
from hub.pins import codes as pin_codes
from hub.saml.attributes import method_of
from hub.sending import notices
from hub.sending.notices import Notice
from hub.support.state import masked
from hub.web.pages import known_locale, remember_locale

me = Blueprint("me", __name__)

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@me.get("/me")
def front() -> str:
    session = room.here()
    person = room.owner(session)
    return room.page(
        "me.html",
        session,
        person=person,
        level=int(levels.level_of_proofs(session.proofs) or 0),
        method=method_of(session.proofs),
        logged_in_at=session.authenticated_at,
        services=[
            {"name": services.name_of(sp), "url": services.home_of(sp)}
            for sp in outside().snapshots.current().all()
            if sp.is_trusted_at(now())
        ],
        number=masked(outside().store.people.current_number(person.id)),
        factors=second_factors.wishes(person),
        done=request.args.get("done", ""),
        are_codes_few=pin_codes.is_new_sheet_due(outside().store, person.id, now()),
    )


@me.post("/me/preferences")
def set_preferences() -> Response:
    """Which language we write in, and which code is asked for first."""
    session = room.here()
    language = known_locale(request.form.get("language", ""))
    if language is None:
        abort(404)
    prefers = second_factors.wished(request.form.get("second_factor", ""), room.owner(session))
    remember_locale(language)
    outside().store.people.set_preferences(session.person_id, language, prefers, now())
    return redirect(url_for("me.front", done="preferences"), 303)


@me.get("/me/not-me")
def ask_not_me() -> str:
    session = room.confirmed()
    return room.page(
        "me_not_me.html",
        session,
        logins=logins_of(session.person_id),
        methods=second_factors.added_by(room.owner(session)),
    )


@me.post("/me/not-me")
def not_me() -> Response:
    """Somebody else was here: throw them out, and let nothing that they may know be of use.

    An app and passkeys go that were added at the login in question or later; all of them, if
    nobody knows which it was.  The mobile stays, or its owner could not log in; was it
    changed, the old one was told.
    """
    session = room.confirmed(url_for("me.ask_not_me"))
    store, at = outside().store, now()
    since = login_named(session.person_id, request.form.get("login", ""))

    def secure() -> None:
        store.sessions.end_others(session.person_id, session.id, at)
        store.waits.cancel(session.person_id)
        if store.sheets.block(session.person_id, at):
            store.letters.order(session.person_id, pin_codes.NOT_ME, at)
        if store.methods.remove_since(session.person_id, since):
            event = audit.of_person("methods-removed", session.person_id, request_id(), at)
            store.ledger.append(event)
        store.people.require_new_password(session.person_id, at)
        store.ledger.append(audit.of_person("not-me", session.person_id, request_id(), at))
        notices.tell(session.person_id, Notice.NOT_ME)

    others = unseen.living(session.person_id, but=session.id)
    store.together(secure)
    unseen.tell(session.person_id, others)
    return redirect(url_for("me_password.ask", done="not-me"), 303)


def login_named(person_id: str, named: str) -> datetime:
    """When the login of this name was; the beginning of time if it is none of the person's."""
    known = (login["at"] for login in logins_of(person_id))
    return next((at for at in known if at.isoformat() == named), EVER)


@me.get("/me/export.json")
def export() -> Response:
    """All that we know of the person, to keep; both factors are asked for first."""
    session = room.confirmed()
    text = json.dumps(record_of(session.person_id), ensure_ascii=False, indent=2)
    page = make_response(text + "\n")
    page.headers["Content-Type"] = "application/json; charset=utf-8"
    page.headers["Content-Disposition"] = 'attachment; filename="minid.json"'
    event = audit.of_person("exported", session.person_id, request_id(), now())
    outside().store.ledger.append(event)
    return page


@me.get("/me/close")
def ask_close() -> str:
    return room.page("me_close.html", room.confirmed())


@me.post("/me/close")
def close() -> Response:
    """Close the account: only a new letter, and a registration with it, opens it again.

    What this browser alone can tell services is left to the page of its logout.
    """
    session = room.confirmed(url_for("me.ask_close"))
    others = unseen.living(session.person_id, but=session.id)
    accounts.close(outside().store, settings(), room.owner(session), request_id(), now())
    unseen.tell(session.person_id, others)
    return logout_pages.log_out()
