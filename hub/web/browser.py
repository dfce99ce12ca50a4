"""What the hub keeps in a browser: who it is, and that someone is logged in.

Two cookies of random bits.  The first binds held flows and forms to the
browser and is made when a page first needs it; the second is the session's.
Both are `__Host-` and Secure under https, HttpOnly and Lax: a cross-site POST
carries neither, so `/saml/sso` by POST sets none (it would overwrite the one
that another tab holds).
"""

import hashlib
import hmac
import secrets

from flask import Flask, Response, g, request

from hub.current import outside, settings
from hub.errors import HubError
from hub.login_session import LoginSession

BROWSER_LIFE = 400 * 24 * 60 * 60  # seconds; the longest that browsers grant


class FormRefused(HubError):
    """A form came from another site, or its token is not this browser's."""

    code = "form-refused"


def init_browser(app: Flask, other_peoples_forms: frozenset[str]) -> None:
    """Check forms and set cookies; SAML endpoints take other sites' forms by design."""

    @app.before_request
    def check_form() -> None:
        g.csrf_token = LazyToken()
        if request.method == "POST" and request.path not in other_peoples_forms:
            require_own_form()

    @app.after_request
    def set_cookies(response: Response) -> Response:
        for name, value, life in g.get("new_cookies", ()):
            if value is None:
                response.delete_cookie(name, secure=settings().is_https, httponly=True)
                continue
            response.set_cookie(
                name,
                value,
                max_age=life,
                secure=settings().is_https,
                httponly=True,
                samesite="Lax",
            )
        return response


class LazyToken:
    """The form token, made when a page prints it: pages without forms set no cookie."""

    def __str__(self) -> str:
        return outside().ring.form_token(this_browser())


def require_own_form() -> None:
    """Refuse a form that this browser did not get from us (token and Origin)."""
    origin = request.headers.get("Origin")
    if origin not in (None, "null", settings().base_url):
        raise FormRefused("the form's Origin is another site")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise FormRefused("the browser says that the form is another site's")
    known = request.cookies.get(cookie_name("browser"))
    token = request.form.get("csrf_token", "")
    if known is None or not hmac.compare_digest(
        outside().ring.form_token(known).encode(), token.encode()
    ):
        raise FormRefused("the form's token is not this browser's")


def cookie_name(which: str) -> str:
    """`__Host-` ties a cookie to this host and to https; plain http cannot have it."""
    return f"__Host-minid_{which}" if settings().is_https else f"minid_{which}"


def this_browser() -> str:
    """This browser's random name; made, and set with the answer, if it has none."""
    known = g.get("browser") or request.cookies.get(cookie_name("browser"))
    if not known:
        known = secrets.token_urlsafe(32)
        set_cookie("browser", known, BROWSER_LIFE)
    g.browser = known
    return str(known)


def hashed_browser() -> str:
    """The hash under which the store knows this browser, made once per request."""
    known: str | None = g.get("hashed_browser")
    if known is None:
        known = g.hashed_browser = hashlib.sha256(this_browser().encode()).hexdigest()
    return known


def set_cookie(which: str, value: str | None, life: int | None = None) -> None:
    """Set a cookie with this answer; None takes it away."""
    g.setdefault("new_cookies", []).append((cookie_name(which), value, life))


def session_here() -> LoginSession | None:
    """The living session of this browser, read once per request."""
    if "login_session" not in g:
        here, cookie = outside(), request.cookies.get(cookie_name("session"))
        g.login_session = here.store.sessions.find(cookie, here.clock.now()) if cookie else None
    found: LoginSession | None = g.login_session
    return found


def begin_session(session: LoginSession, cookie: str) -> None:
    """From now on this browser is logged in."""
    set_cookie("session", cookie)
    g.login_session = session


def forget_ended_session() -> None:
    """Take away the cookie of a session that is over; a living one keeps its own."""
    if cookie_name("session") in request.cookies and session_here() is None:
        forget_session()


def forget_session() -> None:
    set_cookie("session", None)
    g.login_session = None
