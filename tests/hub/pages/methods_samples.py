"""The pages of authenticator apps and passkeys, with sample values."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

from werkzeug.datastructures import MultiDict
from wtforms import Form

from hub.factors.passkey_forms import WRONG_PASSKEY, NameForm, NewPasskeyForm, PasskeyForm, saying
from hub.me.methods import picture_of
from hub.person import Person
from hub.seams.people import AuthenticatorApp, Credential, Passkey
from hub.seams.records import AuditEvent
from hub.web import forms

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
AGENCY = SimpleNamespace(name="Lånekassen", on_behalf_of=None, requesters=())
IN_SESSION = {"session_ends_at": NOW}
KARI = Person("id", None, "+4791234567")
CREDENTIAL = Credential(b"id", b"key", 0, True, is_syncable=True, is_backed_up=True)
PASSKEY = Passkey("a1", "Mobilen min", CREDENTIAL, NOW)

Context = Callable[[], Mapping[str, object]]


def refused_totp() -> Form:
    form = forms.TotpForm(MultiDict({"otp": "123456"}))
    form.validate()
    forms.refuse(form["otp"], forms.WRONG_TOTP)
    return form


def too_short() -> Form:
    form = forms.TotpForm(MultiDict({"otp": "12"}))
    form.validate()
    return form


def nameless() -> Form:
    form = NewPasskeyForm(MultiDict({"name": ""}))
    form.validate()
    return form


METHODS_PAGES: Mapping[str, tuple[str, Context]] = {
    "totp": (
        "steps/totp.html",
        lambda: {"form": forms.TotpForm(), "service": AGENCY, "others": ("use_sms", "use_pin")},
    ),
    "totp-refused": (
        "steps/totp.html",
        lambda: {"form": refused_totp(), "service": AGENCY, "others": ("use_pin",)},
    ),
    "passkey": (
        "steps/passkey.html",
        lambda: {
            "form": PasskeyForm(),
            "service": AGENCY,
            "options": "{}",
            "others": ("use_totp", "use_sms", "use_pin"),
        },
    ),
    "passkey-refused": (
        "steps/passkey.html",
        lambda: {
            "form": saying(PasskeyForm(), WRONG_PASSKEY),
            "service": None,
            "options": "{}",
            "others": ("use_pin",),
        },
    ),
    "me-not-me-with-methods": (
        "me_not_me.html",
        lambda: {
            **IN_SESSION,
            "methods": ("passkey",),
            "logins": [
                {"at": NOW, "service": None, "method": "Minid-WEBAUTHN"},
                {"at": NOW, "service": "Skatteetaten", "method": "Minid-TOTP"},
            ],
        },
    ),
    "me-methods": (
        "me_methods.html",
        lambda: {
            **IN_SESSION,
            "person": KARI,
            "app": AuthenticatorApp("a1", b"", NOW),
            "passkeys": [PASSKEY, replace(PASSKEY, id="b2", last_used_at=NOW)],
            "has_room": False,
            "changes": [AuditEvent("passkey-added", NOW), AuditEvent("app-removed", NOW)],
            "done": "passkey-added",
        },
    ),
    "me-methods-none": (
        "me_methods.html",
        lambda: {
            **IN_SESSION,
            "person": KARI,
            "app": None,
            "passkeys": [],
            "has_room": True,
            "changes": (),
            "done": "",
        },
    ),
    "me-app": (
        "me_app.html",
        lambda: {
            **IN_SESSION,
            "form": too_short(),
            "address": "otpauth://totp/MinID:minid.example?secret=ORSXG5A&issuer=MinID",
            "typed": "ORSX G5A",
            "picture": picture_of("otpauth://totp/MinID:minid.example?secret=ORSXG5A"),
        },
    ),
    "me-passkey-new": (
        "me_passkey_new.html",
        lambda: {**IN_SESSION, "form": nameless(), "options": "{}"},
    ),
    "me-passkey": (
        "me_passkey.html",
        lambda: {**IN_SESSION, "form": NameForm(name="Mobilen min"), "passkey": PASSKEY},
    ),
}
