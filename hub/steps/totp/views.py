"""The page for the code of an authenticator app.

A wrong code and one that was used already get the same text; five in a day put the app out
of use for that day, as with PIN codes.
"""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from hub import login
from hub.attempts import LOGIN_TOTP, TOTP_SUSPENDED
from hub.current import note, now, outside
from hub.factors import second_factors
from hub.factors import totp as codes
from hub.flow import Awaiting
from hub.login import Held
from hub.login_session import ProofKind
from hub.person import Person
from hub.seams.people import AuthenticatorApp
from hub.sending.notices import Notice
from hub.web.forms import WRONG_TOTP, TotpForm, refuse

totp = Blueprint("totp", __name__)


@totp.get("/login/<handle>/app")
def ask(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.TOTP)
    person = login.person_of(held.flow)
    if outside().store.methods.app(person.id) is None:
        return login.move(held, held.flow, second_factors.first_of(person))
    return shown(held, TotpForm(), person)


@totp.post("/login/<handle>/app")
def check(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.TOTP)
    person = login.person_of(held.flow)
    other = second_factors.chosen(request.form, person)
    app = outside().store.methods.app(person.id)
    if other is not None or app is None:  # it may have been removed meanwhile
        return login.move(held, held.flow, other or second_factors.first_of(person))
    form = TotpForm(request.form)
    if not form.validate():
        return shown(held, form, person)
    charged = second_factors.charged(
        person, LOGIN_TOTP, TOTP_SUSPENDED, Notice.TOTP_SUSPENDED
    )
    if not is_right(app, form.otp.data or ""):
        note("app code", "wrong, or used before")
        outside().counters.count("login-failures", "totp")
        refuse(form.otp, WRONG_TOTP)
        return shown(held, form, person)
    charged.refund()
    note("app code", "right, and used up")
    return login.log_in(held, held.flow.proved(ProofKind.TOTP, now()))


def is_right(app: AuthenticatorApp, code: str) -> bool:
    """Whether the code is of a time step that counts now; then that step is used up."""
    step = codes.step_of(app.secret, code, now())
    return step is not None and outside().store.methods.use_step(app.id, step)


def shown(held: Held, form: TotpForm, person: Person) -> str:
    others = second_factors.others(person, but=Awaiting.TOTP)
    return login.page("steps/totp.html", form, held, others=others)
