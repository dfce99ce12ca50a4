"""Decide whether an AuthnRequest may be acted upon.

Core §3.2.1 and §3.4.1.4; Destination: Bindings §3.4.5.2 and §3.5.5.2.  Cheap
and unforgeable things first: nothing is read before the signature stands, and
the ID is remembered last, so that no forged or stale message can use up the ID
of an honest one.  Whether the person's login suffices is for `hub.levels`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.errors import HubError, RejectedRequest
from hub.saml import authn_request, request_signature
from hub.saml.authn_request import AuthnRequest
from hub.saml.received import Received
from hub.seams.logins import SeenRequests, Sighting
from metadata.description import Endpoint
from sp_registry.service_provider import ServiceProvider, UnservedBinding

MAX_AGE = timedelta(minutes=5)
CLOCK_SKEW = timedelta(minutes=3)


class RepeatedRequest(HubError):
    """The ID was seen before; `first` tells a reload from a replay."""

    code = "request-repeated"

    def __init__(self, detail: str, first: Sighting) -> None:
        super().__init__(detail)
        self.first = first


class NotFresh(RejectedRequest):
    """IssueInstant is too far from our clock; a request that must be signed was so."""

    code = "request-stale"

    def __init__(self, detail: str, code: str, issued_at: datetime) -> None:
        super().__init__(detail, code)
        self.issued_at = issued_at


@dataclass(frozen=True, slots=True)
class Examined:
    """A request that has stood every check but the last, so nothing may be answered to it."""

    request: AuthnRequest
    sp: ServiceProvider
    answer_to: Endpoint
    relay_state: str | None  # the sender's own; given back unread
    signed_by: str | None  # fingerprint of the certificate that vouched for it
    unserved: str | None = None  # why `answer_to` can be told no more than UnsupportedBinding

    @property
    def in_response_to(self) -> str | None:
        """The request's ID; None for a login that began at the hub (P§4.1.5)."""
        return self.request.id or None


@dataclass(frozen=True, slots=True)
class AcceptedRequest(Examined):
    """A request that may be answered.  Made only in this module: to hold one is the proof."""


def accept(
    received: Received,
    sp: ServiceProvider,
    seen: SeenRequests,
    sighting: Sighting,
    now: datetime,
) -> AcceptedRequest:
    """The request, accepted; raises RejectedRequest, BadSignature or RepeatedRequest."""
    return first_used(examine(received, sp, now), seen, sighting)


def first_used(good: Examined, seen: SeenRequests, sighting: Sighting) -> AcceptedRequest:
    """The last check: the ID was never used, and is from now on; raises RepeatedRequest."""
    require_first_use(good.request, seen, sighting)
    return AcceptedRequest(
        good.request, good.sp, good.answer_to, good.relay_state, good.signed_by, good.unserved
    )


def examine(received: Received, sp: ServiceProvider, now: datetime) -> Examined:
    """Every check of `accept` but the first use of the ID; nothing is remembered of it."""
    require_trusted(sp, now)
    checked = request_signature.checked(received, sp, sp.must_sign_requests, now)
    request = authn_request.read(checked.element)
    is_signed = checked.signed_by is not None
    require_issuer(request, sp)
    require_destination(request, received, is_signed)
    require_fresh(request.issued_at, now)
    require_on_behalf_of(request, sp, is_signed)
    answer_to, unserved = consumer(request, sp)
    signed_by = checked.signed_by.fingerprint if checked.signed_by else None
    return Examined(request, sp, answer_to, received.relay_state, signed_by, unserved)


def taken_up_again(
    request: AuthnRequest,
    sp: ServiceProvider,
    relay_state: str | None,
    signed_by: str | None,
    now: datetime,
) -> AcceptedRequest:
    """A request that was accepted and held, with its service provider read anew.

    Between asking and answering an approval may have been withdrawn or a
    consumer removed; then no answer may leave.
    """
    require_trusted(sp, now)
    answer_to, unserved = consumer(request, sp)
    return AcceptedRequest(request, sp, answer_to, relay_state, signed_by, unserved)


def unsolicited(sp: ServiceProvider, now: datetime) -> AcceptedRequest:
    """A login that begins at the hub, where the policy allows it (Profiles §4.1.5)."""
    require_trusted(sp, now)
    if not sp.policy.idp_initiated:
        raise RejectedRequest(
            f"the policy of {sp.entity_id} lets no login begin at the hub", "init-not-allowed"
        )
    request = AuthnRequest(id="", issuer=sp.entity_id, issued_at=now)
    answer_to, unserved = consumer(request, sp)
    return AcceptedRequest(request, sp, answer_to, sp.policy.return_url, None, unserved)


def consumer(request: AuthnRequest, sp: ServiceProvider) -> tuple[Endpoint, str | None]:
    """Where the answer goes, and why it can only be UnsupportedBinding, if so.

    A consumer that is not registered raises: such an address is told nothing.
    """
    try:
        asked = (request.consumer_url, request.consumer_index, request.protocol_binding)
        return sp.consumer_for(*asked), None
    except UnservedBinding as fault:
        return fault.told_at, fault.detail


def require_trusted(sp: ServiceProvider, now: datetime) -> None:
    if not sp.is_trusted_at(now):
        raise RejectedRequest(
            f"{sp.entity_id} is suspended, or its metadata's validUntil has passed",
            "sp-not-trusted",
        )


def require_issuer(request: AuthnRequest, sp: ServiceProvider) -> None:
    if request.issuer != sp.entity_id:
        raise RejectedRequest(
            f"Issuer is {request.issuer!r}, expected {sp.entity_id!r}", "request-issuer"
        )


def require_destination(request: AuthnRequest, received: Received, is_signed: bool) -> None:
    if request.destination is None and not is_signed:
        return  # only a signed message must name where it was meant for
    if request.destination != received.at_url:
        raise RejectedRequest(
            f"Destination is {request.destination!r}, expected {received.at_url!r}",
            "request-destination",
        )


def require_fresh(issued_at: datetime, now: datetime) -> None:
    if issued_at > now + CLOCK_SKEW:
        raise NotFresh(
            f"IssueInstant {issued_at} is ahead of our {now}", "request-from-the-future", issued_at
        )
    if issued_at < now - MAX_AGE - CLOCK_SKEW:
        raise NotFresh(f"IssueInstant {issued_at} is too old at {now}", "request-stale", issued_at)


def require_on_behalf_of(request: AuthnRequest, sp: ServiceProvider, is_signed: bool) -> None:
    if request.on_behalf_of is None:
        return
    if not is_signed:
        raise RejectedRequest(
            "OnBehalfOf needs a signed request", "request-on-behalf-of-unsigned"
        )
    if request.on_behalf_of not in dict(sp.policy.on_behalf_of):
        raise RejectedRequest(
            f"OnBehalfOf {request.on_behalf_of!r} is not registered for {sp.entity_id}",
            "request-on-behalf-of",
        )


def require_first_use(request: AuthnRequest, seen: SeenRequests, sighting: Sighting) -> None:
    stale_at = request.issued_at + MAX_AGE + CLOCK_SKEW
    first = seen.add(request.issuer, request.id, sighting, until=stale_at)
    if first is not None:
        raise RepeatedRequest(f"ID {request.id!r} was used before by {request.issuer}", first)
