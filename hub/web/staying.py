"""How long a login or a session has left, and a way to stay (WCAG 2.2, 2.2.1).

A script of ours warns two minutes before the time is out, and asks here first, since another
tab may have been in use.  Staying is what any page of a session does: 30 minutes more, never
beyond two hours.  A held login gets 60 minutes more, within two hours too.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, g, jsonify, url_for
from werkzeug.wrappers import Response

from hub.current import now, outside
from hub.errors import FlowError
from hub.flow import LONGEST as LONGEST_FLOW
from hub.login_session import LoginSession
from hub.seams.logins import HeldFlow
from hub.web import browser

staying = Blueprint("staying", __name__)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What a page tells the script."""

    seconds: int
    may_stay: bool  # False: the end cannot be put off
    address: str  # GET: how long is left; POST: stay


def init_staying(app: Flask) -> None:
    app.register_blueprint(staying)
    app.context_processor(lambda: {"time_left": g.get("time_left")})


def use(session: LoginSession) -> None:
    """The session is in use: its 30 minutes begin anew, and its page says when they end."""
    outside().store.sessions.touch(session.id, now())
    g.time_left = of_session(session, now())


def of_session(session: LoginSession, used_at: datetime) -> TimeLeft:
    ends_at = session.ends_at(used_at)
    may_stay = ends_at < session.latest_end
    return TimeLeft(seconds_until(ends_at), may_stay, url_for("staying.session_left"))


def of_flow(row: HeldFlow) -> TimeLeft:
    latest = row.held_at + LONGEST_FLOW
    address = url_for("staying.flow_left", handle=row.handle)
    return TimeLeft(seconds_until(row.ends_at), row.ends_at < latest, address)


def seconds_until(end: datetime) -> int:
    return max(0, int((end - now()).total_seconds()))


@staying.get("/stay")
def session_left() -> Response:
    session = browser.session_here()
    return told(of_session(session, session.last_used_at) if session else None)


@staying.post("/stay")
def stay_in_session() -> Response:
    session = browser.session_here()
    if session is not None:
        use(session)
    return told(g.get("time_left"))


@staying.get("/stay/<handle>")
def flow_left(handle: str) -> Response:
    return told(flow_here(handle))


@staying.post("/stay/<handle>")
def stay_in_flow(handle: str) -> Response:
    outside().store.flows.extend(handle, browser.hashed_browser(), now())
    return told(flow_here(handle))


def flow_here(handle: str) -> TimeLeft | None:
    try:
        return of_flow(outside().store.flows.find(handle, browser.hashed_browser(), now()))
    except FlowError:
        return None  # over, or another browser's: nothing is left here


def told(left: TimeLeft | None) -> Response:
    seconds, may_stay = (left.seconds, left.may_stay) if left else (0, False)
    return jsonify(seconds=seconds, mayStay=may_stay)
