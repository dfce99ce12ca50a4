"""The SAML front door: `/saml/sso` and the flows that it holds.

Receive, accept, decide, then ask or answer.  Web SSO profile: Profiles §4.1.
Whatever thinks lives below; here it is only put in order.
"""

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import answer, levels, login, servable, services
from hub.answer import Accept
from hub.current import note, now, outside, settings
from hub.errors import HubError, RejectedRequest
from hub.flow import Awaiting, LoginFlow
from hub.inbound import claimed_sender, refuse_head
from hub.login import Held
from hub.registry import staging
from hub.registry.dry_run import REFUSALS
from hub.saml import accept_request, authn_request, post_binding, redirect_binding
from hub.saml.accept_request import AcceptedRequest, Examined, NotFresh, RepeatedRequest
from hub.saml.received import Received
from hub.saml.response import Status
from hub.saml_statuses import saml_status_of
from hub.seams.logins import Sighting
from hub.web import browser
from hub.web.pages import force_locale
from sp_registry.service_provider import ServiceProvider

front_door = Blueprint("front_door", __name__)
front_door.before_request(refuse_head)

SSO = "/saml/sso"
INIT = "/saml/init"


@front_door.get(SSO)
def by_redirect() -> Response:
    """An AuthnRequest by HTTP-Redirect: answered at once where a live session suffices."""
    received = redirect_binding.receive(request.query_string, settings().url(SSO))
    known_browser = browser.hashed_browser()
    handle = login.new_handle()
    examined = examined_from(received, known_browser)
    sighting = Sighting(received.digest, handle, known_browser)
    try:
        return answered_or_held(
            examined, lambda: accepted_from(examined, sighting), handle, known_browser
        )
    except RepeatedRequest as repeated:
        return again(repeated, received, known_browser)


@front_door.post(SSO)
def by_post() -> Response:
    """An AuthnRequest by HTTP-POST: kept, and taken up by our own GET.

    A cross-site POST brings none of our cookies, so nothing is known of the browser yet.
    """
    received = post_binding.receive(
        tuple(request.form.items(multi=True)), settings().url(SSO)
    )
    handle = login.new_handle()
    sp = claimed_sender(received, "AuthnRequest")
    examined = staging.taken(sp, lambda one: examined_under(received, one))
    try:
        accepted = accepted_from(examined, Sighting(received.digest, handle, None))
    except RepeatedRequest as repeated:
        return again(repeated, received, None)
    flow = LoginFlow(
        held=staging.held_undrawn(accepted, received.raw), locale=request.args.get("locale")
    )
    return redirect(login.hold(flow, handle, None), 303)


@front_door.get(INIT)
def by_hub() -> Response:
    """A login that begins here, without a request, where the policy allows it (P§4.1.5).

    Anybody's link can log a person in this way at a service, hence the policy.
    """
    snapshot = outside().snapshots.current()
    approved = snapshot.find(request.args.get("sp", ""))
    sp = staging.version_for(snapshot, approved, browser.hashed_browser())
    accepted = accept_request.unsolicited(sp, now())
    note("accepted", f"a login of {sp.entity_id} that begins at the hub")
    handle = login.new_handle()
    return answered_or_held(accepted, lambda: accepted, handle, browser.hashed_browser())


@front_door.get(SSO + "/continue/<handle>")
def go_on(handle: str) -> Response:
    """A held flow: answered if the login suffices by now, else on to the step it waits for."""
    outside().store.flows.claim(handle, browser.hashed_browser(), now())
    held = met_by_browser(login.held(handle))
    if held.flow.held is None:
        return own_page(held)
    accepted = answer.accepted_again(held.flow.held)
    if not held.flow.proofs:  # a request by POST meets its browser only here
        staging.asked(browser.hashed_browser())
    session = browser.session_here()
    is_fresh = session is not None and session.id == held.flow.session_id
    decided = decided_for(accepted, is_fresh)
    note("decided", type(decided).__name__)
    if isinstance(decided, levels.Ask):
        if held.row.awaiting == Awaiting.ANSWER:
            return login.start_over(held)
        login.go_to_step(held)
    outside().store.flows.finish(held.row, accepted.sp.entity_id, now())
    return carry_out(accepted, lambda: accepted, decided)


def met_by_browser(held: Held) -> Held:
    """A request by POST meets its browser, which draws the version where one is staged."""
    asked = held.flow.held
    if asked is None or asked.posted is None:
        return held
    fields = (("SAMLRequest", asked.posted),)
    received = post_binding.receive(fields, settings().url(SSO))
    met = staging.met_by_browser(asked, received, held.row.held_at)
    return login.keep(held, replace(held.flow, held=met))


def examined_from(received: Received, who: str) -> Examined:
    sp = claimed_sender(received, "AuthnRequest", who)
    try:
        return examined_under(received, sp)
    except REFUSALS:
        staging.refused(received, now())
        raise


def examined_under(received: Received, sp: ServiceProvider) -> Examined:
    try:
        return accept_request.examine(received, sp, now())
    except NotFresh as fault:
        if sp.must_sign_requests:  # else anybody could move its clock
            outside().counters.arrived(sp.entity_id, fault.issued_at, now())
        raise


def accepted_from(examined: Examined, sighting: Sighting) -> AcceptedRequest:
    accepted = accept_request.first_used(examined, outside().store.seen, sighting)
    sp = accepted.sp
    outside().counters.arrived(sp.entity_id, accepted.request.issued_at, now())
    note("accepted", f"{accepted.request.id} of {sp.entity_id}, signed by {accepted.signed_by}")
    outside().keys.asked_again(sp.entity_id, sighting.browser, now())
    staging.asked(sighting.browser)
    if accepted.signed_by is not None:
        outside().keys.certificate_used(sp.entity_id, accepted.signed_by, now())
    return accepted


def answered_or_held(
    examined: Examined, accept: Accept, handle: str, known_browser: str
) -> Response:
    """The answer, where it needs no page of ours; else on to the held flow."""
    locale = wished_locale()
    if locale:
        force_locale(locale)
    decided = decided_for(examined, is_fresh=False)

    def accepted() -> AcceptedRequest:
        found = accept()
        note("decided", type(decided).__name__)
        return found

    if not isinstance(decided, levels.Ask):
        return carry_out(examined, accepted, decided)
    return redirect(login.hold(flow_of(accepted(), locale), handle, known_browser), 303)


def wished_locale() -> str | None:
    """The unsigned parameter `locale`; most requests have none, and are spared the parsing."""
    return request.args.get("locale") if b"locale=" in request.query_string else None


def decided_for(examined: Examined, is_fresh: bool) -> levels.Decision:
    refused = refused_for_all(examined)
    if refused is not None:
        return refused
    session = browser.session_here()
    proofs = session.proofs if session else ()
    return levels.decide(examined.request, examined.sp.policy, proofs, is_fresh)


def refused_for_all(examined: Examined) -> levels.Refuse | None:
    """What no login can mend, told before anybody has to log in."""
    try:
        servable.require(examined, settings().own_entity_id)
    except HubError as fault:
        status = saml_status_of(fault.code, fault.detail)
        if status is None or status.second is None:
            raise
        return levels.Refuse(status.top, status.second, f"{fault.detail} ({fault.code})")
    return None


def carry_out(
    examined: Examined, accept: Accept, decided: levels.Answer | levels.Refuse
) -> Response:
    session = browser.session_here()
    if isinstance(decided, levels.Answer) and session is not None:
        return answer.to_examined(examined, accept, session, decided)
    assert isinstance(decided, levels.Refuse)  # an Answer always has its session
    status = Status(decided.top_status, decided.second_status, decided.reason)
    return answer.with_status(examined, accept, status, decided.reason)


def again(repeated: RepeatedRequest, received: Received, known_browser: str | None) -> Response:
    """The same request once more: a reload goes on where it was, a replay is refused."""
    first = repeated.first
    if first.digest != received.digest:
        raise RejectedRequest(repeated.detail, "request-repeated")
    if first.browser is not None and first.browser != known_browser:
        raise RejectedRequest(repeated.detail + " in another browser", "request-repeated")
    note("repeated", "the same message came again; one request never yields two assertions")
    if outside().store.flows.is_open(first.flow, now()):
        return redirect(login.url_of(first.flow, Awaiting.ANSWER), 303)
    return already_answered(authn_request.issuer(received.root))


def already_answered(entity_id: str) -> Response:
    sp = outside().snapshots.current().find(entity_id)
    page = render_template(
        "already_answered.html",
        service_name=services.name_of(sp),
        back_url=services.home_of(sp),
    )
    return make_response(page)


def flow_of(accepted: AcceptedRequest, locale: str | None) -> LoginFlow:
    return LoginFlow(held=staging.held(accepted), locale=locale)


def own_page(held: Held) -> Response:
    """The hub's own login: there is no service to answer, so on to the person's page."""
    if held.row.awaiting != Awaiting.ANSWER:
        login.go_to_step(held)
    outside().store.flows.finish(held.row, None, now())
    return redirect(held.flow.then or "/me", 303)
