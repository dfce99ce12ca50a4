"""Hand an answer to the browser: by HTTP-POST or HTTP-Artifact, as its consumer takes it.

Bindings §3.5 and §3.6; the pages that do it are `hub.web.onward`'s.
"""

from datetime import timedelta

from werkzeug.wrappers import Response

from hub.current import now, outside, request_id, settings
from hub.saml import artifact, post_binding
from hub.saml.accept_request import AcceptedRequest
from hub.seams.logins import WaitingAnswer
from hub.services import name_of
from hub.web.onward import leading, posting
from metadata import names

ARTIFACT_LIFE = timedelta(seconds=60)


def carried(accepted: AcceptedRequest, message: bytes, assertion_id: str | None) -> Response:
    """The page that takes the browser, with our message or its artifact, to the consumer."""
    if accepted.answer_to.binding == names.HTTP_ARTIFACT:
        return by_artifact(accepted, WaitingAnswer(message, request_id(), assertion_id))
    form = post_binding.form(accepted.answer_to.url, message, accepted.relay_state)
    return posting(form, name_of(accepted.sp))


def by_artifact(accepted: AcceptedRequest, answer: WaitingAnswer) -> Response:
    """Keep the answer for its service provider alone, and send the browser with the artifact.

    An address that is too long for many servers goes as a form (B§3.6.3 has both).
    """
    handle = artifact.new_handle()
    entity_id, url = accepted.sp.entity_id, accepted.answer_to.url
    outside().store.artifacts.keep(handle, entity_id, answer, until=now() + ARTIFACT_LIFE)
    value = artifact.of_handle(handle, settings().own_entity_id)
    address = artifact.address(url, value, accepted.relay_state)
    if len(address) > artifact.LONGEST_ADDRESS:
        form = artifact.form(url, value, accepted.relay_state)
        return posting(form, name_of(accepted.sp))
    return leading(address, name_of(accepted.sp))
