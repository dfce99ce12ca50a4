"""Decide whether a message of single logout may be believed (Profiles §4.4).

Core §3.7.3; Destination: Bindings §3.4.5.2 and §3.5.5.2.  Both kinds of message
are signed in every binding, whatever the metadata says of login requests: an
unsigned logout is a stranger's prank, an unsigned answer a false comfort.  The
ID of a request is remembered last, so that no forged message uses up the ID of
an honest one.  Whose sessions it means is found by `hub.store.logouts`, and
whether an answer was asked for is known there too.
"""

from dataclasses import dataclass, field
from datetime import datetime

from hub.errors import RejectedRequest
from hub.saml import logout_request, logout_response, request_signature
from hub.saml.accept_request import (
    CLOCK_SKEW,
    MAX_AGE,
    RepeatedRequest,
    require_fresh,
    require_trusted,
)
from hub.saml.logout_request import LogoutRequest, NameId
from hub.saml.logout_response import LogoutResponse
from hub.saml.received import Received
from hub.seams.logins import SeenRequests, Sighting
from metadata import names
from sp_registry.service_provider import ServiceProvider


@dataclass(frozen=True, slots=True)
class AcceptedLogout:
    """A request that is to be obeyed.  Made only in this module: to hold one is the proof."""

    request: LogoutRequest
    sp: ServiceProvider
    binding: str  # how it came
    relay_state: str | None = field(repr=False)  # the sender's own; given back unread
    signed_by: str | None = None  # fingerprint of the certificate that vouched for it


def request(
    received: Received,
    sp: ServiceProvider,
    own_entity_id: str,
    seen: SeenRequests,
    sighting: Sighting,
    now: datetime,
) -> AcceptedLogout:
    """The LogoutRequest, accepted; raises RejectedRequest, BadSignature or RepeatedRequest."""
    require_trusted(sp, now)
    checked = request_signature.checked(received, sp, True, now)
    found = logout_request.read(checked.element)
    require_issuer(found.issuer, sp)
    require_destination(found.destination, received)
    require_fresh(found.issued_at, now)
    require_in_time(found, now)
    require_fitting_qualifiers(found.name_id, own_entity_id, sp)
    require_first_use(found, seen, sighting)
    signed_by = checked.signed_by.fingerprint if checked.signed_by else None
    return AcceptedLogout(found, sp, received.binding, received.relay_state, signed_by)


def response(received: Received, sp: ServiceProvider, now: datetime) -> LogoutResponse:
    """The LogoutResponse, believed as far as its sender goes; raises as `request` does.

    No memory of its ID is needed: it counts once, for the one request that waits for it.
    """
    require_trusted(sp, now)
    checked = request_signature.checked(received, sp, True, now)
    found = logout_response.read(checked.element)
    require_issuer(found.issuer, sp)
    if received.binding != names.SOAP_BINDING:  # there the connection says whom it is for
        require_destination(found.destination, received)
    require_fresh(found.issued_at, now)
    return found


def require_issuer(issuer: str, sp: ServiceProvider) -> None:
    if issuer != sp.entity_id:
        raise RejectedRequest(
            f"Issuer is {issuer!r}, expected {sp.entity_id!r}", "request-issuer"
        )


def require_destination(destination: str | None, received: Received) -> None:
    if destination is None and received.binding == names.SOAP_BINDING:
        return  # B§3.2 does not ask for it
    if destination != received.at_url:
        raise RejectedRequest(
            f"Destination is {destination!r}, expected {received.at_url!r}",
            "request-destination",
        )


def require_in_time(found: LogoutRequest, now: datetime) -> None:
    limit = found.not_on_or_after
    if limit is not None and now >= limit + CLOCK_SKEW:
        raise RejectedRequest(f"NotOnOrAfter {limit} has passed at {now}", "logout-expired")


def require_fitting_qualifiers(name_id: NameId, own: str, sp: ServiceProvider) -> None:
    """Qualifiers may be left out; one that is there says whose name this is (C§2.2.2)."""
    for what, found, wanted in (
        ("NameQualifier", name_id.name_qualifier, own),
        ("SPNameQualifier", name_id.sp_name_qualifier, sp.entity_id),
    ):
        if found is not None and found != wanted:
            raise RejectedRequest(
                f"{what} is {found[:200]!r}, expected {wanted!r} or none", "logout-name-id"
            )


def require_first_use(found: LogoutRequest, seen: SeenRequests, sighting: Sighting) -> None:
    stale_at = found.issued_at + MAX_AGE + CLOCK_SKEW
    first = seen.add(found.issuer, found.id, sighting, until=stale_at)
    if first is not None:
        raise RepeatedRequest(f"ID {found.id!r} was used before by {found.issuer}", first)
