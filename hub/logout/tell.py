"""Tell the services of a session that it is over, and hear what they say.

Our LogoutRequest: Core §3.7.3.2, Profiles §4.4.3.3.  By SOAP the hub asks at once, all
in parallel; by Redirect and POST the browser carries the message when its page asks
for it.  What counts as an answer: signed, by the service asked, to the request that
waits.  Anything else changes nothing, and is in the trace.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

from hub import audit
from hub.current import note, now, outside, request_id, settings
from hub.errors import HubError, RejectedRequest
from hub.keys.signers import signer_for
from hub.logout import plan as logout_plan
from hub.logout.plan import Way
from hub.registry import staging
from hub.saml import accept_logout, logout_request, soap
from hub.saml.logout_request import LogoutRequest, NameId
from hub.saml.logout_response import LogoutResponse
from hub.saml.message_id import new_message_id
from hub.saml.received import Received
from hub.seams.counts import LOGOUT
from hub.seams.logouts import LegState, LogoutLeg
from metadata import names
from metadata.description import Endpoint
from metadata.errors import MetadataError
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import UnknownServiceProvider

AT_ONCE = 32  # services asked in parallel
WHOLE_TIME = timedelta(seconds=5)  # for all of them together; who hangs longer is left behind


def provider(entity_id: str, *session_ids: str) -> ServiceProvider | None:
    """The service provider as it is approved now; None if it is not any more.

    Of a version that is staged the one that these sessions were answered under.
    """
    try:
        sp = outside().snapshots.current().find(entity_id)
    except UnknownServiceProvider:
        return None
    return staging.provider_of_sessions(sp, *session_ids)


def ways(legs: Sequence[LogoutLeg]) -> tuple[Way, ...]:
    """Each participant that is to be told, with the ways to it that are registered now."""
    return tuple(
        logout_plan.way_of(leg, provider(leg.entity_id, leg.session_id), now())
        for leg in logout_plan.others(legs)
    )


def request_for(leg: LogoutLeg, destination: str) -> LogoutRequest:
    """A LogoutRequest that names the person as the assertion did (`hub.saml.assertion`)."""
    own, is_persistent = settings().own_entity_id, leg.name_id_format == names.PERSISTENT
    return LogoutRequest(
        id=new_message_id(),
        issuer=own,
        issued_at=now(),
        destination=destination,
        not_on_or_after=now() + logout_request.LIFE,
        name_id=NameId(
            leg.name_id,
            leg.name_id_format,
            own if is_persistent else None,
            leg.entity_id if is_persistent else None,
        ),
        session_indexes=(leg.session_index,),
        reason=logout_request.BY_USER,
    )


def asked(leg: LogoutLeg, endpoint: Endpoint) -> LogoutRequest | None:
    """The request to send there, already on record; None if the service has confirmed by now."""
    request = request_for(leg, endpoint.url)
    if not outside().store.logouts.ask(leg, endpoint.binding, request.id, now()):
        return None
    outside().counters.service(leg.entity_id, LOGOUT, "asked", now())
    note("logout asked", f"{leg.entity_id} by {endpoint.binding}, {request.id}")
    return request


def enveloped(request: LogoutRequest, sp: ServiceProvider) -> bytes:
    head, tail = logout_request.head_and_tail(request)
    return signer_for(sp).signed(head, tail, request.id)


def by_soap(legs: Sequence[LogoutLeg]) -> tuple[LogoutLeg, ...]:
    """Ask every service that has a back channel; the legs as they stand after that."""
    after = {(leg.handle, leg.number): leg for leg in legs}
    sent: list[tuple[Way, str, Future[bytes]]] = []
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="logout")
    for way in ways(legs):
        if way.sp is None or way.soap is None:
            continue
        if (request := asked(way.leg, way.soap)) is not None:
            envelope = soap.enveloped_message(enveloped(request, way.sp))
            future = pool.submit(outside().soap.send, way.soap.url, envelope)
            sent.append((way, request.id, future))
    wait([future for _, _, future in sent], WHOLE_TIME.total_seconds())
    pool.shutdown(wait=False, cancel_futures=True)
    for way, id, future in sent:
        leg = outside().store.logouts.told(id, way.leg.entity_id, heard(way, id, future), now())
        after[way.leg.handle, way.leg.number] = leg or way.leg
    return tuple(after.values())


def heard(way: Way, id: str, future: Future[bytes]) -> LegState:
    """What a service's answer by SOAP makes of its leg."""
    if not future.done():
        note("logout unanswered", f"{way.leg.entity_id}: out of time")
        return LegState.SILENT
    try:
        response = answered_by_soap(way, future.result())
        if response.in_response_to != id:
            raise RejectedRequest(f"InResponseTo is not {id!r}", "logout-unasked")
        return kept(response)
    except (HubError, MetadataError) as fault:
        note("logout unanswered", f"{way.leg.entity_id}: {fault.code}: {fault.detail}")
        if fault.code == "soap-silent":
            return LegState.SILENT
        outside().counters.service(way.leg.entity_id, LOGOUT, "error", now())
        return LegState.UNREACHABLE


def answered_by_soap(way: Way, envelope: bytes) -> LogoutResponse:
    assert way.sp is not None and way.soap is not None  # for the type checker; it was asked there
    trace = outside().store.trace
    trace.keep_message(request_id(), way.leg.entity_id, "LogoutResponse", envelope, now())
    received = Received(
        names.SOAP_BINDING, way.soap.url, soap.body_of(envelope), envelope, relay_state=None
    )
    return staging.vouched(way.sp, lambda one: accept_logout.response(received, one, now()))


def answered(received: Received, sp: ServiceProvider) -> tuple[LogoutLeg, LegState]:
    """The leg that this answer by the browser belongs to; raises RejectedRequest if none."""
    response = staging.vouched(sp, lambda one: accept_logout.response(received, one, now()))
    state = state_in(response)
    leg = outside().store.logouts.told(response.in_response_to, sp.entity_id, state, now())
    if leg is None:
        raise RejectedRequest(
            f"no leg of {sp.entity_id} waits for an answer to {response.in_response_to[:80]!r}",
            "logout-unasked",
        )
    return leg, kept(response)


def state_in(response: LogoutResponse) -> LegState:
    return LegState.CONFIRMED if response.is_success else LegState.REFUSED


def kept(response: LogoutResponse) -> LegState:
    """What an answer that was waited for says, on record."""
    state, told = state_in(response), response.status
    note("logout answered", f"{response.issuer}: {told.top} {told.second or ''} {told.message}")
    event = audit.of_service(f"logout-{state.value}", response.issuer, request_id(), now())
    outside().store.ledger.append(event)
    return state
