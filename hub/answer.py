"""Make the answer to a request and hand it to the browser.

Web SSO profile: Profiles §4.1.4.  The request's ID is used up and the audit row is on
disk before the assertion is signed; a session that ends meanwhile takes its answer with it.
"""

from collections.abc import Callable
from typing import TypeAlias

from werkzeug.wrappers import Response

from hub import audit, levels, pseudonyms
from hub.carry import carried
from hub.current import note, now, outside, request_id, settings
from hub.errors import HubError, OutsideFailed
from hub.flow import HeldRequest
from hub.keys.signers import signer_for, signer_of_login
from hub.login_session import LoginSession
from hub.registry import staging
from hub.saml import accept_request, attributes, name_id, response
from hub.saml.accept_request import AcceptedRequest, Examined
from hub.saml.assertion import Assertion
from hub.saml.message_id import new_message_id
from hub.saml.name_id import InvalidNameIdPolicy, UnknownPrincipal
from hub.saml.response import Envelope, Status
from hub.saml_statuses import saml_status_of
from hub.seams.counts import REFUSED
from hub.seams.logins import Participant
from hub.seams.registers import Contact, ContactStatus
from hub.web.pages import reader_locale
from metadata import names
from metadata.algorithms import accepted_at
from metadata.errors import MetadataError
from sp_registry.attribute_profiles import PAIRWISE, SUBJECT_ID

# Uses the request's ID up, if that was not done before; raises RepeatedRequest.
Accept: TypeAlias = Callable[[], AcceptedRequest]

# The person gave up, or is not logged in: whatever the registry says of the service.
NO_FAULT_OF_THE_SERVICE = (names.AUTHN_FAILED, names.NO_PASSIVE)


def to_examined(
    examined: Examined, accept: Accept, session: LoginSession, decided: levels.Answer
) -> Response:
    """The page that carries the assertion to its service provider, or the status instead.

    What `servable` asks was asked before it was decided.  Raises RepeatedRequest, as
    `accept` does, and nothing is answered.
    """
    try:
        accepted, assertion = recorded_assertion(examined, accept, session, decided)
    except (HubError, MetadataError) as fault:
        return with_status_for(examined, accept, fault)
    return with_assertion(accepted, session, assertion)


def with_assertion(
    accepted: AcceptedRequest, session: LoginSession, assertion: Assertion
) -> Response:
    try:
        message = response.with_assertion(
            envelope(accepted),
            assertion,
            accepted.sp.encryption_key,
            signer_of_login(accepted.sp, session, assertion),
            accepted_at(accepted.sp.policy.algorithm_exceptions, now()).contents,
        )
    except (HubError, MetadataError) as fault:
        return with_status_for(accepted, lambda: accepted, fault)
    staging.answered(session)
    note(
        "answered",
        f"{assertion.context_class} to {accepted.answer_to.url}, "
        f"attributes {[a.name for a in assertion.attributes]}, "
        f"{'encrypted' if accepted.sp.encryption_key else 'not encrypted'}",
    )
    return carried(accepted, message, assertion.id)


def recorded_assertion(
    examined: Examined, accept: Accept, session: LoginSession, decided: levels.Answer
) -> tuple[AcceptedRequest, Assertion]:
    """The assertion, already on record; raises SessionEnded if the session is over.

    The ID is used up in the transaction of the record: one wait for the disk does for both.
    """
    store, sp, request = outside().store, examined.sp, examined.request
    require_subject(examined, session)
    chosen = name_id.chosen_format(request, sp)
    new = persistent(examined, session) if chosen == names.PERSISTENT else new_message_id()
    assertion_id = new_message_id()
    told = released_to(examined, session, decided)
    event = audit.answered(
        examined, session, assertion_id, decided.context_class, told, request_id(), now(),
        rollout=staging.told(),
    )  # fmt: skip

    def record() -> tuple[AcceptedRequest, Participant]:
        return accept(), store.ledger.answered(
            session, sp.entity_id, chosen, new, not request.is_passive, event
        )

    accepted, participant = store.together(record)
    assertion = Assertion(
        id=assertion_id,
        issuer=settings().own_entity_id,
        audience=sp.entity_id,
        recipient=accepted.answer_to.url,
        in_response_to=accepted.in_response_to,
        name_id=participant.name_id,
        name_id_format=participant.name_id_format,
        issued_at=event.at,
        authn_at=session.authenticated_at,
        session_index=participant.session_index,
        context_class=decided.context_class,
        attributes=told,
    )
    return accepted, assertion


def require_subject(examined: Examined, session: LoginSession) -> None:
    """A request about a person is answered about them or not at all (C§3.4.1.4)."""
    asked, sp = examined.request.subject, examined.sp
    if asked is None:
        return
    format = name_id.subject_format(examined.request, sp, settings().own_entity_id)
    known = outside().store.name_ids
    if not known.is_current(session.person_id, sp.entity_id, asked, format, now()):
        raise UnknownPrincipal("the Subject is not the person who is logged in")


def persistent(examined: Examined, session: LoginSession) -> str:
    """The stored identifier of this pair; a new one only if AllowCreate lets us."""
    pair = (session.person_id, examined.sp.entity_id)
    if examined.request.allow_create:
        return outside().store.name_ids.persistent(*pair, new_message_id(), now())
    found = outside().store.name_ids.find(*pair)
    if found is None:
        raise InvalidNameIdPolicy("AllowCreate is false, and the person has no identifier yet")
    return found


def released_to(
    examined: Examined, session: LoginSession, decided: levels.Answer
) -> tuple[attributes.Attribute, ...]:
    sp, person_id, index = examined.sp, session.person_id, examined.request.attribute_index
    ring, base_url = outside().ring, settings().base_url
    wanted = attributes.to_release(sp, index)
    pairwise = subject = None  # made only where they are told
    if PAIRWISE in wanted:
        pairwise = pseudonyms.pairwise_id(ring, person_id, sp.entity_id, base_url)
    if SUBJECT_ID in wanted:
        subject = pseudonyms.subject_id(ring, person_id, base_url)
    facts = attributes.Facts(
        uid=outside().store.people.current_number(person_id),
        level=decided.level,
        culture=reader_locale(),
        method=attributes.method_of(session.proofs),
        on_behalf_of=examined.request.on_behalf_of,
        pairwise_id=pairwise,
        subject_id=subject,
        contact=contact_of(person_id) if attributes.wants_contact(wanted) else None,
    )
    return attributes.released(sp, facts, index)


def contact_of(person_id: str) -> Contact:
    """What the contact register says; its failure is a status and never a failed login."""
    try:
        return outside().contacts.find(person_id)
    except OutsideFailed as fault:
        note("contact register", f"failed: {fault.detail} ({fault.code})")
        return Contact(ContactStatus.FAILED)


def with_status_for(
    examined: Examined, accept: Accept, fault: HubError | MetadataError
) -> Response:
    """The status that tells this fault, if there is one; else the fault goes on to its page."""
    status = saml_status_of(fault.code, fault.detail)
    if status is None:
        raise fault
    return with_status(examined, accept, status, fault.detail)


def with_status(examined: Examined, accept: Accept, status: Status, why: str) -> Response:
    """The page that tells the service provider why there is no assertion."""
    if status.second not in NO_FAULT_OF_THE_SERVICE:
        staging.told_no(examined)
    event = audit.of_service("refused", examined.sp.entity_id, request_id(), now())

    def record() -> AcceptedRequest:
        accepted = accept()
        outside().store.ledger.append(event)
        return accepted

    accepted = outside().store.together(record)
    label = (status.second or status.top).rpartition(":")[2]
    outside().counters.service(accepted.sp.entity_id, REFUSED, label, now())
    note("answered with a status", f"{status.top} {status.second or ''}: {why}")
    signer = signer_for(accepted.sp)
    return carried(accepted, response.with_status(envelope(accepted), status, signer), None)


def envelope(accepted: AcceptedRequest) -> Envelope:
    return Envelope(
        id=new_message_id(),
        issuer=settings().own_entity_id,
        destination=accepted.answer_to.url,
        in_response_to=accepted.in_response_to,
        issued_at=now(),
    )


def accepted_again(held: HeldRequest) -> AcceptedRequest:
    """The held request with its service provider as it is approved now."""
    sp = staging.provider_of(held)
    return accept_request.taken_up_again(held.request, sp, held.relay_state, held.signed_by, now())
