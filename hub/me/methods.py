"""Stronger second factors: one authenticator app, and passkeys, added and removed.

Each change asks for both factors of late, is told to the owner, and stands in the audit
log.  An app counts when one of its codes came back.
"""

from flask import Blueprint, abort, redirect, request, url_for
from markupsafe import Markup
from segno import make as make_qr
from werkzeug.wrappers import Response

from hub import attempts, audit
from hub.attempts import NEW_TOTP
from hub.current import note, now, outside, request_id, settings
from hub.factors import challenges, passkeys, totp
from hub.factors.passkey_forms import (
    KNOWN_PASSKEY,
    NO_PASSKEY,
    WRONG_PASSKEY,
    NameForm,
    NewPasskeyForm,
    answer_in,
    saying,
)
from hub.factors.passkeys import PasskeyRefused, RelyingParty
from hub.flow import Awaiting, LoginFlow
from hub.login import Held
from hub.login_session import LoginSession
from hub.me import room
from hub.me.record import method_changes_of
from hub.seams.people import Credential, Passkey
from hub.sending import notices
from hub.sending.notices import Notice
from hub.web.forms import WRONG_NEW_TOTP, TotpForm, refuse

me_methods = Blueprint("me_methods", __name__)

MOST_PASSKEYS = 10
PAGE = "/me/methods"


@me_methods.get(PAGE)
def show() -> str:
    session = room.here()
    methods = outside().store.methods
    known = methods.passkeys(session.person_id)
    return room.page(
        "me_methods.html",
        session,
        person=room.owner(session),
        app=methods.app(session.person_id),
        passkeys=known,
        has_room=len(known) < MOST_PASSKEYS,
        changes=method_changes_of(session.person_id),
        done=request.args.get("done", ""),
    )


def done(what: str) -> Response:
    return redirect(url_for("me_methods.show", done=what), 303)


def recorded(event: str, person_id: str, notice: Notice) -> None:
    """Put a change on record and tell of it, within its transaction."""
    outside().store.ledger.append(audit.of_person(event, person_id, request_id(), now()))
    notices.tell(person_id, notice)


# --- the authenticator app ----------------------------------------------------------------


@me_methods.get(f"{PAGE}/app")
def begin_app() -> Response:
    session = room.confirmed()
    if outside().store.methods.app(session.person_id) is not None:
        return redirect(PAGE, 303)
    flow = LoginFlow(person_id=session.person_id, new_secret=totp.new_secret())
    return room.begun(flow, Awaiting.OWN_APP)


@me_methods.get(f"{PAGE}/app/<handle>")
def ask_app_code(handle: str) -> str:
    session, held = room.at_step(handle, Awaiting.OWN_APP, PAGE)
    return app_page(session, held, TotpForm())


@me_methods.post(f"{PAGE}/app/<handle>")
def take_app_code(handle: str) -> Response | str:
    session, held = room.at_step(handle, Awaiting.OWN_APP, PAGE)
    form = TotpForm(request.form)
    if not form.validate():
        return app_page(session, held, form)
    charged = attempts.charge(outside().store.attempts, now(), (NEW_TOTP, session.person_id))
    step = totp.step_of(secret_of(held), form.otp.data or "", now())
    if step is None:
        refuse(form.otp, WRONG_NEW_TOTP)
        return app_page(session, held, form)
    charged.refund()
    return done("app-added" if keep_app(session.person_id, held, step) else "")


def keep_app(person_id: str, held: Held, step: int) -> bool:
    """False if another tab was quicker: there is one app, the first that was confirmed."""
    store, at = outside().store, now()

    def act() -> bool:
        store.flows.finish(held.row, None, at)
        is_new = store.methods.add_app(person_id, secret_of(held), step, at)
        if is_new:
            recorded("app-added", person_id, Notice.METHOD_ADDED)
        return is_new

    return store.together(act)


def secret_of(held: Held) -> bytes:
    secret = held.flow.new_secret
    assert secret is not None  # the flow came to this step with one
    return secret


def app_page(session: LoginSession, held: Held, form: TotpForm) -> str:
    secret = secret_of(held)
    address = totp.address(secret, RelyingParty.at(settings().base_url).id)
    typed = totp.typed_secret(secret)
    picture = picture_of(address)
    return room.page(
        "me_app.html", session, form=form, address=address, typed=typed, picture=picture
    )


def picture_of(address: str) -> Markup:
    """A QR code as SVG: dark on light whatever the reader's colours are, or few can read it."""
    code = make_qr(address, error="m", micro=False)
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)


@me_methods.post(f"{PAGE}/app/remove")
def remove_app() -> Response:
    session = room.confirmed(PAGE)
    store = outside().store

    def act() -> None:
        if store.methods.remove_app(session.person_id):
            recorded("app-removed", session.person_id, Notice.METHOD_REMOVED)

    store.together(act)
    return done("removed")


# --- passkeys -----------------------------------------------------------------------------


@me_methods.get(f"{PAGE}/passkey")
def begin_passkey() -> Response:
    session = room.confirmed()
    if not has_room(session.person_id):
        return redirect(PAGE, 303)
    return room.begun(LoginFlow(person_id=session.person_id), Awaiting.OWN_PASSKEY)


@me_methods.get(f"{PAGE}/passkey/<handle>")
def ask_passkey(handle: str) -> str:
    session, held = room.at_step(handle, Awaiting.OWN_PASSKEY, PAGE)
    return passkey_page(session, held, NewPasskeyForm())


@me_methods.post(f"{PAGE}/passkey/<handle>")
def take_passkey(handle: str) -> Response | str:
    session, held = room.at_step(handle, Awaiting.OWN_PASSKEY, PAGE)
    form = NewPasskeyForm(request.form)
    if not form.validate():
        return passkey_page(session, held, form)
    name, answer = form.name.data or "", answer_in(form)
    again = NewPasskeyForm(name=name)
    if answer is None:
        return passkey_page(session, held, saying(again, NO_PASSKEY))
    held, challenge = challenges.spend(held)
    try:
        party = RelyingParty.at(settings().base_url)
        credential = passkeys.created(party, challenge, answer)
    except PasskeyRefused as fault:
        note("passkey", f"refused: {fault}")
        return passkey_page(session, held, saying(again, WRONG_PASSKEY))
    if not keep_passkey(session.person_id, name, credential):
        if not has_room(session.person_id):  # another tab was quicker
            return redirect(PAGE, 303)
        return passkey_page(session, held, saying(again, KNOWN_PASSKEY))
    outside().store.flows.finish(held.row, None, now())
    return done("passkey-added")


def has_room(person_id: str) -> bool:
    return len(outside().store.methods.passkeys(person_id)) < MOST_PASSKEYS


def keep_passkey(person_id: str, name: str, credential: Credential) -> bool:
    store, at = outside().store, now()

    def act() -> bool:
        is_new = store.methods.add_passkey(person_id, name, credential, MOST_PASSKEYS, at)
        if is_new:
            recorded("passkey-added", person_id, Notice.METHOD_ADDED)
        return is_new

    return store.together(act)


def passkey_page(session: LoginSession, held: Held, form: NewPasskeyForm) -> str:
    held, challenge = challenges.renew(held)
    known = outside().store.methods.passkeys(session.person_id)
    options = passkeys.creation_options(
        RelyingParty.at(settings().base_url),
        challenge,
        outside().ring.subject("passkeys of", session.person_id),
        [each.credential for each in known],
    )
    return room.page("me_passkey_new.html", session, form=form, options=options)


@me_methods.get(f"{PAGE}/key/<id>")
def ask_change(id: str) -> str:
    session = room.confirmed()
    found = own(session, id)
    return room.page("me_passkey.html", session, form=NameForm(name=found.name), passkey=found)


@me_methods.post(f"{PAGE}/key/<id>")
def change(id: str) -> Response | str:
    session = room.confirmed(PAGE)
    found = own(session, id)
    if "remove" in request.form:
        remove_passkey(session.person_id, found)
        return done("removed")
    form = NameForm(request.form)
    if not form.validate():
        return room.page("me_passkey.html", session, form=form, passkey=found)
    rename_passkey(session.person_id, found, form.name.data or "")
    return done("renamed")


def rename_passkey(person_id: str, found: Passkey, name: str) -> None:
    store = outside().store
    event = audit.of_person("passkey-renamed", person_id, request_id(), now())

    def act() -> None:
        if store.methods.rename_passkey(person_id, found.id, name):
            store.ledger.append(event)

    store.together(act)


def remove_passkey(person_id: str, found: Passkey) -> None:
    store = outside().store

    def act() -> None:
        if store.methods.remove_passkey(person_id, found.id):
            recorded("passkey-removed", person_id, Notice.METHOD_REMOVED)

    store.together(act)


def own(session: LoginSession, id: str) -> Passkey:
    """The person's own passkey of this id; nobody else's is there."""
    known = outside().store.methods.passkeys(session.person_id)
    found = next((each for each in known if each.id == id), None)
    if found is None:
        abort(404)
    return found
