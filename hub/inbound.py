"""Who an inbound message claims to be from; the message kept for its trace.

Claims, since no signature is checked here.
"""

from flask import abort, g, request

from hub.current import now, outside, request_id
from hub.registry import staging
from hub.saml import authn_request
from hub.saml.received import Received
from sp_registry.service_provider import ServiceProvider


def refuse_head() -> None:
    """Flask answers HEAD as GET, which would use up the message in a mere look at it."""
    if request.method == "HEAD":
        abort(405)


def claimed_sender(received: Received, kind: str, who: str | None = None) -> ServiceProvider:
    """The approved service provider that Issuer names; raises UnknownServiceProvider.

    Only what names one is kept, so that strangers cannot fill the database.  `who` draws
    the version where one is staged; without it this is the one in force for all.
    """
    snapshot = outside().snapshots.current()
    sp = snapshot.find(authn_request.issuer(received.root))
    g.claimed_sender = sp.entity_id
    outside().store.trace.keep_message(request_id(), sp.entity_id, kind, received.raw, now())
    return staging.version_for(snapshot, sp, who) if snapshot.staged and who else sp
