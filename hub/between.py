"""The pages between a login and its answer: is the contact data right, is a new sheet wanted?

The person is logged in; these pages prove nothing, and a flow that leaves them goes on to
the answer it was held for.  A change is made at the person's own pages, which lead back.
"""

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from hub import after_login, audit, login
from hub.current import now, outside, request_id, settings
from hub.flow import Awaiting
from hub.login import Held
from hub.pins import codes as pin_codes
from hub.web import browser, staying

between = Blueprint("between", __name__)


def here(handle: str, awaiting: Awaiting) -> Held:
    """The flow at this page, within the session that it began; after it one logs in anew."""
    held, session = login.at_step(handle, awaiting), browser.session_here()
    if session is None or session.id != held.flow.session_id:
        abort(login.start_over(held))
    staying.use(session)
    return held


def page(template: str, held: Held, **more: object) -> str:
    return login.page(template, Form(), held, time_left=g.time_left, **more)


@between.get("/login/<handle>/contact")
def ask_contact(handle: str) -> str:
    return contact_page(here(handle, Awaiting.CONTACT))


def contact_page(held: Held) -> str:
    person, may_skip = login.person_of(held.flow), held.flow.may_skip
    return page("steps/contact.html", held, person=person, may_skip=may_skip)


@between.post("/login/<handle>/contact")
def take_contact(handle: str) -> Response | str:
    held = here(handle, Awaiting.CONTACT)
    if "change" in request.form:
        return redirect(url_for("me_contact.show", login=handle), 303)
    if "skip" not in request.form:
        confirm(login.person_of(held.flow).id)
    elif not held.flow.may_skip:
        return contact_page(held)
    return login.move(held, held.flow, after_login.after_contact(held.flow))


def confirm(person_id: str) -> None:
    store, at = outside().store, now()

    def act() -> None:
        store.ledger.append(audit.of_person("contact-confirmed", person_id, request_id(), at))
        store.people.confirm_contact(person_id, at)

    store.together(act)


@between.get("/login/<handle>/new-sheet")
def offer_sheet(handle: str) -> str:
    held = here(handle, Awaiting.NEW_SHEET)
    left = pin_codes.codes_left(outside().store, login.person_of(held.flow).id)
    return page("steps/new_sheet.html", held, left=left)


@between.post("/login/<handle>/new-sheet")
def order_sheet(handle: str) -> Response:
    held = here(handle, Awaiting.NEW_SHEET)
    if "skip" not in request.form:
        person, reason = login.person_of(held.flow), pin_codes.OWN_WISH
        pin_codes.order(outside().store, settings(), person, reason, request_id(), now())
    return login.move(held, held.flow, Awaiting.ANSWER)
