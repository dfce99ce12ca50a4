"""Whether a message must be signed, and the bytes that were.

Core §5.4 (enveloped) and Bindings §3.4.4.1 (Redirect).  Policy alone decides if
a signature must be there; one that is there is always checked.  An old algorithm
passes only by an exception of this service provider whose last day has not gone.
"""

from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from certs.certificate import Certificate
from hub.errors import RejectedRequest
from hub.saml.received import DetachedSignature, Received
from metadata import names
from metadata.algorithms import Accepted, accepted_at
from metadata.signature import BadSignature, has_signature, signed_part, verify_detached
from sp_registry.service_provider import ServiceProvider

# JavaScript's encodeURIComponent leaves an apostrophe as it is, so Node's senders sign it
# so; the browser then escapes it on the way (WHATWG URL, special-query percent-encode set).
ESCAPED_APOSTROPHE = b"%27"


@dataclass(frozen=True, slots=True)
class Checked:
    """The element to read on, and whose key vouches for it: None for an unsigned one."""

    element: etree._Element = field(repr=False)
    signed_by: Certificate | None


def checked(
    received: Received, sp: ServiceProvider, must_be_signed: bool, now: datetime
) -> Checked:
    """The part of the message that may be read; raises RejectedRequest or BadSignature."""
    accepted = accepted_at(sp.policy.algorithm_exceptions, now)
    if received.detached is not None:
        return redirect_signed(received, sp, accepted)
    if has_signature(received.root):
        return enveloped_signed(received, sp, accepted)
    if must_be_signed:
        raise RejectedRequest(
            "the message is unsigned, and this service provider's metadata or policy says "
            "that it signs",
            "signature-missing",
        )
    return Checked(received.root, None)


def redirect_signed(received: Received, sp: ServiceProvider, accepted: Accepted) -> Checked:
    assert received.detached is not None  # for the type checker; `checked` has looked
    if has_signature(received.root):
        # B§3.4.4.1: an enveloped signature does not travel by Redirect; two would disagree.
        raise RejectedRequest(
            "the message is signed both in the query and in the XML", "signature-several"
        )
    signed = received.detached.signed
    try:
        certificate = verified(signed, received.detached, sp, accepted)
    except BadSignature:
        if ESCAPED_APOSTROPHE not in signed:
            raise
        before = signed.replace(ESCAPED_APOSTROPHE, b"'")
        certificate = verified(before, received.detached, sp, accepted)
    return Checked(received.root, certificate)


def verified(
    signed: bytes, signature: DetachedSignature, sp: ServiceProvider, accepted: Accepted
) -> Certificate:
    return verify_detached(
        signed,
        signature.value,
        signature.algorithm,
        sp.signing_certificates,
        accepted=accepted.signatures,
    )


def enveloped_signed(received: Received, sp: ServiceProvider, accepted: Accepted) -> Checked:
    if received.binding == names.HTTP_REDIRECT:
        raise RejectedRequest(
            "an enveloped signature came by Redirect; the query must be signed instead",
            "signature-misplaced",
        )
    part = signed_part(
        received.root, sp.signing_certificates, accepted.signatures, accepted.digests
    )
    return Checked(part.element, part.certificate)
