"""Would a service provider's latest requests be accepted under a proposal?  Pure.

They are judged as they came, at the time when they came, by the very checks of the
front door; but nothing is remembered of it, and nothing can be answered on it.
"""

from collections import Counter
from collections.abc import Sequence

from hub import levels, servable
from hub.errors import HubError
from hub.saml import accept_request, post_binding, redirect_binding
from hub.saml.accept_request import Examined
from hub.saml.authn_request import AuthnRequest
from hub.saml.received import Received
from hub.seams.records import KeptMessage
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError
from sp_registry.service_provider import ServiceProvider
from sp_registry.traffic import Cause, Replay, Why

REFUSALS = (HubError, MetadataError, RegistryError)
PARAMETER = b"SAMLRequest="  # in a query, never in base64
NO_CONTEXT = "no-authn-context"

# What a refusal by this code is about; the others tell their code.
WHY = {
    "signature-missing": Why.UNSIGNED,
    "signature-algorithm": Why.ALGORITHM,
    "request-on-behalf-of": Why.ON_BEHALF_OF,
    "attribute-index": Why.ATTRIBUTES,
    "sp-not-trusted": Why.SUSPENDED,
    NO_CONTEXT: Why.LEVEL,
}
KEY_CODES = ("signature-wrong-key", "signature-invalid", "signature-no-key")
CONSUMER_CODES = ("consumer-unknown", "binding-unserved")


def replay(
    messages: Sequence[KeptMessage],
    approved: ServiceProvider,
    proposed: ServiceProvider,
    sso_url: str,
    own_entity_id: str,
) -> Replay:
    """How these messages fare under both."""
    causes: Counter[tuple[Why, str]] = Counter()
    tried = refused_already = mended = 0
    for message in messages:
        try:
            received = as_received(message.raw, sso_url)
        except REFUSALS:
            refused_already += 1
            continue
        before = fault_of(received, approved, message, own_entity_id)
        after = fault_of(received, proposed, message, own_entity_id)
        tried += before is None
        refused_already += before is not None and after is not None
        mended += before is not None and after is None
        if before is None and after is not None:
            causes[reason(after, received, approved, message)] += 1
    told = tuple(Cause(why, what, count) for (why, what), count in causes.most_common())
    since = min((message.at for message in messages), default=None)
    return Replay(tried, told, refused_already, mended, since)


def as_received(raw: bytes, sso_url: str) -> Received:
    """The message in the binding that it came by; what is kept does not name it."""
    if PARAMETER in raw:
        return redirect_binding.receive(raw, sso_url)
    return post_binding.receive((("SAMLRequest", raw.decode("utf-8", "replace")),), sso_url)


def fault_of(
    received: Received, sp: ServiceProvider, message: KeptMessage, own_entity_id: str
) -> str | None:
    """The code that it would be refused with; None if it would be accepted."""
    try:
        examined = accept_request.examine(received, sp, message.at)
    except REFUSALS as fault:
        return fault.code
    return unservable(examined, own_entity_id)


def unservable(examined: Examined, own_entity_id: str) -> str | None:
    """The code of what no login can mend; None if the request can be served."""
    try:
        servable.require(examined, own_entity_id)
    except REFUSALS as fault:
        return fault.code
    can_be_met = levels.satisfied(examined.request, examined.sp.policy, levels.REACHABLE)
    return NO_CONTEXT if can_be_met is None else None


def reason(
    code: str, received: Received, approved: ServiceProvider, message: KeptMessage
) -> tuple[Why, str]:
    """What the refusal is about, from the request as what is in force reads it."""
    examined = accept_request.examine(received, approved, message.at)
    if code in CONSUMER_CODES:
        return consumer_of(examined.request)
    if code in KEY_CODES:
        return Why.KEY, examined.signed_by or ""
    why = WHY.get(code, Why.OTHER)
    return why, what_of(why, code, examined.request)


def consumer_of(request: AuthnRequest) -> tuple[Why, str]:
    if request.consumer_index is not None:
        return Why.CONSUMER_INDEX, str(request.consumer_index)
    if request.consumer_url is not None:
        return Why.CONSUMER_URL, request.consumer_url
    return Why.DEFAULT_CONSUMER, ""


def what_of(why: Why, code: str, request: AuthnRequest) -> str:
    match why:
        case Why.ON_BEHALF_OF:
            return request.on_behalf_of or ""
        case Why.ATTRIBUTES:
            return str(request.attribute_index)
        case Why.OTHER:
            return code
    return ""
