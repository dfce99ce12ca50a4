"""Take a held login from step to step, for the steps' views.

The one state machine: a flow is at one step, and only its own browser can move
it.  What proofs are worth is for `levels`; what a step proves is its own.
"""

import dataclasses
import secrets
from dataclasses import dataclass
from typing import NoReturn

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from hub import after_login, answer, audit, levels, requesters
from hub.current import go_on_as, note, now, outside, request_id
from hub.errors import FlowError, NotAwaited, SessionEnded
from hub.factors import device, second_factors
from hub.flow import Awaiting, HeldRequest, LoginFlow
from hub.login_session import ProofKind
from hub.logout import ending as logout
from hub.person import Person
from hub.registry import staging
from hub.saml.response import Status
from hub.seams.logins import HeldFlow
from hub.seams.people import Waiting
from hub.sending import notices
from hub.sending.notices import Notice
from hub.services import name_of
from hub.web import browser, staying
from hub.web.pages import force_locale, reader_locale, speak_as_chosen
from metadata import names
from sp_registry.service_provider import ServiceProvider

PAGE_OF = {
    Awaiting.START: "password.ask",
    Awaiting.SMS_CODE: "sms_code.ask",
    Awaiting.LETTER_PIN: "letter_pin.ask",
    Awaiting.TOTP: "totp.ask",
    Awaiting.PASSKEY: "passkey.ask",
    Awaiting.REGISTER_PINS: "register.ask_pins",
    Awaiting.REGISTER_SMS: "register.ask_sms",
    Awaiting.NEW_PASSWORD: "register.ask_password",
    Awaiting.MOBILE: "register.ask_mobile",
    Awaiting.CONFIRM_MOBILE: "register.ask_confirmation",
    Awaiting.PINS_BLOCK: "pins.ask_proof",
    Awaiting.PINS_SMS: "pins.ask_code",
    Awaiting.OWN_MOBILE: "me_contact.ask_mobile_code",
    Awaiting.OWN_EMAIL: "me_contact.ask_email_code",
    Awaiting.CONTACT: "between.ask_contact",
    Awaiting.NEW_SHEET: "between.offer_sheet",
    Awaiting.OWN_APP: "me_methods.ask_app_code",
    Awaiting.OWN_PASSKEY: "me_methods.ask_passkey",
    Awaiting.ANSWER: "front_door.go_on",
}

CANCELLED = Status(names.RESPONDER, names.AUTHN_FAILED, "The login was cancelled.")


@dataclass(frozen=True, slots=True)
class Service:
    """What the pages show of the service provider that the person logs in at."""

    name: str
    on_behalf_of: str | None
    requesters: tuple[str, ...] = ()  # whom it says that it asks for
    logo: str | None = None  # the name of its picture


@dataclass(frozen=True, slots=True)
class Held:
    """A flow as this browser's page found it."""

    row: HeldFlow
    flow: LoginFlow

    @property
    def handle(self) -> str:
        return self.row.handle


def hold(
    flow: LoginFlow, handle: str, browser_hash: str | None, awaiting: Awaiting = Awaiting.START
) -> str:
    """Keep a new flow and give the address where it goes on."""
    begun = dataclasses.replace(flow, reference=request_id())
    outside().store.flows.hold(handle, browser_hash, awaiting, begun.to_bytes(), now())
    return url_for("front_door.go_on", handle=handle)


def begin(flow: LoginFlow, first_page: str, awaiting: Awaiting = Awaiting.START) -> Response:
    """Begin at a page of ours, in this browser and without an agency."""
    handle = new_handle()
    hold(flow, handle, browser.hashed_browser(), awaiting)
    return redirect(url_for(first_page, handle=handle), 303)


def new_handle() -> str:
    return secrets.token_urlsafe(24)


def held(handle: str) -> Held:
    """This browser's open flow, whatever it waits for; raises FlowError."""
    row = outside().store.flows.find(handle, browser.hashed_browser(), now())
    flow = LoginFlow.from_bytes(row.payload)
    if flow.locale:
        force_locale(flow.locale)
    if flow.reference:
        go_on_as(flow.reference)
    return Held(row, flow)


def at_step(handle: str, *awaited: Awaiting) -> Held:
    """The flow at one of these steps.  Elsewhere the person is taken to where it waits;
    the cancel button, which every step has, ends it."""
    found = held(handle)
    if request.method == "POST" and "cancel" in request.form:
        abort(cancelled(found))
    if found.row.awaiting not in awaited:
        go_to_step(found)
    return found


def go_to_step(found: Held) -> NoReturn:
    abort(redirect(url_of(found.handle, Awaiting(found.row.awaiting)), 303))


def start_over(found: Held) -> Response:
    """The login that was proved is over before its answer left: prove it once more."""
    flow = dataclasses.replace(found.flow, proofs=(), person_id=None, session_id=None)
    return move(found, flow, Awaiting.START)


def url_of(handle: str, awaiting: Awaiting) -> str:
    return url_for(PAGE_OF[awaiting], handle=handle)


def move(found: Held, flow: LoginFlow, awaiting: Awaiting) -> Response:
    """Store the flow's next state and show its page."""
    stored(found, flow, awaiting)
    return redirect(url_of(found.handle, awaiting), 303)


def keep(found: Held, flow: LoginFlow) -> Held:
    """Store what has changed, at the same step."""
    return stored(found, flow, Awaiting(found.row.awaiting))


def stored(found: Held, flow: LoginFlow, awaiting: Awaiting) -> Held:
    try:
        row = outside().store.flows.move(found.row, awaiting, flow.to_bytes(), now())
    except NotAwaited:
        go_to_step(held(found.handle))  # another tab was quicker
    return Held(row, flow)


def page(template: str, form: Form, found: Held, **more: object) -> str:
    shown = {
        "service": service_of(found.flow.held),
        "recovery": found.flow.is_recovery,
        "time_left": staying.of_flow(found.row),
    }
    return render_template(template, form=form, **(shown | more))


def service_of(held_request: HeldRequest | None) -> Service | None:
    if held_request is None:
        return None
    sp = provider_of(held_request)
    behalf = dict(sp.policy.on_behalf_of).get(held_request.request.on_behalf_of or "")
    find = outside().snapshots.current().find
    asking = requesters.shown(held_request.request.requester_ids, find, name_of)
    return Service(name_of(sp), behalf, asking, sp.policy.logo)


def provider_of(held_request: HeldRequest) -> ServiceProvider:
    """The service provider as it is approved now, not as it was when the request came.

    Of a version that is staged the one that the request drew.
    """
    return staging.provider_of(held_request)


def after_password(found: Held, person: Person) -> Response:
    """The password was right: on to the second factor that this person uses."""
    note("password", "right")
    flow = dataclasses.replace(found.flow.proved(ProofKind.PASSWORD, now()), person_id=person.id)
    return move(found, flow, second_factors.first_of(person))


def person_of(flow: LoginFlow) -> Person:
    """The person whom a proof has named; a step after the first always has one."""
    if flow.person_id is None:
        raise FlowError("the flow waits for a second factor of no one", "internal")
    return outside().store.people.get(flow.person_id)


def log_in(found: Held, flow: LoginFlow) -> Response:
    """All is proved: start the session, or renew the same person's, and go on to the answer.

    Another person's session in this browser is ended first, never merged.
    """
    if flow.person_id is None or levels.level_of_proofs(flow.proofs) is None:
        raise FlowError("the flow has not proved enough to log in", "internal")
    store = outside().store
    person = store.people.get(flow.person_id)
    if not person.is_registered:
        raise SessionEnded("the account was closed while its owner logged in")
    if person.needs_new_password:
        return move(found, flow, Awaiting.NEW_PASSWORD)
    speak_as_chosen(person.language)
    before = browser.session_here()
    if before is not None and before.person_id == flow.person_id:
        session, cookie = store.sessions.renew(before.id, flow.proofs, now())
    else:
        if before is not None:
            logout.of_another_person(before.id, new_handle())
        session, cookie = store.sessions.start(
            flow.person_id, flow.proofs, reader_locale(), now()
        )
    entity_id = flow.held.entity_id if flow.held else None
    store.ledger.append(audit.logged_in(session, entity_id, request_id()))
    stop_what_waits(person.id)
    browser.begin_session(session, cookie)
    if is_strange(person, flow):
        notices.tell(person.id, Notice.NEW_DEVICE)
    device.remember(person.id)
    note("logged in", f"session of {len(flow.proofs)} proofs")
    flow = dataclasses.replace(flow, session_id=session.id)
    return move(found, *after_login.first_question(flow, person))


def stop_what_waits(person_id: str) -> None:
    """A login cancels what was asked for without one: a recovery, or a block of the codes."""
    store = outside().store
    if not any(store.waits.find(person_id, what, now()) for what in Waiting):
        return

    def stop() -> None:
        for what in store.waits.cancel(person_id):
            event = f"{what}-cancelled"
            store.ledger.append(audit.of_person(event, person_id, request_id(), now()))

    store.together(stop)
    note("login", "cancels what waited")


def is_strange(person: Person, flow: LoginFlow) -> bool:
    """Whether to tell of a login at a new device.

    Not if it began with a registration or a new password, which has notices of its own,
    and not to a mobile that this very login has just sent its code to.
    """
    if flow.has_chosen or device.is_known_to(person):
        return False
    by_sms = any(proof.kind == ProofKind.SMS_CODE for proof in flow.proofs)
    return person.email is not None or (person.mobile is not None and not by_sms)


def cancelled(found: Held) -> Response:
    """The person gives up: back to the service with a status, or to the front page."""
    leads_to = found.flow.held.entity_id if found.flow.held else None
    outside().store.flows.finish(found.row, leads_to, now())
    if found.flow.held is None:
        return redirect("/", 303)
    accepted = answer.accepted_again(found.flow.held)
    why = f"cancelled at {found.row.awaiting}"
    return answer.with_status(accepted, lambda: accepted, CANCELLED, why)
