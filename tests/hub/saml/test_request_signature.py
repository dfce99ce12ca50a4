"""Core §5.4, Bindings §3.4.4.1: what must be signed, and what was."""

from urllib.parse import quote

import pytest
from lxml import etree

from hub.errors import RejectedRequest
from hub.saml import post_binding, redirect_binding, request_signature
from hub.saml.received import Received
from hub.saml.request_signature import Checked
from metadata import names
from metadata.errors import MetadataError
from sp_registry.service_provider import ServiceProvider
from tests.builders import (
    MOMENT,
    REGISTERED,
    SSO,
    STRANGER,
    a_form,
    a_query,
    a_service_provider,
    an_authn_request,
    enveloped,
)

XML = an_authn_request()
SP = a_service_provider()


def by_redirect(query: bytes) -> Received:
    return redirect_binding.receive(query, SSO)


def by_post(fields: tuple[tuple[str, str], ...]) -> Received:
    return post_binding.receive(fields, SSO)


def checked(received: Received, sp: ServiceProvider = SP, must: bool = True) -> Checked:
    return request_signature.checked(received, sp, must, MOMENT)


def refusal(received: Received, sp: ServiceProvider = SP, must: bool = True) -> str:
    with pytest.raises((RejectedRequest, MetadataError)) as refused:
        checked(received, sp, must)
    assert isinstance(refused.value, RejectedRequest | MetadataError)
    return refused.value.code


def test_it_tells_whose_key_vouches_for_a_redirect() -> None:
    assert checked(by_redirect(a_query(XML))).signed_by == REGISTERED.certificate


def test_it_tells_whose_key_vouches_for_a_post() -> None:
    assert checked(by_post(a_form(XML))).signed_by == REGISTERED.certificate


def test_by_post_the_signed_bytes_are_read_and_not_the_message() -> None:
    received = by_post(a_form(XML))
    element = checked(received).element
    assert element is not received.root
    assert element.find(f"{{{names.DS}}}Signature") is None


@pytest.mark.parametrize("received", [by_redirect(a_query(XML, signed_by=None)),
                                      by_post(a_form(XML, signed_by=None))])
def test_it_refuses_an_unsigned_message_where_a_signature_is_demanded(received: Received) -> None:
    assert refusal(received) == "signature-missing"


def test_an_unsigned_message_is_read_where_none_is_demanded() -> None:
    received = by_redirect(a_query(XML, signed_by=None))
    assert checked(received, must=False) == Checked(received.root, None)


@pytest.mark.parametrize("must", [True, False])
def test_a_signature_that_is_there_is_always_checked(must: bool) -> None:
    assert refusal(by_redirect(a_query(XML, signed_by=STRANGER)), must=must) == "signature-invalid"
    assert refusal(by_post(a_form(XML, signed_by=STRANGER)), must=must) == "signature-wrong-key"


def test_an_apostrophe_that_the_browser_escaped_after_signing_breaks_nothing() -> None:
    sent = a_query(XML, relay_state="kor's", escape=lambda value: quote(value, safe="'"))
    assert b"kor's" in sent
    assert checked(by_redirect(sent.replace(b"'", b"%27"))).signed_by == REGISTERED.certificate


def test_without_a_registered_key_nothing_is_verified() -> None:
    keyless = a_service_provider(signing_certificates=())
    assert refusal(by_redirect(a_query(XML)), keyless, must=False) == "signature-no-key"


@pytest.mark.parametrize("algorithm", [names.RSA_SHA1, names.ECDSA_SHA256, "", "none"])
def test_it_refuses_an_algorithm_that_is_not_accepted(algorithm: str) -> None:
    expected = {names.ECDSA_SHA256: "signature-wrong-key"}.get(algorithm, "signature-algorithm")
    assert refusal(by_redirect(a_query(XML, algorithm=algorithm))) == expected


def test_an_enveloped_signature_does_not_travel_by_redirect() -> None:
    inside = enveloped(XML, REGISTERED)
    assert refusal(by_redirect(a_query(inside, signed_by=None))) == "signature-misplaced"


def test_two_signatures_of_one_redirect_are_one_too_many() -> None:
    assert refusal(by_redirect(a_query(enveloped(XML, REGISTERED)))) == "signature-several"


def test_any_of_several_registered_keys_will_do() -> None:
    both = a_service_provider(
        signing_certificates=(STRANGER.certificate, REGISTERED.certificate)
    )
    assert checked(by_redirect(a_query(XML)), both).signed_by == REGISTERED.certificate
    assert checked(by_post(a_form(XML)), both).signed_by == REGISTERED.certificate


def test_a_message_altered_after_signing_is_refused() -> None:
    altered = enveloped(XML, REGISTERED).replace(b"_request-1", b"_request-2", 1)
    root = etree.fromstring(altered)
    received = Received(names.HTTP_POST, SSO, root, altered, None)
    assert refusal(received) == "signature-reference"
