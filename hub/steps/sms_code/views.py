"""The page for the code that came by SMS."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import login, sms
from hub.current import note, now, outside
from hub.errors import OutsideFailed, TooManyAttempts
from hub.flow import Awaiting
from hub.forms import SPENT_SMS_CODE, WRONG_SMS_CODE, SmsCodeForm, refuse
from hub.login import Held
from hub.login_session import ProofKind
from hub.person import Person
from hub.seams import CodeVerdict

sms_code = Blueprint("sms_code", __name__)

PURPOSE = "login"


@sms_code.get("/login/<handle>/sms")
def ask(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.SMS_CODE)
    person = login.person_of(held.flow)
    if person.mobile is None:
        return login.move(held, held.flow, Awaiting.LETTER_PIN)
    try:
        is_sent = sms.send_code(handle, PURPOSE, person.id, person.mobile, text_for(held))
    except (OutsideFailed, TooManyAttempts) as fault:
        if not has_codes(person):
            raise
        note("SMS", f"not sent ({fault.code}), so the PIN code is asked for")
        return login.move(held, held.flow, Awaiting.LETTER_PIN)
    if not is_sent and has_codes(person):
        note("SMS", "no gateway takes it now, so the PIN code is asked for")
        return login.move(held, held.flow, Awaiting.LETTER_PIN)
    return shown(held, SmsCodeForm(), person)


@sms_code.post("/login/<handle>/sms")
def check(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.SMS_CODE)
    person = login.person_of(held.flow)
    if "use_pin" in request.form:
        return login.move(held, held.flow, Awaiting.LETTER_PIN)
    form = SmsCodeForm(request.form)
    if not form.validate():
        return shown(held, form, person)
    verdict = sms.try_code(handle, PURPOSE, person.id, person.mobile or "", form.otp.data or "")
    if verdict == CodeVerdict.RIGHT:
        return login.log_in(held, held.flow.proved(ProofKind.SMS_CODE, now()))
    refuse(form.otp, WRONG_SMS_CODE if verdict == CodeVerdict.WRONG else SPENT_SMS_CODE)
    return shown(held, form, person)


def text_for(held: Held) -> str:
    service = login.service_of(held.flow.held)
    if service is None:
        return str(_("frå MinID for å logge inn på MinID"))
    return str(_("frå MinID for å logge inn hos %(service)s", service=service.name))


def has_codes(person: Person) -> bool:
    return outside().store.sheets.asked(person.id, 1) is not None


def shown(held: Held, form: SmsCodeForm, person: Person) -> str:
    return login.page(
        "steps/sms_code.html",
        form,
        held,
        number_ending=(person.mobile or "")[-2:],
        can_use_pin=has_codes(person),
    )
