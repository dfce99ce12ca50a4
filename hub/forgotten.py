"""The pages of a forgotten password that a first registration does not have.

Two codes from the letter, and with a registered mobile a code by SMS too; those pages
are `hub.steps.register`'s.  Whoever has lost the mobile asks here for a new password
without it: all known contacts are told, and it takes effect 72 hours later, unless
somebody logs in before.
"""

import dataclasses
from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from hub import audit, login
from hub.current import note, now, outside, request_id
from hub.flow import Awaiting
from hub.login import Held
from hub.person import Person
from hub.pins import codes as pin_codes
from hub.seams.people import Waiting
from hub.sending import notices
from hub.sending.notices import Notice
from hub.web.forms import RegisterNumberForm

forgotten = Blueprint("forgotten", __name__)

NOTICE_PERIOD = timedelta(hours=72)
KEPT = timedelta(days=14)  # after that it has to be asked for again


@forgotten.get("/forgotten/<handle>")
def ask_number(handle: str) -> str:
    return number_page(login.at_step(handle, Awaiting.START), RegisterNumberForm())


@forgotten.post("/forgotten/<handle>")
def take_number(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.START)
    form = RegisterNumberForm(request.form)
    if not form.validate():
        return number_page(held, form)
    flow = dataclasses.replace(
        held.flow, claimed_number=form.national_id.data, is_recovery=True
    )
    return login.move(held, flow, Awaiting.REGISTER_PINS)


def number_page(held: Held, form: RegisterNumberForm) -> str:
    login_url = url_for("password.ask", handle=held.handle)
    return login.page("forgotten.html", form, held, login_url=login_url)


@forgotten.get("/forgotten/<handle>/wait")
def wait(handle: str) -> Response | str:
    """When the new password can be chosen; the code by SMS may still be given before."""
    held = login.at_step(handle, Awaiting.REGISTER_SMS)
    person = login.person_of(held.flow)
    found = outside().store.waits.find(person.id, Waiting.RECOVERY, now())
    if found is None:
        login.go_to_step(held)
    return render_template(
        "forgotten_wait.html",
        due_at=found.due_at,
        until=found.due_at + KEPT,
        sms_url=url_for("register.ask_sms", handle=handle),
    )


def begin_to_wait(person: Person) -> None:
    """The mobile is lost: tell everywhere, and let it be done without in 72 hours."""
    store, at = outside().store, now()
    due_at = at + NOTICE_PERIOD

    def ask() -> bool:
        is_new = store.waits.ask(person.id, Waiting.RECOVERY, due_at, due_at + KEPT, at)
        if is_new:
            store.ledger.append(audit.of_person("recovery-asked", person.id, request_id(), at))
            notices.tell(person.id, Notice.RECOVERY_WAITS)
        return is_new

    note("recovery", "begins to wait" if store.together(ask) else "waits already")


def may_do_without_mobile(person: Person) -> bool:
    """Whether the 72 hours are over, and nobody has logged in since."""
    found = outside().store.waits.find(person.id, Waiting.RECOVERY, now())
    return found is not None and found.due_at <= now()


def has_help_desks_letter(person: Person, sheet_id: str) -> bool:
    """Whether the codes came by the help desk's letter for a lost mobile.

    It is worth no more than other letters once somebody has logged in since it was
    ordered: then the mobile is not lost, or the owner is in by another way.
    """
    store = outside().store
    for order in store.letters.of_person(person.id):
        if order.sheet_id == sheet_id and order.reason == pin_codes.LOST_MOBILE:
            logins = store.history.of_person(person.id, ("logged-in",), 1)
            return not any(login.at >= order.ordered_at for login in logins)
    return False


def do_without_mobile(person: Person) -> None:
    """What else waits 72 hours is due now: the letter was the proof."""
    store, at = outside().store, now()

    def ask() -> None:
        store.waits.cancel(person.id)
        store.waits.ask(person.id, Waiting.RECOVERY, at, at + KEPT, at)

    store.together(ask)
