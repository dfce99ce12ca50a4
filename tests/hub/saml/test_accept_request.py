"""Each check of `accept`, its exact code, and the order in which they come."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.errors import RejectedRequest
from hub.saml import accept_request, post_binding, redirect_binding
from hub.saml.accept_request import AcceptedRequest, RepeatedRequest
from hub.saml.received import Received
from hub.seams.logins import Sighting
from metadata import names
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError
from sp_registry.service_provider import ServiceProvider
from tests.builders import (
    CONSUMER,
    MOMENT,
    REGISTERED,
    SP,
    SSO,
    STRANGER,
    KeyPair,
    a_form,
    a_policy,
    a_query,
    a_service_provider,
    an_authn_request,
    on_behalf_of,
)
from tests.fakes import SeenInMemory

SECOND = timedelta(seconds=1)
UNSIGNED_ALLOWED = a_service_provider(authn_requests_signed=False)
FOR_ANOTHER = a_policy(on_behalf_of=(("Aukra", "Aukra kommune"),))
Refusal = RejectedRequest | RepeatedRequest | MetadataError | RegistryError


def sighting(received: Received, browser: str | None = "browser-1") -> Sighting:
    return Sighting(received.digest, "flow-1", browser)


def accepted(
    received: Received,
    sp: ServiceProvider | None = None,
    seen: SeenInMemory | None = None,
    now: datetime = MOMENT,
) -> AcceptedRequest:
    memory = SeenInMemory() if seen is None else seen
    sp = sp or a_service_provider()
    return accept_request.accept(received, sp, memory, sighting(received), now)


def refusal(received: Received, sp: ServiceProvider | None = None, **given: Any) -> str:
    with pytest.raises((RejectedRequest, RepeatedRequest, MetadataError, RegistryError)) as refused:
        accepted(received, sp, **given)
    fault = refused.value
    assert isinstance(fault, Refusal)
    return fault.code


def sent(
    xml: bytes | None = None,
    relay_state: str | None = None,
    signed_by: KeyPair | None = REGISTERED,
    **request: Any,
) -> Received:
    message = an_authn_request(**request) if xml is None else xml
    return redirect_binding.receive(a_query(message, relay_state, signed_by), SSO)


def posted(signed_by: KeyPair | None = REGISTERED, **request: Any) -> Received:
    return post_binding.receive(a_form(an_authn_request(**request), signed_by=signed_by), SSO)


@pytest.mark.parametrize("received", [sent(relay_state="s"), posted()])
def test_it_accepts_an_honest_request(received: Received) -> None:
    found = accepted(received)
    assert found.request.id == "_request-1"
    assert found.answer_to.url == CONSUMER
    assert found.relay_state == received.relay_state
    assert found.signed_by == REGISTERED.certificate.fingerprint


def test_an_unsigned_request_is_vouched_for_by_no_one() -> None:
    assert accepted(sent(signed_by=None), UNSIGNED_ALLOWED).signed_by is None


# --- trust and signature ----------------------------------------------------------------


def test_it_refuses_a_suspended_service_provider() -> None:
    assert refusal(sent(), a_service_provider(active=False)) == "sp-not-trusted"


def test_it_refuses_a_service_provider_whose_metadata_has_expired() -> None:
    assert refusal(sent(), a_service_provider(valid_until=MOMENT)) == "sp-not-trusted"
    assert accepted(sent(), a_service_provider(valid_until=MOMENT + SECOND))


def test_it_refuses_an_unsigned_request_of_one_whose_metadata_says_that_it_signs() -> None:
    assert refusal(sent(signed_by=None)) == "signature-missing"


def test_it_refuses_an_unsigned_request_where_policy_demands_a_signature() -> None:
    demanding = a_service_provider(
        authn_requests_signed=False, policy=a_policy(demand_signed_requests=True)
    )
    assert refusal(sent(signed_by=None), demanding) == "signature-missing"


def test_it_refuses_a_forged_request_even_where_none_need_be_signed() -> None:
    assert refusal(sent(signed_by=STRANGER), UNSIGNED_ALLOWED) == "signature-invalid"


# --- issuer and destination -------------------------------------------------------------


@pytest.mark.parametrize("issuer", [f"{SP} ", f" {SP}", f"{SP}/", SP.upper()])
def test_it_compares_the_issuer_byte_for_byte(issuer: str) -> None:
    assert refusal(sent(issuer=issuer)) == "request-issuer"


@pytest.mark.parametrize("destination", [None, "", f"{SSO}/", f"{SSO}?", SSO.upper(), SP])
def test_a_signed_request_names_our_endpoint_byte_for_byte(destination: str | None) -> None:
    assert refusal(sent(destination=destination)) == "request-destination"
    assert refusal(posted(destination=destination)) == "request-destination"


def test_an_unsigned_request_need_not_name_our_endpoint() -> None:
    assert accepted(sent(signed_by=None, destination=None), UNSIGNED_ALLOWED)


def test_an_unsigned_request_may_not_name_another() -> None:
    received = sent(signed_by=None, destination="https://other.example.no/saml/sso")
    assert refusal(received, UNSIGNED_ALLOWED) == "request-destination"


# --- time: three minutes of skew, five of age -------------------------------------------


@pytest.mark.parametrize("age", [timedelta(minutes=8), timedelta(0), timedelta(minutes=-3)])
def test_it_accepts_within_age_and_skew(age: timedelta) -> None:
    assert accepted(sent(issued_at=MOMENT - age))


def test_it_refuses_a_request_that_is_too_old() -> None:
    assert refusal(sent(issued_at=MOMENT - timedelta(minutes=8, seconds=1))) == "request-stale"


def test_it_refuses_a_request_from_the_future() -> None:
    received = sent(issued_at=MOMENT + timedelta(minutes=3, seconds=1))
    assert refusal(received) == "request-from-the-future"


# --- on behalf of -----------------------------------------------------------------------


def test_a_registered_on_behalf_of_is_accepted_from_a_signer() -> None:
    received = sent(content=on_behalf_of("Aukra"))
    assert accepted(received, a_service_provider(policy=FOR_ANOTHER)).request.on_behalf_of


def test_it_refuses_on_behalf_of_in_an_unsigned_request() -> None:
    received = sent(signed_by=None, content=on_behalf_of("Aukra"))
    sp = a_service_provider(policy=FOR_ANOTHER, authn_requests_signed=False)
    assert refusal(received, sp) == "request-on-behalf-of-unsigned"


def test_it_refuses_an_on_behalf_of_that_is_not_registered() -> None:
    assert refusal(sent(content=on_behalf_of("Aukra"))) == "request-on-behalf-of"


# --- where the answer goes --------------------------------------------------------------


def test_it_answers_to_the_consumer_that_is_asked_for() -> None:
    by_url = sent(AssertionConsumerServiceURL=f"{SP}/other")
    by_index = sent(AssertionConsumerServiceIndex="1")
    assert accepted(by_url).answer_to.url == accepted(by_index).answer_to.url == f"{SP}/other"


@pytest.mark.parametrize(
    "asked",
    [
        {"AssertionConsumerServiceURL": "https://attacker.example/acs"},
        {"AssertionConsumerServiceURL": f"{CONSUMER}/"},
        {"AssertionConsumerServiceURL": CONSUMER.upper()},
        {"AssertionConsumerServiceIndex": "9"},
        {"AssertionConsumerServiceURL": CONSUMER, "AssertionConsumerServiceIndex": "0"},
    ],
)
def test_it_refuses_any_other_consumer(asked: dict[str, str]) -> None:
    assert refusal(sent(**asked)) == "consumer-unknown"


def test_a_binding_that_cannot_be_had_is_told_at_the_default() -> None:
    found = accepted(sent(ProtocolBinding=names.HTTP_REDIRECT))
    assert found.answer_to.url == CONSUMER
    assert found.unserved is not None


def test_a_binding_that_can_be_had_is_given() -> None:
    found = accepted(sent(ProtocolBinding=names.HTTP_POST))
    assert (found.answer_to.url, found.unserved) == (CONSUMER, None)


def test_no_login_begins_at_the_hub_unless_the_policy_allows_it() -> None:
    with pytest.raises(RejectedRequest) as refused:
        accept_request.unsolicited(a_service_provider(), MOMENT)
    assert refused.value.code == "init-not-allowed"


def test_a_login_that_begins_at_the_hub_answers_no_request() -> None:
    allowed = a_service_provider(policy=a_policy(idp_initiated=True))
    found = accept_request.unsolicited(allowed, MOMENT)
    assert found.in_response_to is None
    assert (found.answer_to.url, found.relay_state) == (CONSUMER, f"{SP}/")


def test_a_suspended_service_is_not_logged_in_to_from_the_hub() -> None:
    suspended = a_service_provider(policy=a_policy(idp_initiated=True), active=False)
    with pytest.raises(RejectedRequest):
        accept_request.unsolicited(suspended, MOMENT)


# --- once -------------------------------------------------------------------------------


def test_it_refuses_a_request_seen_before() -> None:
    seen = SeenInMemory()
    first = sent()
    accepted(first, seen=seen)
    with pytest.raises(RepeatedRequest) as repeated:
        accepted(first, seen=seen)
    assert repeated.value.code == "request-repeated"
    assert repeated.value.first == sighting(first)


def test_the_same_id_of_another_issuer_is_another_request() -> None:
    seen, other = SeenInMemory(), "https://other.example.no"
    accepted(sent(), seen=seen)
    assert accepted(sent(issuer=other), a_service_provider(other), seen)


def test_it_remembers_an_id_until_the_message_dies_of_age() -> None:
    seen = SeenInMemory()
    accepted(sent(), seen=seen)
    assert seen.until == {(SP, "_request-1"): MOMENT + timedelta(minutes=8)}


WRONG = {
    "signature": sent(signed_by=STRANGER),
    "destination": sent(destination=SP),
    "time": sent(issued_at=MOMENT - timedelta(days=1)),
    "consumer": sent(AssertionConsumerServiceURL="https://attacker.example/acs"),
    "on behalf of": sent(content=on_behalf_of("Aukra")),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_message_does_not_use_up_the_id_of_an_honest_one(what: str) -> None:
    seen = SeenInMemory()
    refusal(WRONG[what], seen=seen)
    assert accepted(sent(), seen=seen)


# --- the order --------------------------------------------------------------------------

FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("signature-invalid", {"signed_by": STRANGER}),
    ("request-version", {"Version": "1.1"}),
    ("request-issuer", {"issuer": "https://other.example.no"}),
    ("request-destination", {"destination": SP}),
    ("request-stale", {"issued_at": MOMENT - timedelta(days=1)}),
    ("request-on-behalf-of", {"content": on_behalf_of("Aukra")}),
    ("consumer-unknown", {"AssertionConsumerServiceIndex": "9"}),
)


@pytest.mark.parametrize("place", range(len(FAULTS)))
def test_of_many_faults_the_first_in_order_is_told(place: int) -> None:
    faults: dict[str, Any] = {}
    for _code, fault in FAULTS[place:]:
        faults |= fault
    assert refusal(sent(**faults)) == FAULTS[place][0]


def test_trust_comes_before_everything() -> None:
    received = sent(signed_by=STRANGER, Version="1.1")
    assert refusal(received, a_service_provider(active=False)) == "sp-not-trusted"


# --- taken up again ---------------------------------------------------------------------


def taken_up(sp: ServiceProvider, **request: Any) -> AcceptedRequest:
    before = accepted(sent(**request))
    return accept_request.taken_up_again(
        before.request, sp, before.relay_state, before.signed_by, MOMENT
    )


def test_a_held_request_is_taken_up_with_its_service_provider_read_anew() -> None:
    renamed = a_service_provider(display_names=(("nb", "Nytt namn"),))
    assert taken_up(renamed).sp is renamed


def test_a_held_request_is_refused_when_trust_was_withdrawn_meanwhile() -> None:
    with pytest.raises(RejectedRequest) as refused:
        taken_up(a_service_provider(active=False))
    assert refused.value.code == "sp-not-trusted"


def test_a_held_request_is_refused_when_its_consumer_was_removed_meanwhile() -> None:
    left = a_service_provider().description.consumers[:1]
    with pytest.raises(RegistryError) as refused:
        taken_up(
            a_service_provider(consumers=left), AssertionConsumerServiceURL=f"{SP}/other"
        )
    assert refused.value.code == "consumer-unknown"
