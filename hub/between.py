"""The pages between a login and its answer: is the contact data right, is a new sheet wanted?

The person is logged in; these pages prove nothing, and a flow that leaves them goes on to
the answer it was held for.  A change is made at the person's own pages, which lead back.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from hub import after_login, audit, login, pin_codes
from hub.current import now, outside, request_id, settings
from hub.flow import Awaiting

between = Blueprint("between", __name__)


@between.get("/login/<handle>/contact")
def ask_contact(handle: str) -> str:
    held = login.at_step(handle, Awaiting.CONTACT)
    person, may_skip = login.person_of(held.flow), held.flow.may_skip
    return login.page("steps/contact.html", Form(), held, person=person, may_skip=may_skip)


@between.post("/login/<handle>/contact")
def take_contact(handle: str) -> Response:
    held = login.at_step(handle, Awaiting.CONTACT)
    if "change" in request.form:
        return redirect(url_for("me_contact.show", login=handle), 303)
    if "skip" not in request.form or not held.flow.may_skip:
        confirm(login.person_of(held.flow).id)
    return login.move(held, held.flow, after_login.after_contact(held.flow))


def confirm(person_id: str) -> None:
    store, at = outside().store, now()

    def act() -> None:
        store.ledger.append(audit.of_person("contact-confirmed", person_id, request_id(), at))
        store.people.confirm_contact(person_id, at)

    store.together(act)


@between.get("/login/<handle>/new-sheet")
def offer_sheet(handle: str) -> str:
    held = login.at_step(handle, Awaiting.NEW_SHEET)
    left = pin_codes.codes_left(outside().store, login.person_of(held.flow).id)
    return login.page("steps/new_sheet.html", Form(), held, left=left)


@between.post("/login/<handle>/new-sheet")
def order_sheet(handle: str) -> Response:
    held = login.at_step(handle, Awaiting.NEW_SHEET)
    if "skip" not in request.form:
        person, reason = login.person_of(held.flow), pin_codes.OWN_WISH
        pin_codes.order(outside().store, settings(), person, reason, request_id(), now())
    return login.move(held, held.flow, Awaiting.ANSWER)
