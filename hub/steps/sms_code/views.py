"""The page for the code that came by SMS."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import login
from hub.current import note, now
from hub.errors import OutsideFailed, TooManyAttempts
from hub.factors import second_factors, sms
from hub.flow import Awaiting
from hub.login import Held
from hub.login_session import ProofKind
from hub.person import Person
from hub.seams.people import CodeVerdict
from hub.web.forms import SPENT_SMS_CODE, WRONG_SMS_CODE, SmsCodeForm, refuse

sms_code = Blueprint("sms_code", __name__)

PURPOSE = "login"


@sms_code.get("/login/<handle>/sms")
def ask(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.SMS_CODE)
    person = login.person_of(held.flow)
    if person.mobile is None:
        return login.move(held, held.flow, second_factors.first_of(person))
    instead = second_factors.besides(person, Awaiting.SMS_CODE)
    try:
        is_sent = sms.send_code(handle, PURPOSE, person.id, person.mobile, text_for(held))
    except (OutsideFailed, TooManyAttempts) as fault:
        if instead is None:
            raise
        note("SMS", f"not sent ({fault.code}), so the {instead} is asked for")
        return login.move(held, held.flow, instead)
    if not is_sent and instead is not None:
        note("SMS", f"no gateway takes it now, so the {instead} is asked for")
        return login.move(held, held.flow, instead)
    return shown(held, SmsCodeForm(), person)


@sms_code.post("/login/<handle>/sms")
def check(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.SMS_CODE)
    person = login.person_of(held.flow)
    other = second_factors.chosen(request.form, person)
    if other is not None:
        return login.move(held, held.flow, other)
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


def shown(held: Held, form: SmsCodeForm, person: Person) -> str:
    return login.page(
        "steps/sms_code.html",
        form,
        held,
        number_ending=(person.mobile or "")[-2:],
        others=second_factors.others(person, but=Awaiting.SMS_CODE),
    )
