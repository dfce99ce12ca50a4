"""A new password, chosen by somebody who is logged in."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from hub import audit
from hub.current import now, outside, request_id
from hub.logout import unseen
from hub.me import room
from hub.sending import notices
from hub.sending.notices import Notice
from hub.web.forms import NewPasswordForm

me_password = Blueprint("me_password", __name__)


@me_password.get("/me/password")
def ask() -> str:
    after_not_me = request.args.get("done") == "not-me"
    session = room.confirmed()
    form = NewPasswordForm()
    return room.page("me_password.html", session, form=form, after_not_me=after_not_me)


@me_password.post("/me/password")
def take() -> Response | str:
    session = room.confirmed()
    form = NewPasswordForm(request.form)
    if not form.validate():
        return room.page("me_password.html", session, form=form)
    keep(session.person_id, session.id, form.new_password.data or "")
    return redirect(url_for("me.front", done="password"), 303)


def keep(person_id: str, session_id: str, password: str) -> None:
    """Set it; every other session ends, and the owner is told."""
    store, at = outside().store, now()
    hashed = outside().passwords.hash(password)

    def act() -> None:
        store.ledger.append(audit.of_person("password-changed", person_id, request_id(), at))
        store.people.set_password(person_id, hashed, at)
        store.sessions.end_others(person_id, session_id, at)
        notices.tell(person_id, Notice.PASSWORD_CHANGED)

    others = unseen.living(person_id, but=session_id)
    store.together(act)
    unseen.tell(person_id, others)
