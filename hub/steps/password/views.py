"""The login page: identity number and password.

An unknown number, an unregistered person and a wrong password get the same
page after the same work.
"""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from hub import attempts, login
from hub.attempts import ADDRESS, PASSWORD
from hub.current import note, now, outside, settings
from hub.factors import device
from hub.flow import Awaiting
from hub.login import Held
from hub.person import Person, read_number
from hub.web import browser
from hub.web.forms import WRONG_LOGIN, LoginForm, refuse

password = Blueprint("password", __name__)


@password.get("/login/<handle>")
def ask(handle: str) -> str:
    return shown(login.at_step(handle, Awaiting.START), LoginForm())


@password.post("/login/<handle>")
def check(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.START)
    form = LoginForm(request.form)
    if not form.validate():
        return shown(held, form)
    person = person_with(form)
    if person is None:
        note("password", "number or password wrong")
        outside().counters.count("login-failures", "password")
        refuse(form.password, WRONG_LOGIN)
        return shown(held, form)
    return login.after_password(held, person)


def person_with(form: LoginForm) -> Person | None:
    """The person with this number and password; raises TooManyAttempts."""
    number = read_number(form.national_id.data or "")
    store = outside().store
    person = store.people.find(number) if number.kind in settings().number_kinds else None
    charged = attempts.charge(
        store.attempts,
        now(),
        (PASSWORD, device.subject_of(number, person)),
        (ADDRESS, device.address()),
    )
    kept = person.password_hash if person else None
    if not outside().passwords.matches(kept, form.password.data or ""):
        return None
    charged.refund()
    return person


def shown(held: Held, form: LoginForm) -> str:
    return login.page(
        "steps/password.html",
        form,
        held,
        register_url=url_for("register.ask_number", handle=held.handle),
        again=browser.session_here() is not None,
        forgotten_url=url_for("forgotten.ask_number", handle=held.handle),
    )
