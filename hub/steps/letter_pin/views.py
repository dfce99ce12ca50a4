"""The page for a PIN code of the letter.

The number asked for stays the same until it is used; the hidden field is for
reading, and the server trusts its own.  Whoever holds two sheets may use either.
"""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from hub import attempts, login
from hub.attempts import LOGIN_PIN, PINS_SUSPENDED
from hub.current import note, now, outside
from hub.errors import HubError
from hub.factors import second_factors
from hub.flow import Awaiting
from hub.login import Held
from hub.login_session import ProofKind
from hub.person import Person
from hub.pins.other_sheet import OTHER_SHEET_BUTTON, is_other_sheet
from hub.seams.people import AskedCodes
from hub.sending.notices import Notice
from hub.web.forms import WRONG_PIN, LetterPinForm, refuse

letter_pin = Blueprint("letter_pin", __name__)


class NoCodesLeft(HubError):
    """The person has no valid sheet with unused codes, and no other second factor."""

    code = "no-codes-left"


@letter_pin.get("/login/<handle>/pin")
def ask(handle: str) -> str:
    held = login.at_step(handle, Awaiting.LETTER_PIN)
    person = login.person_of(held.flow)
    return shown(held, LetterPinForm(), person, asked_of(person, other=False))


@letter_pin.post("/login/<handle>/pin")
def check(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.LETTER_PIN)
    person = login.person_of(held.flow)
    other_factor = second_factors.chosen(request.form, person)
    if other_factor is not None:
        return login.move(held, held.flow, other_factor)
    asked = asked_of(person, is_other_sheet(request.form))
    if OTHER_SHEET_BUTTON in request.form:
        return shown(held, LetterPinForm(), person, asked)
    form = LetterPinForm(request.form)
    if not form.validate():
        return shown(held, form, person, asked)
    store = outside().store
    charged = second_factors.charged(person, LOGIN_PIN, PINS_SUSPENDED, Notice.PINS_SUSPENDED)
    of_sheet = attempts.charge_sheet(store.attempts, asked.sheet_id, now())
    if not store.sheets.use(person.id, asked, [form.pin.data or ""], now()):
        note("PIN", "wrong")
        outside().counters.count("login-failures", "pin")
        refuse(form.pin, WRONG_PIN)
        return shown(held, form, person, asked)
    charged.refund()
    of_sheet.refund()
    note("PIN", "right, and used up")
    return login.log_in(held, held.flow.proved(ProofKind.LETTER_PIN, now()))


def asked_of(person: Person, other: bool) -> AskedCodes:
    asked = outside().store.sheets.asked(person.id, 1, other)
    if asked is None:
        raise NoCodesLeft("no valid sheet with an unused code")
    return asked


def shown(held: Held, form: LetterPinForm, person: Person, asked: AskedCodes) -> str:
    return login.page(
        "steps/letter_pin.html",
        form,
        held,
        asked=asked,
        others=second_factors.others(person, but=Awaiting.LETTER_PIN),
        has_two=len(outside().store.sheets.held(person.id)) > 1,
        other_sheet=is_other_sheet(request.form),
    )
