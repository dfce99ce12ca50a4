"""The pages of a first registration, in the order in which they come.

Unknown numbers are asked for made-up codes that never fit, so the pages tell
no stranger who has a sheet.  Which of two codes was wrong is never told.
"""

import dataclasses

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import attempts, audit, forgotten, login
from hub.admission import Admission, admission
from hub.attempts import ADDRESS, REGISTRATION_PINS
from hub.current import note, now, outside, request_id, settings
from hub.errors import SessionEnded
from hub.factors import device, sms
from hub.flow import Awaiting, LoginFlow
from hub.login import Held
from hub.login_session import ProofKind
from hub.logout import unseen
from hub.person import NationalId, Person, read_number
from hub.pins.other_sheet import OTHER_SHEET_BUTTON, is_other_sheet
from hub.seams.people import AskedCodes, CodeVerdict, Waiting
from hub.sending import notices
from hub.sending.notices import Contacts, Notice
from hub.web.forms import (
    SPENT_SMS_CODE,
    WRONG_PINS,
    WRONG_SMS_CODE,
    MobileForm,
    NewPasswordForm,
    RegisterNumberForm,
    RegisterPinsForm,
    SmsCodeForm,
    refuse,
)

register = Blueprint("register", __name__)

OWN_MOBILE = "register"  # purpose of a code to the mobile that is registered already
NEW_MOBILE = "confirm-mobile"  # purpose of a code to a mobile that is being registered


@register.get("/register/<handle>")
def ask_number(handle: str) -> str:
    return number_page(login.at_step(handle, Awaiting.START), RegisterNumberForm())


@register.post("/register/<handle>")
def take_number(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.START)
    form = RegisterNumberForm(request.form)
    if not form.validate():
        return number_page(held, form)
    flow = dataclasses.replace(held.flow, claimed_number=form.national_id.data)
    return login.move(held, flow, Awaiting.REGISTER_PINS)


def number_page(held: Held, form: RegisterNumberForm) -> str:
    login_url = url_for("password.ask", handle=held.handle)
    return login.page("steps/register_number.html", form, held, login_url=login_url)


@register.get("/register/<handle>/codes")
def ask_pins(handle: str) -> str:
    held = login.at_step(handle, Awaiting.REGISTER_PINS)
    _person, asked = asked_for(claimed_number(held.flow))
    form = RegisterPinsForm()
    return login.page("steps/register_pins.html", form, held, asked=asked, other_sheet=False)


@register.post("/register/<handle>/codes")
def check_pins(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.REGISTER_PINS)
    other, form = is_other_sheet(request.form), RegisterPinsForm(request.form)
    person, asked = asked_for(claimed_number(held.flow), other)
    if OTHER_SHEET_BUTTON in request.form:
        form = RegisterPinsForm()
    elif form.validate():
        right = pins_are_right(held.flow, person, asked, form)
        if right and person is not None and may_register(person):
            flow = held.flow.proved(ProofKind.LETTER_PIN, now())
            flow = dataclasses.replace(flow, person_id=person.id, claimed_number=None)
            return after_pins(held, flow, person, asked.sheet_id)
        form.form_errors.append(str(WRONG_PINS))  # which of the two was wrong is never told
    return login.page("steps/register_pins.html", form, held, asked=asked, other_sheet=other)


def may_register(person: Person) -> bool:
    """Asked of the register when somebody registers or reopens; raises TooYoung."""
    if person.is_registered:  # a forgotten password: the register tells of deaths by itself
        return True
    number = read_number(outside().store.people.current_number(person.id))
    return admission(number) is Admission.GRANTED


def after_pins(held: Held, flow: LoginFlow, person: Person, sheet_id: str) -> Response:
    """On to the password, past the registered mobile if its 72 hours are over, or if the
    codes came by the help desk's letter for a lost mobile."""
    if not (person.is_registered and person.mobile):
        return login.move(held, flow, Awaiting.NEW_PASSWORD)
    if forgotten.has_help_desks_letter(person, sheet_id):
        forgotten.do_without_mobile(person)
    elif not forgotten.may_do_without_mobile(person):
        return login.move(held, flow, Awaiting.REGISTER_SMS)
    flow = dataclasses.replace(flow, without_mobile=True)
    return login.move(held, flow, Awaiting.NEW_PASSWORD)


def claimed_number(flow: LoginFlow) -> NationalId:
    return read_number(flow.claimed_number or "")


def asked_for(number: NationalId, other: bool = False) -> tuple[Person | None, AskedCodes]:
    """The person, if there is one, and the two codes to ask for, real or made up."""
    store = outside().store
    person = store.people.find(number) if number.kind in settings().number_kinds else None
    asked = store.sheets.asked(person.id, 2, other) if person else None
    return person, asked or store.sheets.decoy(number, 2, now(), other)


def pins_are_right(
    flow: LoginFlow, person: Person | None, asked: AskedCodes, form: RegisterPinsForm
) -> bool:
    """Whether both codes fit; an unknown person's are looked for too, and never found."""
    store, number = outside().store, claimed_number(flow)
    charged = attempts.charge(
        store.attempts,
        now(),
        (REGISTRATION_PINS, device.subject_of(number, person)),
        (ADDRESS, device.address()),
    )
    of_sheet = attempts.charge_sheet(store.attempts, asked.sheet_id, now())
    codes = [form.pin_1.data or "", form.pin_2.data or ""]
    right = store.sheets.use(person.id if person else "", asked, codes, now())
    note("PINs", "right, and used up" if right else "wrong")
    if right:
        charged.refund()
        of_sheet.refund()
    return right


@register.get("/register/<handle>/sms")
def ask_sms(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.REGISTER_SMS)
    person = login.person_of(held.flow)
    text = _("frå MinID for å velje nytt passord")
    sms.send_code(handle, OWN_MOBILE, person.id, person.mobile or "", text)
    return confirm_page(held, SmsCodeForm(), person.mobile, can_skip=False)


@register.post("/register/<handle>/sms")
def check_sms(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.REGISTER_SMS)
    person = login.person_of(held.flow)
    if "lost_mobile" in request.form:
        forgotten.begin_to_wait(person)
        return redirect(url_for("forgotten.wait", handle=handle), 303)
    form = SmsCodeForm(request.form)
    if code_is_right(held, form, OWN_MOBILE, person.mobile or ""):
        return login.move(held, held.flow, Awaiting.NEW_PASSWORD)
    return confirm_page(held, form, person.mobile, can_skip=False)


@register.get("/register/<handle>/password")
def ask_password(handle: str) -> str:
    held = login.at_step(handle, Awaiting.NEW_PASSWORD)
    return login.page("steps/register_password.html", NewPasswordForm(), held)


@register.post("/register/<handle>/password")
def take_password(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.NEW_PASSWORD)
    form = NewPasswordForm(request.form)
    if not form.validate():
        return login.page("steps/register_password.html", form, held)
    person = login.person_of(held.flow)
    if not may_register(person):
        raise SessionEnded("the register closed the account while its owner registered")
    if not keep_password(person, form.new_password.data or "", held.flow.without_mobile):
        flow = dataclasses.replace(held.flow, without_mobile=False)
        return login.move(held, flow, Awaiting.REGISTER_SMS)
    flow = dataclasses.replace(held.flow.proved(ProofKind.PASSWORD, now()), has_chosen=True)
    if person.mobile and not flow.without_mobile:
        return login.log_in(held, flow)
    return login.move(held, flow, Awaiting.MOBILE)


def keep_password(person: Person, password: str, without_mobile: bool) -> bool:
    """Set the password; whoever was logged in with the old one is logged out, and told.

    False, and nothing done, if somebody has stopped a recovery without the mobile.
    """
    store, at = outside().store, now()
    event, notice = kind_of_choice(person, without_mobile)
    hashed = outside().passwords.hash(password)

    def keep() -> bool:
        if without_mobile:
            if not store.waits.take(person.id, Waiting.RECOVERY, at):
                return False
            store.people.set_mobile(person.id, None, at)
        store.ledger.append(audit.of_person(event, person.id, request_id(), at))
        store.people.set_password(person.id, hashed, at)
        store.sessions.end_all(person.id, at)
        if notice is not None:
            notices.tell(person.id, notice, Contacts(person.mobile, person.email))
        return True

    living = unseen.living(person.id)
    kept = store.together(keep)
    unseen.tell(person.id, living if kept else ())
    note("password", event if kept else "the recovery was stopped")
    return kept


def kind_of_choice(person: Person, without_mobile: bool) -> tuple[str, Notice | None]:
    """The event of a chosen password, and what its owner is told; nothing the first time."""
    if without_mobile:
        return "recovered", Notice.RECOVERY_DONE
    if person.is_registered:
        return "password-changed", Notice.PASSWORD_CHANGED
    if person.registered_at is not None:
        return "reopened", Notice.ACCOUNT_REOPENED
    return "registered", None


@register.get("/register/<handle>/mobile")
def ask_mobile(handle: str) -> str:
    held = login.at_step(handle, Awaiting.MOBILE, Awaiting.CONFIRM_MOBILE)
    return login.page("steps/register_mobile.html", MobileForm(), held)


@register.post("/register/<handle>/mobile")
def take_mobile(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.MOBILE, Awaiting.CONFIRM_MOBILE)
    if "skip" in request.form:
        return login.log_in(held, held.flow)
    form = MobileForm(request.form)
    if not form.validate():
        return login.page("steps/register_mobile.html", form, held)
    flow = dataclasses.replace(held.flow, new_mobile=form.mobile.data)
    return login.move(held, flow, Awaiting.CONFIRM_MOBILE)


@register.get("/register/<handle>/confirm")
def ask_confirmation(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.CONFIRM_MOBILE)
    mobile, person = held.flow.new_mobile or "", login.person_of(held.flow)
    text = _("frå MinID for å stadfeste mobilnummeret ditt")
    sms.send_code(handle, purpose_for(mobile), person.id, mobile, text)
    return confirm_page(held, SmsCodeForm(), mobile, can_skip=True)


@register.post("/register/<handle>/confirm")
def check_confirmation(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.CONFIRM_MOBILE)
    if "skip" in request.form:
        return login.log_in(held, held.flow)
    mobile, person = held.flow.new_mobile or "", login.person_of(held.flow)
    form = SmsCodeForm(request.form)
    if not code_is_right(held, form, purpose_for(mobile), mobile):
        return confirm_page(held, form, mobile, can_skip=True)
    store = outside().store
    store.ledger.append(audit.of_person("mobile-registered", person.id, request_id(), now()))
    store.people.set_mobile(person.id, mobile, now())
    return login.log_in(held, held.flow)


def purpose_for(mobile: str) -> str:
    """A code confirms the number that it was sent to, and no other typed after it."""
    return f"{NEW_MOBILE} {outside().ring.subject('mobile', mobile).hex()[:16]}"


def code_is_right(held: Held, form: SmsCodeForm, purpose: str, mobile: str) -> bool:
    if not form.validate():
        return False
    person = login.person_of(held.flow)
    verdict = sms.try_code(held.handle, purpose, person.id, mobile, form.otp.data or "")
    if verdict == CodeVerdict.RIGHT:
        return True
    refuse(form.otp, WRONG_SMS_CODE if verdict == CodeVerdict.WRONG else SPENT_SMS_CODE)
    return False


def confirm_page(held: Held, form: SmsCodeForm, mobile: str | None, can_skip: bool) -> str:
    return login.page(
        "steps/register_confirm.html",
        form,
        held,
        number_ending=(mobile or "")[-2:],
        can_skip=can_skip,
    )
