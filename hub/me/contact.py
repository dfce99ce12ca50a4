"""Mobile and e-mail: typed twice, and changed when a code sent to the new one came back.

The old one is told as well.  A code confirms the address it was sent to and no other.

A login that asked whether the data is right waits meanwhile: its handle is carried along, and
a handle is all that is believed.
"""

import secrets

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from hub import attempts, audit
from hub.attempts import MAIL_CODE, MAIL_UNANSWERED
from hub.current import now, outside, request_id
from hub.factors import sms
from hub.flow import Awaiting, LoginFlow
from hub.login_session import LoginSession
from hub.me import room
from hub.seams.people import CodeVerdict
from hub.sending import notices
from hub.sending.notices import Contacts, Notice
from hub.sending.outbox import a_mail
from hub.web.forms import WRONG_OR_NO_CODE, EmailForm, MailCodeForm, MobileForm, SmsCodeForm, refuse

me_contact = Blueprint("me_contact", __name__)


@me_contact.get("/me/contact")
def show() -> str:
    session = room.here()
    handle = request.args.get("login")  # left out of an address where it is None
    return room.page(
        "me_contact.html",
        session,
        person=room.owner(session),
        mobile_url=url_for("me_contact.ask_mobile", login=handle),
        email_url=url_for("me_contact.ask_email", login=handle),
        login_url=waiting_login(),
    )


def waiting_login() -> str | None:
    """The page of the login that led here, if one did."""
    handle = request.args.get("login")
    return url_for("between.ask_contact", handle=handle) if handle else None


@me_contact.get("/me/contact/mobile")
def ask_mobile() -> str:
    return room.page("me_mobile.html", room.confirmed(), form=MobileForm())


@me_contact.post("/me/contact/mobile")
def take_mobile() -> Response | str:
    session = room.confirmed()
    form = MobileForm(request.form)
    if not form.validate():
        return room.page("me_mobile.html", session, form=form)
    flow = LoginFlow(
        person_id=session.person_id, new_mobile=form.mobile.data, then=waiting_login()
    )
    return room.begun(flow, Awaiting.OWN_MOBILE)


@me_contact.get("/me/contact/email")
def ask_email() -> str:
    return room.page("me_email.html", room.confirmed(), form=EmailForm())


@me_contact.post("/me/contact/email")
def take_email() -> Response | str:
    session = room.confirmed()
    form = EmailForm(request.form)
    if not form.validate():
        return room.page("me_email.html", session, form=form)
    flow = LoginFlow(
        person_id=session.person_id, new_email=form.email.data, then=waiting_login()
    )
    return room.begun(flow, Awaiting.OWN_EMAIL)


# --- the mobile --------------------------------------------------------------------------


@me_contact.get("/me/contact/mobile/<handle>")
def ask_mobile_code(handle: str) -> str:
    session, held = room.at_step(handle, Awaiting.OWN_MOBILE, url_for("me_contact.show"))
    mobile = held.flow.new_mobile or ""
    text = _("frå MinID for å stadfeste mobilnummeret ditt")
    sms.send_code(handle, purpose("mobile", mobile), session.person_id, mobile, text)
    return code_page(session, SmsCodeForm(), mobile)


@me_contact.post("/me/contact/mobile/<handle>")
def take_mobile_code(handle: str) -> Response | str:
    session, held = room.at_step(handle, Awaiting.OWN_MOBILE, url_for("me_contact.show"))
    mobile, person = held.flow.new_mobile or "", room.owner(session)
    form = SmsCodeForm(request.form)
    if not form.validate():
        return code_page(session, form, mobile)
    code, use = form.otp.data or "", purpose("mobile", mobile)
    if sms.try_code(handle, use, person.id, mobile, code) != CodeVerdict.RIGHT:
        refuse(form.otp, WRONG_OR_NO_CODE)
        return code_page(session, form, mobile)
    store, at = outside().store, now()

    def act() -> None:
        store.ledger.append(audit.of_person("mobile-changed", person.id, request_id(), at))
        # Inside a transaction the old one is still read, so the new one is the other.
        notices.tell(person.id, Notice.MOBILE_CHANGED, Contacts(mobile=mobile))
        store.people.set_mobile(person.id, mobile, at)

    store.together(act)
    store.flows.finish(held.row, None, at)
    return redirect(held.flow.then or url_for("me.front", done="mobile"), 303)


# --- the e-mail address --------------------------------------------------------------------


@me_contact.get("/me/contact/email/<handle>")
def ask_email_code(handle: str) -> str:
    session, held = room.at_step(handle, Awaiting.OWN_EMAIL, url_for("me_contact.show"))
    email = held.flow.new_email or ""
    send_mail_code(handle, session.person_id, email)
    return code_page(session, MailCodeForm(), email)


@me_contact.post("/me/contact/email/<handle>")
def take_email_code(handle: str) -> Response | str:
    session, held = room.at_step(handle, Awaiting.OWN_EMAIL, url_for("me_contact.show"))
    email, person = held.flow.new_email or "", room.owner(session)
    form = MailCodeForm(request.form)
    if not form.validate():
        return code_page(session, form, email)
    if not mail_code_is_right(handle, person.id, email, form.otp.data or ""):
        refuse(form.otp, WRONG_OR_NO_CODE)
        return code_page(session, form, email)
    store, at = outside().store, now()

    def act() -> None:
        store.ledger.append(audit.of_person("email-changed", person.id, request_id(), at))
        notices.tell(person.id, Notice.EMAIL_CHANGED, Contacts(email=email))
        store.people.set_email(person.id, email, at)

    store.together(act)
    store.flows.finish(held.row, None, at)
    return redirect(held.flow.then or url_for("me.front", done="email"), 303)


def send_mail_code(handle: str, person_id: str, email: str) -> None:
    """Put a code into the outbox, unless a live one is on its way; the worker carries it."""
    store, at, use = outside().store, now(), purpose("email", email)
    code = f"{secrets.randbelow(10**6):06}"
    subject = f"MinID: {_('Stadfest e-postadressa di')}"
    text = _("%(code)s er koden frå MinID for å stadfeste e-postadressa di. Han gjeld i 10 minutt.",
             code=code)  # fmt: skip
    mail = a_mail(email, subject, f"{text}\n", use.split()[0], at + sms.LIFE, person_id)

    def act() -> bool:
        is_new = store.codes.issue(handle, use, person_id, code, at, sms.LIFE)
        if is_new:
            store.outbox.put([mail], at)
        return is_new

    both = (MAIL_UNANSWERED, person_id), (MAIL_UNANSWERED, email)
    charged = attempts.charge(store.attempts, at, *both)
    if not store.together(act):
        charged.refund()  # one that was sent already


def mail_code_is_right(handle: str, person_id: str, email: str, code: str) -> bool:
    store, use = outside().store, purpose("email", email)
    charged = attempts.charge(store.attempts, now(), (MAIL_CODE, person_id))
    if store.codes.use(handle, use, person_id, code, now()) != CodeVerdict.RIGHT:
        return False
    charged.refund()
    for subject in (person_id, email):
        store.attempts.refund(MAIL_UNANSWERED, subject, now())
    return True


def purpose(kind: str, address: str) -> str:
    return f"own-{kind} {outside().ring.subject(kind, address).hex()[:16]}"


def code_page(session: LoginSession, form: Form, address: str) -> str:
    return room.page("me_code.html", session, form=form, address=address)
