"""Decide whether an ArtifactResolve may be obeyed (Core §3.5.1, Bindings §3.6.5).

It must be signed, whatever the metadata says of login requests: a connection
says nothing of who asks.  Everything is checked before the artifact is looked
up, and the ID is remembered last.  What lies under the artifact, and whether it
is this service provider's, is for the store.
"""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from hub.errors import RejectedRequest
from hub.saml import authn_request, request_signature
from hub.saml.accept_request import (
    CLOCK_SKEW,
    MAX_AGE,
    require_fresh,
    require_trusted,
)
from hub.saml.received import Received
from hub.seams.logins import SeenRequests, Sighting
from metadata import names
from metadata.safe_xml import text_of
from sp_registry.service_provider import ServiceProvider

LONGEST_ARTIFACT = 200  # characters; ours have 60


@dataclass(frozen=True, slots=True)
class ArtifactResolve:
    """A service provider asks for what lies under an artifact.  Made only by `accept`."""

    id: str
    sp: ServiceProvider
    artifact: str


def accept(
    received: Received, sp: ServiceProvider, seen: SeenRequests, now: datetime
) -> ArtifactResolve:
    """Raises RejectedRequest or BadSignature."""
    require_trusted(sp, now)
    root = request_signature.checked(received, sp, True, now).element
    authn_request.require_root(root, "ArtifactResolve")
    found = ArtifactResolve(authn_request.message_id(root), sp, artifact_of(root))
    require_issuer(authn_request.issuer(root), sp)
    require_destination(root.get("Destination"), received)
    issued_at = authn_request.instant(root, "IssueInstant")
    require_fresh(issued_at, now)
    require_first_use(found, seen, received, issued_at)
    return found


def artifact_of(root: etree._Element) -> str:
    found = authn_request.child(root, names.SAMLP, "Artifact")
    text = "" if found is None else text_of(found).strip()
    if not 0 < len(text) <= LONGEST_ARTIFACT:
        raise RejectedRequest("Artifact is missing or too long", "artifact-missing")
    return text


def require_issuer(issuer: str, sp: ServiceProvider) -> None:
    if issuer != sp.entity_id:
        raise RejectedRequest(
            f"Issuer is {issuer!r}, expected {sp.entity_id!r}", "request-issuer"
        )


def require_destination(destination: str | None, received: Received) -> None:
    """By SOAP it may be absent (B§3.2); the connection says whom the message is for."""
    if destination not in (None, received.at_url):
        raise RejectedRequest(
            f"Destination is {destination!r}, expected {received.at_url!r}", "request-destination"
        )


def require_first_use(
    found: ArtifactResolve, seen: SeenRequests, received: Received, issued_at: datetime
) -> None:
    sighting = Sighting(received.digest, flow="", browser=None)
    stale_at = issued_at + MAX_AGE + CLOCK_SKEW
    if seen.add(found.sp.entity_id, found.id, sighting, until=stale_at) is not None:
        raise RejectedRequest(
            f"ID {found.id!r} was used before by {found.sp.entity_id}", "request-repeated"
        )
