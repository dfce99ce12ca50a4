"""The hub's own front page, and the logins that begin here without an agency."""

from flask import Blueprint, Flask, redirect, render_template
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from hub import login, services
from hub.current import now, outside
from hub.flow import LoginFlow
from hub.login_session import LoginSession
from hub.web import browser

own_pages = Blueprint("own_pages", __name__)


class LoggedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """The person of this browser's session, as flask-login sees them."""

    def __init__(self, session: LoginSession) -> None:
        self.id = session.person_id
        self.session = session


def init_login(app: Flask) -> None:
    """Let flask-login guard pages by our own sessions; it keeps nothing itself."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows, not signed cookies
    manager.request_loader(lambda _request: logged_in())
    manager.unauthorized_handler(lambda: redirect("/login", 303))
    manager.init_app(app)


def logged_in() -> LoggedIn | None:
    session = browser.session_here()
    return LoggedIn(session) if session else None


@own_pages.get("/")
def front() -> str:
    offered = [
        {
            "name": services.name_of(sp),
            "offers": services.readable(sp.description.descriptions),
            "url": services.home_of(sp),
        }
        for sp in outside().snapshots.current().all()
        if sp.is_trusted_at(now())
    ]
    return render_template(
        "front.html", person_logged_in=browser.session_here() is not None, services=offered
    )


@own_pages.get("/login")
def own_login() -> Response:
    return own_flow("password.ask")


@own_pages.get("/register")
def own_registration() -> Response:
    return own_flow("register.ask_number")


@own_pages.get("/forgotten")
def own_forgotten() -> Response:
    return own_flow("forgotten.ask_number")


def own_flow(first_page: str) -> Response:
    """A login without an agency; it ends at the person's own page."""
    return login.begin(LoginFlow(), first_page)
