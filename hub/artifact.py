"""`/saml/artifact`: a service provider fetches the answer that lies under an artifact.

Bindings §3.6.5 and §3.2.  Whoever asks is believed by their signature alone.  A
refusal is one and the same SOAP fault; its exact code stands in log and trace.
To fetch an answer is evidence that its login reached the service, so it is on
record before the answer leaves.
"""

import logging

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from certs.errors import CertsError
from hub import audit
from hub.current import note, now, outside, request_id, settings
from hub.errors import HubError
from hub.inbound import claimed_sender
from hub.keys.signers import signer_for
from hub.registry import staging
from hub.saml import artifact as artifacts
from hub.saml import artifact_resolve, artifact_response, soap
from hub.saml.artifact_resolve import ArtifactResolve
from hub.saml.artifact_response import ArtifactEnvelope
from hub.saml.message_id import new_message_id
from hub.saml.received import Received
from hub.seams.logins import WaitingAnswer
from metadata import names
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError

log = logging.getLogger("minid")

artifact = Blueprint("artifact", __name__)

RESOLVE = "/saml/artifact"


@artifact.post(RESOLVE)
def resolve() -> Response:
    try:
        asked = accepted()
        answer = fetched(asked)
        return soap_answer(enveloped(asked, answer), 200)
    except (HubError, RegistryError, MetadataError, CertsError) as fault:
        log.warning("%s %s: %s", request_id(), fault.code, fault.detail)
        note("refused", f"{fault.code}: {fault.detail}")
        return soap_answer(soap.fault(), 500)  # SOAP 1.1 §6.2


def accepted() -> ArtifactResolve:
    raw = request.get_data()
    received = Received(names.SOAP_BINDING, settings().url(RESOLVE), soap.body_of(raw), raw, None)
    sp = claimed_sender(received, "ArtifactResolve")
    asked = staging.vouched(
        sp, lambda one: artifact_resolve.accept(received, one, outside().store.seen, now())
    )
    note("accepted", f"ArtifactResolve {asked.id} of {sp.entity_id}")
    return asked


def fetched(asked: ArtifactResolve) -> WaitingAnswer | None:
    """The answer, which nobody can fetch again; None tells nothing of why there is none."""
    store, entity_id = outside().store, asked.sp.entity_id
    handle = artifacts.handle_in(asked.artifact, settings().own_entity_id)
    answer = None if handle is None else store.artifacts.take(handle, entity_id, now())
    if answer is None:
        note("no answer", "the artifact is unknown, used, too old or another's")
        return None
    store.ledger.append(audit.artifact_resolved(entity_id, answer, request_id(), now()))
    outside().keys.fetched(entity_id, answer.request_id, now())
    note("resolved", f"the answer of request {answer.request_id}")
    store.trace.note(answer.request_id, "resolved", f"fetched by {request_id()}", now())
    return answer


def enveloped(asked: ArtifactResolve, answer: WaitingAnswer | None) -> bytes:
    own = settings().own_entity_id
    envelope = ArtifactEnvelope(new_message_id(), own, asked.id, now())
    message = None if answer is None else answer.message
    return soap.enveloped_message(artifact_response.signed(envelope, message, signer_for(asked.sp)))


def soap_answer(envelope: bytes, status: int) -> Response:
    response = make_response(envelope, status)
    response.headers["Content-Type"] = soap.CONTENT_TYPE
    return response
