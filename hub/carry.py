"""Hand an answer to the browser: by HTTP-POST or HTTP-Artifact, as its consumer takes it.

Bindings §3.5 and §3.6.  Both end on a page of ours with status 200.  A redirect
would be shorter for an artifact, but a login mostly ends a chain that began
with a form of ours, and browsers stop such a chain from leaving for another site
(`form-action`); whether it did is not known here, so there is one way for all.
"""

from datetime import timedelta

from flask import make_response, render_template
from werkzeug.wrappers import Response

from hub.current import now, outside, request_id, settings
from hub.headers import AUTO_POST_POLICY, LOCAL_AUTO_POST_POLICY
from hub.pages import reader_locale
from hub.post_page import post_page
from hub.saml import artifact, post_binding
from hub.saml.accept_request import AcceptedRequest
from hub.saml.post_binding import PostForm
from hub.seams import WaitingAnswer
from metadata import names

ARTIFACT_LIFE = timedelta(seconds=60)


def carried(accepted: AcceptedRequest, message: bytes, assertion_id: str | None) -> Response:
    """The page that takes the browser, with our message or its artifact, to the consumer."""
    if accepted.answer_to.binding == names.HTTP_ARTIFACT:
        return by_artifact(accepted, WaitingAnswer(message, request_id(), assertion_id))
    form = post_binding.form(accepted.answer_to.url, message, accepted.relay_state)
    return posting(accepted, form)


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
        return posting(accepted, artifact.form(url, value, accepted.relay_state))
    page = make_response(
        render_template("saml_link.html", address=address, service_name=name_of(accepted))
    )
    page.headers["Refresh"] = f"0; url={address}"
    return page


def posting(accepted: AcceptedRequest, form: PostForm) -> Response:
    """A form that posts itself, with a button for those without JavaScript."""
    page = make_response(post_page(form, name_of(accepted)))
    page.headers["Content-Security-Policy"] = (
        LOCAL_AUTO_POST_POLICY if settings().is_development else AUTO_POST_POLICY
    )
    return page


def name_of(accepted: AcceptedRequest) -> str:
    return accepted.sp.name((reader_locale(), "nb", "nn", "en"))
