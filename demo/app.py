"""The agencies' web application: pages, static files, and the headers of every answer."""

from urllib.parse import urlsplit

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from demo import logout_views, views
from demo.desk import Desk
from demo.hub import HubUnreachable

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_FORM = 1_000_000  # bytes; a Response is some thousands


def create_app(desk: Desk) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_FORM
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_FORM
    app.extensions["desk"] = desk
    app.jinja_env.globals["providers"] = desk.providers
    app.register_blueprint(views.pages)
    app.register_blueprint(logout_views.logout)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(HubUnreachable, _hub_unreachable)
    app.after_request(_with_headers)
    return app


def _with_headers(answer: Response) -> Response:
    form_target = answer.headers.pop(views.FORM_TARGET, None)
    forms = "'self'" if form_target is None else _origin(form_target)
    answer.headers["Content-Security-Policy"] = f"{_POLICY}; form-action {forms}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _http_fault(fault: HTTPException) -> tuple[str, int]:
    heading = "Denne sida finst ikkje her" if fault.code == 404 else "Det gjekk ikkje"
    return render_template("trouble.html", heading=heading), fault.code or 500


def _hub_unreachable(fault: HubUnreachable) -> tuple[str, int]:
    page = render_template(
        "trouble.html",
        heading="MinID svarar ikkje",
        text="Vi får ikkje kontakt med MinID akkurat no. Prøv igjen om litt.",
        detail=fault.detail,
    )
    return page, 503
