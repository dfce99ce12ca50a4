"""Logins, what services were told, and the living sessions, each with its end."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from hub import audit
from hub.current import now, outside, request_id
from hub.logout import unseen
from hub.me import room
from hub.me.record import help_of, logins_of, name_of, told_of
from hub.saml.attributes import method_of
from hub.support.forms import REASONS

me_history = Blueprint("me_history", __name__)


@me_history.get("/me/history")
def show() -> str:
    session = room.here()
    store = outside().store
    living = [
        {
            "id": each.id,
            "is_this": each.id == session.id,
            "at": each.authenticated_at,
            "method": method_of(each.proofs),
            "services": sorted(
                {name_of(known.entity_id) for known in store.sessions.participants(each.id)}
            ),
        }
        for each in store.sessions.living(session.person_id, now())
    ]
    return room.page(
        "me_history.html",
        session,
        sessions=living,
        logins=logins_of(session.person_id),
        told=told_of(session.person_id),
        helped=help_of(session.person_id),
        reasons=REASONS,
    )


@me_history.post("/me/history/end")
def end() -> Response:
    """End one of the person's own sessions; this one goes by the logout page."""
    session = room.here()
    store, at, wanted = outside().store, now(), request.form.get("session", "")
    if wanted == session.id:
        return redirect("/logout", 303)
    if wanted in {each.id for each in store.sessions.living(session.person_id, at)}:

        def act() -> None:
            event = audit.of_person("session-ended", session.person_id, request_id(), at)
            store.ledger.append(event)
            store.sessions.end(wanted, at)

        store.together(act)
        unseen.tell(session.person_id, [wanted])
    return redirect(url_for("me_history.show"), 303)
