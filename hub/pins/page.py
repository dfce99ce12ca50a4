"""The pages where PIN codes are blocked and new ones ordered: `/pins`.

Whoever is logged in sees their sheets and does it at once.  Without a login every number
gets the same pages after the same work: nobody learns who has a sheet, a password or a
mobile.  What takes effect when is `hub.pins.codes`'s.
"""

import dataclasses

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import attempts, login
from hub.attempts import ADDRESS, PASSWORD, PINS_ASKED, PINS_CODE_SENT, PINS_CODE_TRIED
from hub.current import note, now, outside, request_id, settings
from hub.errors import TooManyAttempts
from hub.factors import device, sms
from hub.flow import Awaiting, LoginFlow
from hub.login import Held
from hub.me import room
from hub.person import NationalId, Person, read_number
from hub.pins import codes as pin_codes
from hub.seams.people import CodeVerdict
from hub.web import browser
from hub.web.forms import (
    WRONG_OR_NO_CODE,
    WRONG_PASSWORD,
    PinsBlockForm,
    RegisterNumberForm,
    SmsCodeForm,
    refuse,
)

pins = Blueprint("pins", __name__)

PURPOSE = "pins-block"
DONE = frozenset({"ordered", "blocked", "waits"})


@pins.get("/pins")
def begin() -> Response | str:
    if browser.session_here() is not None:
        return own_page()
    return login.begin(LoginFlow(), "pins.ask")


def own_page() -> str:
    session = room.here()
    sheets = outside().store.sheets.held(session.person_id)
    letters = outside().store.letters.of_person(session.person_id)
    return room.page(
        "pins_own.html",
        session,
        sheets=sheets,
        letter=letters[0] if letters else None,
        are_few=pin_codes.is_new_sheet_due(outside().store, session.person_id, now()),
    )


@pins.post("/pins")
def act() -> Response:
    """Somebody who is logged in has given the password, so a block needs no more."""
    person = outside().store.people.get(room.here().person_id)
    if "block" in request.form:
        pin_codes.block(outside().store, settings(), person, request_id(), now())
        return redirect(url_for("me.front", done="pins-blocked"), 303)
    is_new = order(person)
    return redirect(url_for("me.front", done="pins-ordered" if is_new else "pins-stand"), 303)


# --- without a login --------------------------------------------------------------------


@pins.get("/pins/<handle>")
def ask(handle: str) -> str:
    held = login.at_step(handle, Awaiting.START)
    return login.page("pins.html", RegisterNumberForm(), held)


@pins.post("/pins/<handle>")
def take(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.START)
    form = RegisterNumberForm(request.form)
    if not form.validate():
        return login.page("pins.html", form, held)
    number = read_number(form.national_id.data or "")
    person = known(number)
    subject = device.subject_of(number, person)
    attempts.charge(
        outside().store.attempts, now(), (PINS_ASKED, subject), (ADDRESS, device.address())
    )
    if "block" in request.form:
        flow = dataclasses.replace(held.flow, claimed_number=number.digits)
        return login.move(held, flow, Awaiting.PINS_BLOCK)
    order(person)
    return finished(held, "ordered")


@pins.get("/pins/<handle>/block")
def ask_proof(handle: str) -> str:
    held = login.at_step(handle, Awaiting.PINS_BLOCK)
    return login.page("pins_block.html", PinsBlockForm(), held)


@pins.post("/pins/<handle>/block")
def take_proof(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.PINS_BLOCK)
    number, person = claimed(held)
    if "skip" in request.form:
        return blocked_later(held, person)
    if "use_sms" in request.form:
        leave_code(held, number, person)
        return login.move(held, held.flow, Awaiting.PINS_SMS)
    form = PinsBlockForm(request.form)
    if not form.validate():
        return login.page("pins_block.html", form, held)
    if not password_is_right(number, person, form.password.data or ""):
        refuse(form.password, WRONG_PASSWORD)
        return login.page("pins_block.html", form, held)
    return blocked(held, person)


@pins.get("/pins/<handle>/sms")
def ask_code(handle: str) -> str:
    held = login.at_step(handle, Awaiting.PINS_SMS)
    return login.page("pins_code.html", SmsCodeForm(), held)


@pins.post("/pins/<handle>/sms")
def take_code(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.PINS_SMS)
    number, person = claimed(held)
    if "skip" in request.form:
        return blocked_later(held, person)
    form = SmsCodeForm(request.form)
    if not form.validate():
        return login.page("pins_code.html", form, held)
    if not code_is_right(held, number, person, form.otp.data or ""):
        refuse(form.otp, WRONG_OR_NO_CODE)
        return login.page("pins_code.html", form, held)
    return blocked(held, person)


@pins.get("/pins/done/<what>")
def done(what: str) -> str:
    if what not in DONE:
        abort(404)
    return render_template("pins_done.html", what=what)


def known(number: NationalId) -> Person | None:
    found = outside().store.people.find(number)
    return found if number.kind in settings().number_kinds else None


def claimed(held: Held) -> tuple[NationalId, Person | None]:
    number = read_number(held.flow.claimed_number or "")
    return number, known(number)


def order(person: Person | None) -> bool:
    if person is None:
        return False
    reason = pin_codes.OWN_WISH
    return pin_codes.order(outside().store, settings(), person, reason, request_id(), now())


def password_is_right(number: NationalId, person: Person | None, password: str) -> bool:
    """The same work and the same limit as at a login."""
    charged = attempts.charge(
        outside().store.attempts,
        now(),
        (PASSWORD, device.subject_of(number, person)),
        (ADDRESS, device.address()),
    )
    kept = person.password_hash if person else None
    right = outside().passwords.matches(kept, password)
    if right:
        charged.refund()
    return right


def leave_code(held: Held, number: NationalId, person: Person | None) -> None:
    """A code to the registered mobile, if there is one; nobody is told whether there is."""
    attempts.charge(outside().store.attempts, now(), (PINS_CODE_SENT, number.digits))
    if person is None or person.mobile is None:
        return
    text = _("frå MinID for å sperre PIN-kodane dine")
    try:
        sms.leave_code(held.handle, PURPOSE, person.id, person.mobile, text)
    except TooManyAttempts as fault:  # of this telephone: that too would tell of it
        note("SMS", f"not sent: {fault.detail}")


def code_is_right(held: Held, number: NationalId, person: Person | None, code: str) -> bool:
    store = outside().store
    charged = attempts.charge(store.attempts, now(), (PINS_CODE_TRIED, number.digits))
    owner = person.id if person else ""
    if store.codes.use(held.handle, PURPOSE, owner, code, now()) != CodeVerdict.RIGHT:
        return False
    charged.refund()
    for limit, subject in sms.unanswered(owner, (person and person.mobile) or ""):
        store.attempts.refund(limit, subject, now())
    return True


def blocked(held: Held, person: Person | None) -> Response:
    if person is not None:
        pin_codes.block(outside().store, settings(), person, request_id(), now())
    return finished(held, "blocked")


def blocked_later(held: Held, person: Person | None) -> Response:
    if person is not None:
        pin_codes.block_later(outside().store, settings(), person, request_id(), now())
    return finished(held, "waits")


def finished(held: Held, what: str) -> Response:
    outside().store.flows.finish(held.row, None, now())
    return redirect(url_for("pins.done", what=what), 303)
