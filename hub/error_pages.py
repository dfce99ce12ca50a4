"""The table of answers to errors: page, HTTP status, log level.

Before a request is accepted every refusal looks the same from outside, so that
no stranger learns which services exist; the exact code stands in log and trace.
An error that is not known says nothing of itself.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType

from flask import Blueprint, Flask, abort, g, make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from certs.errors import CertsError
from hub import services
from hub.current import note, now, outside, request_id
from hub.error_catalogue import AGENCY, CATALOGUE
from hub.errors import FlowOver, HubError, TooManyAttempts
from hub.seams.counts import REFUSED as REFUSED_COUNT
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError

log = logging.getLogger("minid")

error_pages = Blueprint("error_pages", __name__)

KNOWN_ERRORS = (HubError, RegistryError, MetadataError, CertsError)
SAML_PATHS = "/saml/"
LOGOUT_PATHS = ("/saml/slo", "/logout")


@dataclass(frozen=True, slots=True)
class Page:
    """What the citizen meets."""

    http: int
    text: object  # lazy, so that it speaks the reader's language
    advice: object
    level: int = logging.INFO


BEGIN_AGAIN = _("Gå tilbake til tenesta og logg inn på nytt.")
TRY_LATER = _("Vent litt og prøv igjen. Ta kontakt med brukarstøtta om det ikkje hjelper.")

REFUSED = Page(
    400,
    _("Vi kunne ikkje ta imot innlogginga frå tenesta."),
    _("Gå tilbake til tenesta og prøv på nytt. Hjelper ikkje det, må dei som driv tenesta rette "
      "feilen. Gi dei gjerne referansen nedst på sida."),
    logging.WARNING,
)
REFUSED_LOGOUT = Page(
    400,
    _("Vi kunne ikkje ta imot utlogginga frå tenesta."),
    _("Brukar andre denne maskina? Lukk heile nettlesaren."),
    logging.WARNING,
)
OURS = Page(500, _("Noko gjekk gale hos oss."), TRY_LATER, logging.ERROR)
AWAY = Page(503, _("Innlogginga er ikkje tilgjengeleg akkurat no."), TRY_LATER, logging.ERROR)

PAGES = {
    "request-refused": REFUSED,
    "flow-unknown": Page(400, _("Denne innlogginga er ikkje open lenger."), BEGIN_AGAIN),
    "flow-foreign": Page(
        400,
        _("Denne innlogginga vart starta i ein annan nettlesar."),
        _("Gå tilbake til tenesta og logg inn på nytt. Nettlesaren må ta imot "
          "informasjonskapslar frå MinID."),
    ),
    "flow-over": Page(400, _("Denne innlogginga er ferdig eller avbroten."), BEGIN_AGAIN),
    "flow-other-step": Page(409, _("Innlogginga held fram i ei anna fane."), BEGIN_AGAIN),
    "session-ended": Page(409, _("Du vart logga ut medan innlogginga gjekk."), BEGIN_AGAIN),
    "logout-unknown": Page(
        400,
        _("Denne utlogginga er ikkje open lenger."),
        _("Brukar andre denne maskina? Lukk heile nettlesaren."),
    ),
    "logout-foreign": Page(
        400,
        _("Denne utlogginga vart starta i ein annan nettlesar."),
        _("Brukar andre denne maskina? Lukk heile nettlesaren."),
    ),
    "form-refused": Page(
        403,
        _("Vi kunne ikkje ta imot skjemaet."),
        _("Opne sida på nytt og prøv igjen. Nettlesaren må ta imot informasjonskapslar frå "
          "MinID."),
    ),
    "too-young": Page(
        403,
        _("Du kan ikkje registrere deg i MinID enno."),
        _("Det kan du frå og med det året du fyller 13. Er ikkje det rett, må fødselsdatoen din "
          "rettast i folkeregisteret."),
    ),
    "no-codes-left": Page(
        409,
        _("Du har ingen PIN-kodar att."),
        _("Ta kontakt med brukarstøtta for å få eit nytt ark i posten."),
    ),
    "sheet-out-of-use": Page(
        409,
        _("Det er skrive for mange feil PIN-kodar frå dette arket."),
        _("Arket kan ikkje brukast meir. Bestill nye PIN-kodar. Har du alt fått eit nyare ark, vel "
          "du det neste gong."),
    ),
    "not-found": Page(404, _("Vi fann ikkje sida."), _("Gå til framsida.")),
    "method-not-allowed": Page(405, _("Sida kan ikkje brukast slik."), _("Gå til framsida.")),
    "body-too-large": Page(413, _("Skjemaet er for stort."), BEGIN_AGAIN),
    "busy": AWAY,
    "outside-failed": AWAY,
    "sms-refused": AWAY,
    "receipt-forged": Page(403, _("Kvitteringa er ikkje frå ein kjend avsendar."), TRY_LATER),
    "receipt-unreadable": Page(400, _("Kvitteringa kan ikkje lesast."), TRY_LATER),
    "store-failed": AWAY,
    "registry-unreadable": AWAY,
    "snapshot-damaged": AWAY,
    "internal": OURS,
}
NO_WAY_BACK: Mapping[str, str | None] = MappingProxyType({})
HTTP_CODES = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}


def init_errors(app: Flask) -> None:
    app.register_blueprint(error_pages)
    for known in KNOWN_ERRORS:
        app.register_error_handler(known, told)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(InternalServerError, unknown)


def told(fault: HubError | RegistryError | MetadataError | CertsError) -> Response:
    """The page of an error of ours."""
    outside().counters.count("refusals", fault.code)
    if "claimed_sender" in g:
        outside().counters.service(g.claimed_sender, REFUSED_COUNT, fault.code, now())
    if isinstance(fault, TooManyAttempts):
        return throttled(fault)
    page = PAGES.get(fault.code) or (refused_here() if is_refusal(fault.code) else OURS)
    log.log(page.level, "%s %s: %s", request_id(), fault.code, fault.detail)
    note("refused", f"{fault.code}: {fault.detail}")
    return shown(public_code(page, fault.code), page, way_back(fault))


def way_back(fault: Exception) -> dict[str, str | None]:
    """Where Back leads from a login that is over: to its service, if that is still there."""
    if not isinstance(fault, FlowOver) or fault.leads_to is None:
        return {}
    try:
        sp = outside().snapshots.current().find(fault.leads_to)
    except RegistryError:
        return {}
    return {"back_url": services.home_of(sp), "service_name": services.name_of(sp)}


def is_refusal(code: str) -> bool:
    """Whether a fault without a page of its own is a request refused.

    The agency's faults are, at every step: it may be suspended while somebody logs in.
    """
    known = CATALOGUE.get(code)
    return known is not None and (known.whose == AGENCY or request.path.startswith(SAML_PATHS))


def refused_here() -> Page:
    return REFUSED_LOGOUT if request.path.startswith(LOGOUT_PATHS) else REFUSED


def public_code(page: Page, code: str) -> str:
    """One code for every refusal at the front door, one for every fault of our own."""
    if page is REFUSED or page is REFUSED_LOGOUT:
        return "request-refused"
    return "internal" if page is OURS else code


def throttled(fault: TooManyAttempts) -> Response:
    log.info("%s %s: %s", request_id(), fault.code, fault.detail)
    note("refused", f"{fault.code}: {fault.detail}")
    wait = max(1, ceil((fault.retry_at - now()).total_seconds()))
    page = make_response(
        render_template(
            "throttled.html", retry_at=fault.retry_at, wait_seconds=wait, again_url=request.path
        ),
        429,
    )
    page.headers["Retry-After"] = str(wait)
    return page


def of_http(fault: HTTPException) -> Response:
    """Flask's own refusals, with our page; a ready answer goes through as it is."""
    if fault.response is not None:
        return fault.get_response()
    known = fault.code or 500
    code = HTTP_CODES.get(known, "not-found" if known < 500 else "internal")
    return shown(code, PAGES[code])


def unknown(fault: InternalServerError) -> Response:
    """An error nobody foresaw: logged with its trace, told as nothing but ours."""
    log.error("%s internal", request_id(), exc_info=fault.original_exception or fault)
    return shown("internal", OURS)


def shown(code: str, page: Page, way: Mapping[str, str | None] = NO_WAY_BACK) -> Response:
    body = render_template("error.html", code=code, text=page.text, advice=page.advice, **way)
    return make_response(body, page.http)


@error_pages.get("/errors")
def catalogue() -> str:
    return render_template("errors.html", errors=list(CATALOGUE.values()))


@error_pages.get("/errors/<code>")
def detail(code: str) -> str:
    if code not in CATALOGUE:
        abort(404)
    return render_template("error_detail.html", error=CATALOGUE[code])
