"""The hub's own pages of a logout: ask, walk, tell the truth, answer.

The page stays in its tab and lists each service.  No timer of ours runs on a
service's page, so one extra window walks through those that only the browser can
tell; without JavaScript each opens in a tab of its own.  Whatever the window meets,
a service counts as logged out on its signed answer alone.
"""

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from hub.current import now, outside
from hub.errors import FlowError
from hub.login import new_handle
from hub.logout import ending as logout
from hub.logout import plan as logout_plan
from hub.logout import tell as logout_tell
from hub.logout.plan import Verdict, Way
from hub.saml import logout_request
from hub.seams.logouts import HeldLogout
from hub.services import name_of
from hub.web import browser
from sp_registry.service_provider import ServiceProvider

logout_pages = Blueprint("logout_pages", __name__)

TEXTS = {
    Verdict.OUT: _("Logga ut"),
    Verdict.NOT_YET: _("Ikkje logga ut enno"),
    Verdict.PENDING: _("Ventar på svar"),
    Verdict.SILENT: _("Svarte ikkje"),
    Verdict.UNREACHABLE: _("Fekk ikkje kontakt"),
    Verdict.ERROR: _("Svarte med ein feil"),
    Verdict.CANNOT: _("Kan ikkje få beskjed"),
}


@logout_pages.get("/logout")
def ask() -> str:
    session_id = known_session()
    participants = outside().store.sessions.participants(session_id) if session_id else ()
    names = sorted({service_name(one.entity_id) for one in participants})
    return render_template("logout_ask.html", is_known=session_id is not None, names=names)


@logout_pages.post("/logout")
def log_out() -> Response:
    """End the session of this browser, over or not, and go on to who must be told."""
    session_id = known_session()
    handle = new_handle()
    held = session_id and logout.asked_here(session_id, handle, browser.hashed_browser())
    browser.forget_session()
    if not held:
        return make_response(render_template("logged_out.html"))
    return redirect(url_for("logout_pages.page", handle=handle), 303)


@logout_pages.get("/logout/<handle>")
def page(handle: str) -> Response:
    outside().store.logouts.claim(handle, browser.hashed_browser(), now())
    browser.forget_ended_session()
    held = found(handle)
    asker = logout.asker_of(held)
    if asker is not None and logout_plan.is_complete(held.legs):
        return logout.answer(held, asker) or page(handle)
    return make_response(
        render_template("logout.html", handle=handle, asker=asker_name(held), **shown(held))
    )


@logout_pages.post("/logout/<handle>")
def go_on(handle: str) -> Response:
    """Answer the asking service with how far it came, also before all legs are walked."""
    held = found(handle)
    asker = logout.asker_of(held)
    answer = asker and logout.answer(held, asker)
    return answer or redirect(url_for("logout_pages.page", handle=handle), 303)


@logout_pages.get("/logout/<handle>/state")
def state(handle: str) -> Response:
    """The same truth as the page's, for its script."""
    facts = shown(found(handle))
    legs = [
        {"number": leg["number"], "verdict": leg["verdict"], "text": str(leg["text"])}
        for leg in facts["legs"]
    ]
    return jsonify(legs=legs)


@logout_pages.get("/logout/<handle>/leg/<int:number>")
def leg(handle: str, number: int) -> Response:
    """Send the browser to one service with a LogoutRequest of its own."""
    held = found(handle)
    way = next((way for way in logout_tell.ways(held.legs) if way.leg.number == number), None)
    if way is None or way.front is None or way.sp is None:
        raise FlowError(f"leg {number} cannot be walked by the browser", "logout-unknown")
    asked = logout_tell.asked(way.leg, way.front)
    if asked is None:
        return told_before(way.sp)
    head, tail = logout_request.head_and_tail(asked)
    return in_the_extra_window(
        logout.carried(head, tail, asked.id, "SAMLRequest", None, way.front, way.sp)
    )


def told_before(sp: ServiceProvider) -> Response:
    return in_the_extra_window(
        render_template("logout_leg.html", name=name_of(sp), is_out=True)
    )


def in_the_extra_window(content: str | Response) -> Response:
    """A page of the window that walks: it leaves the opener's policy as the services' pages
    have it, or the browser would cut the window from the page that leads it."""
    page = make_response(content)
    page.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return page


def found(handle: str) -> HeldLogout:
    return outside().store.logouts.find(handle, browser.hashed_browser(), now())


def shown(held: HeldLogout) -> dict[str, list[dict[str, object]]]:
    return {"legs": [shown_leg(held, way) for way in logout_tell.ways(held.legs)]}


def shown_leg(held: HeldLogout, way: Way) -> dict[str, object]:
    verdict = logout_plan.verdict(way, now())
    return {
        "number": way.leg.number,
        "name": name_of(way.sp) if way.sp else service_name(way.leg.entity_id),
        "verdict": verdict.value,
        "text": TEXTS[verdict],
        "is_out": verdict == Verdict.OUT,
        "to_walk": logout_plan.is_to_be_walked(way),
        "url": url_for("logout_pages.leg", handle=held.handle, number=way.leg.number)
        if way.front and verdict != Verdict.OUT
        else None,
    }


def asker_name(held: HeldLogout) -> str | None:
    asker = logout.asker_of(held)
    return None if asker is None else service_name(asker.entity_id)


def service_name(entity_id: str) -> str:
    sp = logout_tell.provider(entity_id)
    return entity_id if sp is None else name_of(sp)


def known_session() -> str | None:
    """The session of this browser's cookie: one that is over has services to tell all the same."""
    cookie = request.cookies.get(browser.cookie_name("session"))
    return outside().store.logouts.session_of(cookie) if cookie else None
