"""The agencies' pages.

A login starts at `/<agency>/login/<service>` and ends at the agency's consumer
endpoint.  The hub's answer is a POST from another site, which brings no Lax
cookie: so what was asked is remembered here under the RelayState, and the
cookie of the login is set on the answer to that POST, before a 303.
"""

from flask import Blueprint, Response, abort, current_app, make_response, redirect
from flask import render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from demo.agencies import Service
from demo.authn_request import Outgoing, authn_request
from demo.asked import Asked
from demo.desk import Desk
from demo.provider import Provider, metadata
from demo.registers import Held, RegisterAway
from demo.response import BadResponse, Login, NotLoggedIn, read_response
from demo.status_texts import meaning

FORM_TARGET = "X-Form-Target"  # from a view to the header policy; never leaves the process

pages = Blueprint("pages", __name__)


def desk_here() -> Desk:
    desk: Desk = current_app.extensions["desk"]
    return desk


def provider_of(name: str) -> Provider:
    return desk_here().providers.get(name) or abort(404)


def _service(provider: Provider, key: str) -> Service:
    return provider.agency.service(key) or abort(404)


def cookie_of(name: str) -> str:
    return f"demo_{name}"


def login_of(name: str) -> Login | None:
    desk = desk_here()
    return desk.logins.find(request.cookies.get(cookie_of(name)), desk.clock())


@pages.get("/")
def front() -> str:
    return render_template("front.html")


@pages.get("/<name>/")
def start(name: str) -> str:
    provider = provider_of(name)
    return render_template("start.html", provider=provider, login=login_of(name))


@pages.get("/<name>/saml/metadata")
def own_metadata(name: str) -> Response:
    return Response(metadata(provider_of(name)), mimetype="application/samlmetadata+xml")


@pages.get("/<name>/login/<key>")
def start_login(name: str, key: str) -> AnyResponse:
    """Ask the hub who this is, each time: a living session there makes it short."""
    provider, desk = provider_of(name), desk_here()
    asked, now = Asked(name, _service(provider, key).key), desk.clock()
    relay_state = desk.asked.keep(asked, now)
    outgoing = authn_request(provider, desk.hub, asked, relay_state, now)
    return _form(provider, outgoing) if outgoing.fields else redirect(outgoing.url, 303)


def _form(provider: Provider, outgoing: Outgoing) -> Response:
    page = make_response(
        render_template("send_request.html", provider=provider, outgoing=outgoing)
    )
    page.headers[FORM_TARGET] = outgoing.url
    return page


@pages.post("/<name>/saml/acs")
@pages.post("/<name>/saml/acs/<int:index>")
def consumer(name: str, index: int | None = None) -> AnyResponse:
    provider, desk = provider_of(name), desk_here()
    now, relay_state = desk.clock(), request.form.get("RelayState")
    asked = desk.asked.find(relay_state, now)
    if asked is None or asked.agency != name:
        return refused(provider, "the RelayState is not that of an open request")
    try:
        login = read_response(
            provider, desk.hub, asked, request.path, request.form.get("SAMLResponse", ""), now
        )
    except NotLoggedIn as fault:
        desk.asked.take(relay_state, now)
        return _not_logged_in(provider, asked, fault)
    except BadResponse as fault:
        return refused(provider, fault.detail)
    if login.level < _service(provider, asked.service).level:
        return refused(provider, "the level stated is lower than the level asked for")
    if desk.asked.take(relay_state, now) is None:
        return refused(provider, "the answer was used a moment ago")
    return _welcome(name, asked, login)


def _welcome(name: str, asked: Asked, login: Login) -> AnyResponse:
    desk = desk_here()
    answer = redirect(url_for("pages.service_page", name=name, key=asked.service), 303)
    answer.set_cookie(
        cookie_of(name),
        desk.logins.keep(login, desk.clock()),
        path=f"/{name}/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


def refused(provider: Provider, detail: str) -> Response:
    page = render_template(
        "trouble.html",
        provider=provider,
        heading="Vi kunne ikkje ta imot svaret",
        text="Det kom eit svar som ikkje høyrer til ei innlogging her. Du er ikkje logga inn.",
        detail=detail,
    )
    return make_response(page, 400)


def _not_logged_in(provider: Provider, asked: Asked, fault: NotLoggedIn) -> Response:
    return make_response(
        render_template(
            "not_logged_in.html",
            provider=provider,
            service=_service(provider, asked.service),
            statuses=fault.statuses,
            message=fault.message,
            meaning=meaning(fault.statuses),
        )
    )


@pages.get("/<name>/service/<key>")
def service_page(name: str, key: str) -> AnyResponse:
    provider = provider_of(name)
    service, login = _service(provider, key), login_of(name)
    if login is None or login.level < service.level:
        return redirect(url_for("pages.start", name=name), 303)
    return make_response(
        render_template(
            "service.html",
            provider=provider,
            service=service,
            login=login,
            registered=held_of(login) if service.shows_register else None,
        )
    )


def held_of(login: Login) -> Held | str:
    """What the register holds of whoever is logged in, or the word for why that is not shown."""
    desk, number = desk_here(), login.attribute("uid")
    if desk.register is None or number is None:
        return "away"
    try:
        return desk.register.held(number, desk.clock()) or "unknown"
    except RegisterAway:
        return "away"
