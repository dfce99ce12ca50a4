"""The SAML door of single logout: `/saml/slo` and its back channel.

Receive, accept, end, tell, answer.  Profiles §4.4; Bindings §3.2, §3.4 and §3.5.
"""

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certs.errors import CertsError
from hub.current import note, now, outside, request_id, settings
from hub.errors import HubError, RejectedRequest
from hub.inbound import claimed_sender, refuse_head
from hub.login import new_handle
from hub.logout import ending as logout
from hub.logout import plan as logout_plan
from hub.logout import tell as logout_tell
from hub.logout.ending import Asker
from hub.logout.pages import in_the_extra_window
from hub.registry import staging
from hub.saml import accept_logout, post_binding, redirect_binding, soap
from hub.saml.accept_logout import AcceptedLogout
from hub.saml.accept_request import RepeatedRequest
from hub.saml.received import Received
from hub.seams.logins import Sighting
from hub.seams.logouts import LegState
from hub.services import name_of
from hub.web import browser
from metadata import names
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError

logout_door = Blueprint("logout_door", __name__)
logout_door.before_request(refuse_head)

SLO = "/saml/slo"
SLO_SOAP = "/saml/slo/soap"
REQUEST, RESPONSE = "SAMLRequest", "SAMLResponse"

log = logging.getLogger("minid")


@logout_door.get(SLO)
def by_redirect() -> Response:
    parameter = which(list(request.args))
    received = redirect_binding.receive(request.query_string, settings().url(SLO), parameter)
    if parameter == RESPONSE:
        return answered(received)
    return asked(received, browser.hashed_browser())


@logout_door.post(SLO)
def by_post() -> Response:
    """By HTTP-POST from another site: no cookie of ours comes along, and none is set."""
    fields = tuple(request.form.items(multi=True))
    parameter = which([name for name, _ in fields])
    received = post_binding.receive(fields, settings().url(SLO), parameter)
    return answered(received) if parameter == RESPONSE else asked(received, None)


@logout_door.post(SLO_SOAP)
def by_soap() -> Response:
    """The back channel: ask by SOAP, be told by SOAP; a stranger learns nothing."""
    try:
        message = answer_to_envelope(request.get_data())
        status = 200
    except (HubError, RegistryError, MetadataError, CertsError) as fault:
        log.warning("%s %s: %s", request_id(), fault.code, fault.detail)
        note("refused", f"{fault.code}: {fault.detail}")
        message, status = soap.fault(), 500
    return Response(message, status, content_type=soap.CONTENT_TYPE)


def answer_to_envelope(envelope: bytes) -> bytes:
    received = Received(
        names.SOAP_BINDING, settings().url(SLO_SOAP), soap.body_of(envelope), envelope, None
    )
    handle = new_handle()
    accepted = accepted_from(received, Sighting(received.digest, handle, None))
    held = logout.asked_by(accepted, handle, None)
    status = logout_plan.UNKNOWN if held is None else logout_plan.status_of(held.legs)
    if held is not None:
        outside().store.logouts.answer(handle, now())
    return soap.enveloped_message(logout.answer_by_soap(status, Asker.of(accepted), accepted.sp))


def asked(received: Received, browser_hash: str | None) -> Response:
    """A LogoutRequest by the browser: the hub's session ends, and the page tells the rest."""
    handle = new_handle()
    try:
        accepted = accepted_from(received, Sighting(received.digest, handle, browser_hash))
    except RepeatedRequest as repeated:
        return again(repeated, received, browser_hash)
    held = logout.asked_by(accepted, handle, browser_hash)
    if held is None:
        return logout.answer_with(logout_plan.UNKNOWN, Asker.of(accepted))
    if browser_hash is not None:
        browser.forget_ended_session()
    asker = logout.asker_of(held)
    if asker is None or not logout_plan.is_complete(held.legs):
        return page_of(handle)
    return logout.answer(held, asker) or page_of(handle)


def answered(received: Received) -> Response:
    """A LogoutResponse by the browser: its leg is marked, in the window that walks the legs."""
    sp = claimed_sender(received, "LogoutResponse")
    _, state = logout_tell.answered(received, sp)
    return in_the_extra_window(
        render_template(
            "logout_leg.html", name=name_of(sp), is_out=state == LegState.CONFIRMED
        )
    )


def accepted_from(received: Received, sighting: Sighting) -> AcceptedLogout:
    sp = claimed_sender(received, "LogoutRequest")
    own, seen = settings().own_entity_id, outside().store.seen
    accepted = staging.vouched(
        sp, lambda one: accept_logout.request(received, one, own, seen, sighting, now())
    )
    note("accepted", f"LogoutRequest {accepted.request.id} of {sp.entity_id}")
    outside().keys.logged_out(accepted.sp.entity_id, accepted.request.session_indexes, now())
    if accepted.signed_by is not None:
        outside().keys.certificate_used(sp.entity_id, accepted.signed_by, now())
    return accepted


def again(repeated: RepeatedRequest, received: Received, browser_hash: str | None) -> Response:
    """The same request once more: a reload finds its page again, a replay is refused."""
    first = repeated.first
    if first.digest != received.digest or browser_hash is None or first.browser != browser_hash:
        raise RejectedRequest(repeated.detail, "request-repeated")
    return page_of(first.flow)


def page_of(handle: str) -> Response:
    return redirect(url_for("logout_pages.page", handle=handle), 303)


def which(parameters: list[str]) -> str:
    """Whether a request or an answer came; both at once is neither."""
    if REQUEST in parameters and RESPONSE in parameters:
        raise RejectedRequest("SAMLRequest and SAMLResponse at once", "request-parameter-twice")
    return RESPONSE if RESPONSE in parameters else REQUEST
