"""What the person's own pages share: who is here, and proving it once more.

What changes how somebody logs in, or gives away what we know, asks for both factors
again if they were given more than five minutes ago (NIST 800-63B §4.2.3).
"""

from datetime import timedelta

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import login
from hub.current import now, outside
from hub.errors import FlowError
from hub.flow import Awaiting, LoginFlow
from hub.login import Held
from hub.login_session import LoginSession
from hub.person import Person
from hub.web import browser, staying

FRESH = timedelta(minutes=5)


def here() -> LoginSession:
    """The session of this browser, in use; without one the person logs in first."""
    session = browser.session_here()
    if session is None:
        abort(log_in_for(this_page() if request.method == "GET" else None))
    staying.use(session)
    return session


def confirmed(back: str | None = None) -> LoginSession:
    """The same, with both factors given lately; else a login that leads back to a page."""
    session = here()
    if session.authenticated_at < now() - FRESH:
        abort(log_in_for(back or this_page()))
    return session


def this_page() -> str:
    """The address that is asked for, with what its form carries along."""
    return request.full_path if request.query_string else request.path


def log_in_for(page_of_ours: str | None) -> Response:
    return login.begin(LoginFlow(then=page_of_ours), "password.ask")


def begun(flow: LoginFlow, awaiting: Awaiting) -> Response:
    """Begin a change that takes more than one page, in this browser alone."""
    return login.begin(flow, login.PAGE_OF[awaiting], awaiting)


def at_step(handle: str, awaiting: Awaiting, back: str) -> tuple[LoginSession, Held]:
    """The change on its way, of the person who is logged in and of nobody else."""
    session = here()
    if request.method == "POST" and "cancel" in request.form:
        abort(redirect(broken_off(handle, back), 303))
    held = login.at_step(handle, awaiting)
    if held.flow.person_id != session.person_id:
        abort(redirect(back, 303))
    return session, held


def broken_off(handle: str, back: str) -> str:
    """Where a change that is broken off leads: to the login that waits for it, if one does."""
    try:
        return login.held(handle).flow.then or back
    except FlowError:  # it came to its end by itself
        return back


def owner(session: LoginSession) -> Person:
    return outside().store.people.get(session.person_id)


def page(template: str, session: LoginSession, **more: object) -> str:
    """A page within a session, which says when the session ends."""
    return render_template(template, session_ends_at=session.ends_at(now()), **more)
