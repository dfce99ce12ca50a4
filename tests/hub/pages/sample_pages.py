"""Every page with sample values, in an app that has nothing but the pages.

`PAGES` maps a name to (template, context); a context is made anew for each
page shown, since forms are made under a request.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, g, render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import Form

from hub.person import Person
from hub.seams.people import AskedCodes, HeldSheet
from hub.support.forms import REASONS
from hub.web import forms
from hub.web.pages import init_pages
from hub.web.staying import TimeLeft
from sp_registry.logos import accepted
from sp_registry.remarks import remark_of
from tests.hub.pages import registry_samples
from tests.hub.pages.care_samples import CARE_PAGES
from tests.hub.pages.methods_samples import METHODS_PAGES
from tests.hub.pages.people_samples import PEOPLE_PAGES
from tests.hub.pages.published_samples import PUBLISHED
from tests.hub.pages.registering_samples import REGISTERING
from tests.hub.pages.support_samples import HELPED, SUPPORT_PAGES
from tests.sp_registry.test_logos import a_picture

ROOT = Path(__file__).resolve().parents[3]
REQUEST_ID = "01JD5W3KZ8Q2"
TOKEN = "token-of-the-sample"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none';"
)
NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)

LINKS = {"register_url": "/register", "forgotten_url": "/forgotten"}
AGENCY = SimpleNamespace(name="Lånekassen", on_behalf_of=None, requesters=(), logo=None)
LOGO = accepted(a_picture(size=(240, 80)))
FOR_ANOTHER = SimpleNamespace(
    name="Altinn", on_behalf_of="Aukra kommune", requesters=("Aukra kommune", "<b>ukjend</b>"),
    logo=LOGO.hash,
)
IN_SESSION = {"session_ends_at": NOW, "time_left": TimeLeft(1800, True, "/stay")}
KARI = Person("id", None, "+4791234567", email="kari@example.no")
ONE_CODE = AskedCodes("sheet", "4K", NOW, (7,))
TWO_CODES = AskedCodes("sheet", "4K", NOW, (3, 12))
SERVICES = tuple(
    SimpleNamespace(name=name, offers=offers, url=f"http://127.0.0.1:8090/{name.lower()}/")
    for name, offers in (
        ("Miside", "Di eiga side: tenester, og kva registra har om deg"),
        ("Skatteetaten", "Skattemelding, skattekort og flyttemelding"),
        ("Lånekassen", "Stipend, lån, betalingsutsetjing og status på søknaden"),
        ("Altinn", "Skjema for næringslivet"),
    )
) + (SimpleNamespace(name="Aukra kommune", offers=None, url=None),)
FAULT = SimpleNamespace(
    code="consumer-unknown",
    cause="The request names an address that is not in the registered metadata.",
    whose="agency",
    fix="Add the address to the metadata and send it in again, or correct the request.",
)
OTHER_FAULT = SimpleNamespace(
    code="request-outdated", cause="The request is more than five minutes old."
)
MESSAGE = SimpleNamespace(
    to="+4791234567", text="123456 er koden frå MinID for å logge inn på Miside", sent_at=NOW
)
MAIL = SimpleNamespace(
    to="kari@example.no", subject="MinID: Mobilnummeret er endra", text="Hei!", sent_at=NOW
)

CONTACTS = {"support_email": "support@minid.example", "support_phone": "800 00 000"}


def a_leg(
    number: int,
    name: str,
    verdict: str,
    text: str,
    to_walk: bool = True,
    url: str | None = "/logout/h4Ndl3/leg/1",
) -> dict[str, object]:
    """A service on the page of a logout."""
    is_out = verdict == "out"
    facts = {"number": number, "name": name, "verdict": verdict, "text": text, "url": url}
    return facts | {"is_out": is_out, "to_walk": to_walk and not is_out}


def own_pins(state: str, is_void: bool = False) -> dict[str, object]:
    """The page of one's own codes, when the latest letter is in this state."""
    letter = SimpleNamespace(state=state, ordered_at=NOW, told_at=NOW, is_void=is_void)
    sheets = [HeldSheet("4K", NOW, 3, is_in_use=True)]
    return {**IN_SESSION, "sheets": sheets, "letter": letter, "are_few": True}


def filled(form: type[Form], **typed: str) -> Form:
    """A form as it is after it was sent: what was typed, and what is wrong with it."""
    made = form(MultiDict(typed))
    made.validate()
    return made


def refused_code() -> Form:
    form = filled(forms.SmsCodeForm, otp="123456")
    forms.refuse(form["otp"], forms.WRONG_SMS_CODE)
    return form


def refused_login() -> Form:
    form = filled(forms.LoginForm, national_id="03837000040", password="feil passord")
    form.form_errors.append(str(forms.WRONG_LOGIN))
    return form


ELSEWHERE = ("dev_letters.letter", "registry.providers_listing")  # what the samples link to
Context = Callable[[], Mapping[str, object]]
PAGES: Mapping[str, tuple[str, Context]] = {
    "login": (
        "steps/password.html",
        lambda: {"form": forms.LoginForm(), "service": AGENCY, **LINKS},
    ),
    "login-errors": (
        "steps/password.html",
        lambda: {
            "form": filled(forms.LoginForm, national_id="0101017", password=""),
            "service": FOR_ANOTHER,
            **LINKS,
        },
    ),
    "login-refused": (
        "steps/password.html",
        lambda: {"form": refused_login(), "service": None, **LINKS},
    ),
    "sms-code": (
        "steps/sms_code.html",
        lambda: {
            "form": forms.SmsCodeForm(),
            "service": AGENCY,
            "number_ending": "61",
            "others": ("use_passkey", "use_totp", "use_pin"),
        },
    ),
    "sms-code-refused": (
        "steps/sms_code.html",
        lambda: {
            "form": refused_code(),
            "service": AGENCY,
            "number_ending": "61",
            "others": (),
        },
    ),
    "letter-pin": (
        "steps/letter_pin.html",
        lambda: {
            "form": forms.LetterPinForm(),
            "service": AGENCY,
            "asked": ONE_CODE,
            "others": ("use_sms",),
        },
    ),
    "contact": (
        "steps/contact.html",
        lambda: {"form": Form(), "service": AGENCY, "person": KARI, "may_skip": True},
    ),
    "new-sheet": ("steps/new_sheet.html", lambda: {"form": Form(), "service": AGENCY, "left": 4}),
    "register-number": (
        "steps/register_number.html",
        lambda: {"form": forms.RegisterNumberForm(), "service": None, "login_url": "/login"},
    ),
    "register-pins": (
        "steps/register_pins.html",
        lambda: {
            "form": filled(forms.RegisterPinsForm, pin_1="12 34", pin_2=""),
            "service": None,
            "asked": TWO_CODES,
        },
    ),
    "register-password": (
        "steps/register_password.html",
        lambda: {
            "form": filled(
                forms.NewPasswordForm, new_password="sommar2026", new_password_again="a"
            ),
            "service": None,
        },
    ),
    "register-mobile": (
        "steps/register_mobile.html",
        lambda: {"form": forms.MobileForm(), "service": None},
    ),
    "register-confirm": (
        "steps/register_confirm.html",
        lambda: {
            "form": forms.SmsCodeForm(),
            "service": None,
            "number_ending": "61",
            "can_skip": True,
        },
    ),
    "register-again": (
        "steps/register_confirm.html",
        lambda: {
            "form": forms.SmsCodeForm(),
            "service": AGENCY,
            "number_ending": "61",
            "can_skip": False,
        },
    ),
    "forgotten": (
        "forgotten.html",
        lambda: {
            "form": filled(forms.RegisterNumberForm, national_id=""),
            "service": AGENCY,
            "login_url": "/login",
        },
    ),
    "forgotten-wait": (
        "forgotten_wait.html",
        lambda: {"due_at": NOW, "until": NOW, "sms_url": "/register/h4Ndl3/sms"},
    ),
    "front": ("front.html", lambda: {"person_logged_in": False, "services": SERVICES}),
    "front-logged-in": ("front.html", lambda: {"person_logged_in": True, "services": ()}),
    "me": (
        "me.html",
        lambda: {
            **IN_SESSION,
            "person": KARI,
            "number": "030383 *****",
            "level": 3,
            "method": "Minid-OTC",
            "logged_in_at": NOW,
            "services": SERVICES,
            "factors": (("passkey", True), ("totp", False), ("sms", False), ("pin", False)),
            "done": "password",
            "are_codes_few": True,
        },
    ),
    "me-at-the-end": (
        "me_close.html",
        lambda: {**IN_SESSION, "time_left": TimeLeft(1800, False, "/stay")},
    ),
    "me-contact": (
        "me_contact.html",
        lambda: {
            **IN_SESSION,
            "person": KARI,
            "mobile_url": "/me/contact/mobile?login=h4Ndl3",
            "email_url": "/me/contact/email?login=h4Ndl3",
            "login_url": "/login/h4Ndl3/contact",
        },
    ),
    "me-mobile": (
        "me_mobile.html",
        lambda: {**IN_SESSION, "form": filled(forms.MobileForm, mobile="123", mobile_again="")},
    ),
    "me-email": (
        "me_email.html",
        lambda: {**IN_SESSION, "form": filled(forms.EmailForm, email="kari", email_again="")},
    ),
    "me-code": (
        "me_code.html",
        lambda: {**IN_SESSION, "form": forms.MailCodeForm(), "address": "kari@example.no"},
    ),
    "me-password": (
        "me_password.html",
        lambda: {**IN_SESSION, "form": forms.NewPasswordForm(), "after_not_me": True},
    ),
    "me-not-me": ("me_not_me.html", lambda: {**IN_SESSION, "methods": (), "logins": ()}),
    "me-close": ("me_close.html", lambda: IN_SESSION),
    "me-history": (
        "me_history.html",
        lambda: {
            **IN_SESSION,
            "sessions": [
                {"id": "a1", "is_this": True, "at": NOW, "method": "Minid-OTC", "services": []},
                {"id": "b2", "is_this": False, "at": NOW, "method": "Minid-PIN",
                 "services": ["NAV", "Skatteetaten"]},
            ],
            "logins": [{"at": NOW, "service": None, "method": "Minid-OTC"}],
            "told": [
                {"at": NOW, "service": "Altinn", "on_behalf_of": "Aukra kommune",
                 "attributes": ["uid", "SecurityLevel"]},
            ],
            "helped": HELPED,
            "reasons": REASONS,
        },
    ),
    "pins": ("pins.html", lambda: {"form": forms.RegisterNumberForm(), "service": None}),
    "pins-block": (
        "pins_block.html",
        lambda: {"form": filled(forms.PinsBlockForm, password=""), "service": None},
    ),
    "pins-code": ("pins_code.html", lambda: {"form": forms.SmsCodeForm(), "service": None}),
    "pins-ordered": ("pins_done.html", lambda: {"what": "ordered"}),
    "pins-blocked": ("pins_done.html", lambda: {"what": "blocked"}),
    "pins-waits": ("pins_done.html", lambda: {"what": "waits"}),
    "pins-own": ("pins_own.html", lambda: own_pins("ordered")),
    "pins-own-returned": ("pins_own.html", lambda: own_pins("returned", is_void=True)),
    "pins-own-manual": ("pins_own.html", lambda: own_pins("manual")),
    "pins-own-void": ("pins_own.html", lambda: own_pins("withdrawn", is_void=True)),
    "logged-out": ("logged_out.html", dict),
    "logout-ask": ("logout_ask.html", lambda: {"is_known": True, "names": ("Skatteetaten",)}),
    "logout-leg": ("logout_leg.html", lambda: {"name": "Skatteetaten", "is_out": True}),
    "logout": (
        "logout.html",
        lambda: {
            "handle": "h4Ndl3",
            "asker": "Skatteetaten",
            "legs": [
                a_leg(1, "Lånekassen", "out", "Logga ut", to_walk=False, url=None),
                a_leg(2, "NAV", "not-yet", "Ikkje logga ut enno"),
                a_leg(3, "Altinn", "silent", "Svarte ikkje", to_walk=False),
                a_leg(4, "Posten", "cannot", "Kan ikkje få beskjed", to_walk=False, url=None),
            ],
        },
    ),
    "registry-sp": ("registry/sp.html", registry_samples.provider),
    "registry-sp-sent-back": ("registry/sp.html", registry_samples.sent_back),
    "registry-sp-waiting": ("registry/sp.html", registry_samples.waiting_in_test),
    "registry-sp-in-force": ("registry/sp.html", registry_samples.in_force),
    "registry-rollout": ("registry/sp.html", registry_samples.rollout),
    "registry-version": ("registry/version.html", registry_samples.version),
    "registry-past": ("registry/past.html", registry_samples.past),
    "registry-impact": ("registry/impact.html", registry_samples.impact),
    "registry-xml": ("registry/xml.html", registry_samples.xml),
    "saml-post": (
        "saml_post.html",
        lambda: {
            "action": "https://service.example/acs",
            "fields": {"SAMLResponse": "PHNhbWw+", "RelayState": 'a"><b'},
            "service_name": "Lånekassen",
        },
    ),
    "saml-link": (
        "saml_link.html",
        lambda: {
            "address": 'https://service.example/art?SAMLart=AAQ%3D&RelayState=a%22%3E%3Cb',
            "service_name": "Lånekassen",
        },
    ),
    "already-answered": (
        "already_answered.html",
        lambda: {"service_name": "Lånekassen", "back_url": "https://service.example/"},
    ),
    "error": (
        "error.html",
        lambda: {
            "code": "request-refused",
            "text": "Vi kunne ikkje ta imot førespurnaden frå tenesta.",
            "advice": "Gå tilbake til tenesta og prøv på nytt.",
        },
    ),
    "error-with-way-back": (
        "error.html",
        lambda: {
            "code": "flow-over",
            "text": "Denne innlogginga er ferdig eller avbroten.",
            "advice": "Gå tilbake til tenesta og logg inn på nytt.",
            "service_name": "Altinn",
            "back_url": "http://127.0.0.1:8090/altinn/",
        },
    ),
    "throttled": (
        "throttled.html",
        lambda: {"retry_at": NOW, "wait_seconds": 240, "again_url": "/login"},
    ),
    "errors": ("errors.html", lambda: {"errors": (FAULT, OTHER_FAULT)}),
    "error-detail": ("error_detail.html", lambda: {"error": FAULT}),
    "help": ("help.html", lambda: CONTACTS),
    "help-without-contacts": ("help.html", dict),
    "about": ("about.html", dict),
    "privacy": ("privacy.html", dict),
    "accessibility": ("accessibility.html", lambda: CONTACTS),
    "dev-sms": ("dev_sms.html", lambda: {"messages": (MESSAGE,)}),
    "dev-mail": ("dev_mail.html", lambda: {"mails": (MAIL,)}),
    "dev-letters": (
        "dev_letters.html",
        lambda: {
            "letters": [SimpleNamespace(id="a1", state="printed", ordered_at=NOW)],
            "waiting": 2,
            "can_set": False,
        },
    ),
    **PEOPLE_PAGES,
    **CARE_PAGES,
    **METHODS_PAGES,
    **REGISTERING,
    **SUPPORT_PAGES,
    **PUBLISHED,
}


def sample_app(translations: Path | None = None) -> Flask:
    app = Flask(
        "sample", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    if translations is not None:
        app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    init_pages(app, is_https=False)

    @app.context_processor
    def registry_frame() -> dict[str, object]:
        agencies = registry_samples.AGENCIES
        return {
            "names": registry_samples.NAMES, "organisation_names": agencies,
            "remark_of": remark_of,
        }  # fmt: skip

    @app.before_request
    def begin() -> None:
        g.request_id = REQUEST_ID
        g.csrf_token = TOKEN

    @app.after_request
    def guard(response: Response) -> Response:
        # The page that sends the browser on has a policy of its own; here one name tells it.
        to = "https:" if request.path == "/saml-post" else "'self'"
        response.headers["Content-Security-Policy"] = f"{CSP} form-action {to}"
        return response

    @app.route("/logos/<name>.webp")
    def show_logo(name: str) -> Response:
        return Response(LOGO.data, content_type="image/webp")

    @app.route("/<name>", methods=["GET", "POST"])
    def show(name: str) -> str:
        template, context = PAGES[name]
        return render_template(template, **context())

    for endpoint in ELSEWHERE:
        app.add_url_rule(f"/elsewhere/{endpoint}", endpoint, str)
    return app
