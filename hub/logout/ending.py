"""Single logout, put in order: end, tell, answer (Profiles §4.4).

The hub's own session ends first, in one transaction with the list of whom to tell.
The back channel is used at once; what is left waits for the browser, at
`hub.logout.pages`.  The asking service is answered last, and once.  A session that
times out tells nobody.
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import redirect, request
from werkzeug.wrappers import Response

from hub import audit
from hub.current import note, now, outside, request_id, settings
from hub.errors import RejectedRequest
from hub.keys.signers import signer_for
from hub.logout import plan as logout_plan
from hub.logout import tell as logout_tell
from hub.saml import logout_response, post_binding, redirect_out
from hub.saml.accept_logout import AcceptedLogout
from hub.saml.message_id import new_message_id
from hub.saml.response import Envelope, Status
from hub.seams.logouts import HeldLogout, NewLogout, Sought
from hub.services import name_of
from hub.web.onward import leading, posting
from metadata import names
from metadata.description import Endpoint
from sp_registry.service_provider import ServiceProvider

NOBODY = b"null"


@dataclass(frozen=True, slots=True)
class Asker:
    """The service that asked for a logout, and how it wants its answer."""

    entity_id: str
    request_id: str
    binding: str
    relay_state: str | None = field(repr=False)

    def to_bytes(self) -> bytes:
        return json.dumps(dataclasses.asdict(self)).encode()

    @classmethod
    def of(cls, accepted: AcceptedLogout) -> "Asker":
        return cls(
            accepted.sp.entity_id, accepted.request.id, accepted.binding, accepted.relay_state
        )


def asker_of(held: HeldLogout) -> Asker | None:
    """Who waits for an answer: None if the person asked here, or if it was given."""
    known = None if held.payload is None else json.loads(held.payload)
    return None if known is None else Asker(**known)


def asked_by(accepted: AcceptedLogout, handle: str, browser_hash: str | None) -> HeldLogout | None:
    """End what this service asks for and use the back channel; None if nothing matches."""
    asked, name_id = accepted.request, accepted.request.name_id
    is_any = name_id.format in (None, names.UNSPECIFIED_NAME_ID)
    sought = Sought(
        accepted.sp.entity_id,
        name_id.value,
        None if is_any else name_id.format,
        asked.session_indexes,
    )
    event = audit.logout_begun(accepted.sp.entity_id, asked.id, request_id(), now())
    waiting = Asker.of(accepted).to_bytes() if can_be_answered(accepted) else NOBODY
    new = NewLogout(handle, browser_hash, waiting, event)
    return told(outside().store.logouts.end_sought(new, sought, now()))


def can_be_answered(accepted: AcceptedLogout) -> bool:
    """False for a service that asks by the browser and publishes no address for the answer."""
    by_soap = accepted.binding == names.SOAP_BINDING
    return by_soap or logout_plan.answer_endpoint(accepted.sp, accepted.binding) is not None


def asked_here(session_id: str, handle: str, browser_hash: str | None) -> HeldLogout | None:
    """End this session because its person says so at the hub, and use the back channel."""
    return told(begun_here(session_id, handle, browser_hash))


def begun_here(session_id: str, handle: str, browser_hash: str | None) -> HeldLogout | None:
    """End this session at the hub's own word; nobody is told yet."""
    event = audit.logout_begun(None, None, request_id(), now())
    new = NewLogout(handle, browser_hash, NOBODY, event)
    return outside().store.logouts.end_session(new, session_id, now())


def of_another_person(session_id: str, handle: str) -> None:
    """End what another person left open in this browser, before somebody else logs in.

    Its back channel is used.  What only that person's browser could tell is left, and
    no page says so: nobody is there to read it.
    """
    asked_here(session_id, handle, None)


def told(held: HeldLogout | None) -> HeldLogout | None:
    if held is None:
        return None
    note("logged out", f"{len(logout_plan.others(held.legs))} other services are to be told")
    return dataclasses.replace(held, legs=logout_tell.by_soap(held.legs))


def answer(held: HeldLogout, asker: Asker) -> Response | None:
    """Answer the asking service; None if somebody else has done it a moment ago."""
    if not outside().store.logouts.answer(held.handle, now()):
        return None
    sessions = [leg.session_id for leg in held.legs if leg.entity_id == asker.entity_id]
    return answer_with(logout_plan.status_of(held.legs), asker, sessions)


def answer_with(status: Status, asker: Asker, sessions: Sequence[str] = ()) -> Response:
    """The LogoutResponse on its way by the browser, to a registered address only.

    `sessions` are those of the asking service that have ended.
    """
    sp = logout_tell.provider(asker.entity_id, *sessions)
    endpoint = None if sp is None else logout_plan.answer_endpoint(sp, asker.binding)
    if sp is None or endpoint is None or not sp.is_trusted_at(now()):
        raise RejectedRequest(
            f"{asker.entity_id} has no trusted address for a LogoutResponse by the browser",
            "logout-no-endpoint",
        )
    url = endpoint.response_url or endpoint.url
    head, tail, id = answer_parts(status, asker, url)
    on_its_way = dataclasses.replace(endpoint, url=url)
    return carried(head, tail, id, "SAMLResponse", asker.relay_state, on_its_way, sp)


def answer_by_soap(status: Status, asker: Asker, sp: ServiceProvider) -> bytes:
    head, tail, id = answer_parts(status, asker, sp.entity_id)
    return signer_for(sp).signed(head, tail, id)


def answer_parts(status: Status, asker: Asker, destination: str) -> tuple[bytes, bytes, str]:
    """The LogoutResponse, on record before it leaves."""
    event = audit.logout_answered(asker.entity_id, status, request_id(), now())
    outside().store.ledger.append(event)
    note("answered", f"{status.top} {status.second or ''} to {destination}")
    envelope = Envelope(
        new_message_id(), settings().own_entity_id, destination, asker.request_id, now()
    )
    return (*logout_response.head_and_tail(envelope, status), envelope.id)


def carried(
    head: bytes,
    tail: bytes,
    id: str,
    parameter: str,
    relay_state: str | None,
    endpoint: Endpoint,
    sp: ServiceProvider,
) -> Response:
    """Our message on its way by the browser.

    After a form the browser holds our form-action against every redirect that follows,
    so a form is answered by a page that goes on by itself.
    """
    if endpoint.binding == names.HTTP_POST:
        message = signer_for(sp).signed(head, tail, id)
        form = post_binding.form(endpoint.url, message, relay_state, parameter)
        return posting(form, name_of(sp))
    url = redirect_out.address(endpoint.url, head + tail, relay_state, parameter, signer_for(sp))
    if request.method == "GET":
        return redirect(url, 303)
    return leading(url, name_of(sp))
