"""Bindings §3.4: the octets as they were sent, and nothing built anew."""

import base64
from urllib.parse import unquote_to_bytes

import pytest

from certs.certificate import Certificate
from hub.errors import RejectedRequest
from hub.saml import redirect_binding
from hub.saml.received import DetachedSignature, Received
from metadata import names
from metadata.errors import MetadataError
from metadata.signature import verify_detached
from tests.builders import (
    REGISTERED,
    SSO,
    a_query,
    an_authn_request,
    deflated,
    escaped,
    lower_escaped,
)

XML = an_authn_request()
LONG_ENOUGH = "æ" * 4096  # 8192 bytes


def received(query: bytes) -> Received:
    return redirect_binding.receive(query, SSO)


def refusal(query: bytes) -> str:
    with pytest.raises((RejectedRequest, MetadataError)) as refused:
        received(query)
    assert isinstance(refused.value, RejectedRequest | MetadataError)
    return refused.value.code


def signature_of(query: bytes) -> DetachedSignature:
    found = received(query).detached
    assert found is not None
    return found


def verified(query: bytes) -> Certificate:
    found = signature_of(query)
    return verify_detached(
        found.signed, found.value, found.algorithm, [REGISTERED.certificate]
    )


def query_of(message: bytes) -> bytes:
    return f"SAMLRequest={escaped(base64.b64encode(message))}".encode()


def test_it_reads_the_message_and_trusts_nothing() -> None:
    found = received(a_query(XML, signed_by=None))
    assert found.root.get("ID") == "_request-1"
    assert (found.binding, found.at_url) == (names.HTTP_REDIRECT, SSO)
    assert found.detached is None


def test_it_keeps_the_message_as_it_was_sent() -> None:
    query = a_query(XML)
    assert received(query).raw == query


def test_the_same_bytes_have_the_same_digest_and_others_another() -> None:
    assert received(a_query(XML)).digest == received(a_query(XML)).digest
    assert received(a_query(XML)).digest != received(a_query(XML, "state")).digest


def test_the_signature_covers_the_octets_that_were_sent() -> None:
    query = a_query(XML, "a state")
    assert query == signature_of(query).signed + query[query.index(b"&Signature=") :]
    assert verified(query) == REGISTERED.certificate


def test_a_sender_with_lower_case_escapes_is_verified() -> None:
    query = a_query(XML, "å/ø?", escape=lower_escaped)
    assert b"%2f" in query and b"%2F" not in query
    assert verified(query) == REGISTERED.certificate


def test_a_sender_that_escapes_nothing_it_need_not_is_verified() -> None:
    query = a_query(XML, "a:b", escape=lambda value: escaped(value).replace("%3A", ":"))
    assert verified(query) == REGISTERED.certificate


def test_unsigned_parameters_after_the_signature_change_nothing() -> None:
    assert verified(a_query(XML) + b"&locale=nn&utm=1") == REGISTERED.certificate


def test_the_order_in_the_address_is_not_the_order_that_is_signed() -> None:
    query = a_query(XML, "state")
    turned = b"&".join(reversed(query.split(b"&")))
    assert signature_of(turned).signed == signature_of(query).signed


def test_an_altered_octet_is_not_verified() -> None:
    query = a_query(XML, "state").replace(b"RelayState=state", b"RelayState=State")
    with pytest.raises(MetadataError) as refused:
        verified(query)
    assert refused.value.code == "signature-invalid"


@pytest.mark.parametrize("name", ["SAMLRequest", "RelayState", "SigAlg", "Signature"])
def test_it_refuses_a_doubled_parameter(name: str) -> None:
    assert refusal(a_query(XML, "state") + f"&{name}=x".encode()) == "request-parameter-twice"


def test_a_parameter_doubled_in_disguise_is_doubled_all_the_same() -> None:
    assert refusal(a_query(XML) + b"&SAMLReq%75est=x") == "request-parameter-twice"


@pytest.mark.parametrize("missing", [b"SigAlg", b"Signature"])
def test_it_refuses_half_a_signature(missing: bytes) -> None:
    parts = [p for p in a_query(XML).split(b"&") if not p.startswith(missing + b"=")]
    assert refusal(b"&".join(parts)) == "signature-incomplete"


def test_it_refuses_a_query_without_a_message() -> None:
    assert refusal(b"") == "request-missing"
    assert refusal(b"SAMLResponse=abc") == "request-missing"


def test_it_refuses_what_is_not_base64() -> None:
    assert refusal(b"SAMLRequest=%3Cxml%3E") == "request-encoding"


def test_it_refuses_a_signature_that_is_not_base64() -> None:
    query = a_query(XML)
    assert refusal(query[: query.index(b"&Signature=")] + b"&Signature=*") == "request-encoding"


def test_it_refuses_a_query_that_is_not_ascii() -> None:
    assert refusal(a_query(XML) + b"&locale=n\xc3\xb8") == "request-encoding"


def test_it_refuses_another_encoding_than_deflate() -> None:
    assert refusal(a_query(XML) + b"&SAMLEncoding=urn%3Axyz") == "request-encoding"


def test_it_takes_the_deflate_encoding_by_its_name() -> None:
    name = escaped(redirect_binding.DEFLATE_ENCODING).encode()
    assert received(a_query(XML) + b"&SAMLEncoding=" + name).root.get("ID") == "_request-1"


def test_line_breaks_in_base64_and_a_bare_plus_are_read() -> None:
    text = base64.b64encode(deflated(XML)).decode()
    broken = escaped(f"{text[:40]}\r\n{text[40:]}").replace("%2B", "+")
    assert received(f"SAMLRequest={broken}".encode()).root.get("ID") == "_request-1"


def test_it_refuses_a_deflate_bomb() -> None:
    assert refusal(query_of(deflated(b"a" * 10_000_000))) == "deflate-too-large"


def test_it_refuses_data_after_the_deflated_message() -> None:
    assert refusal(query_of(deflated(XML) + b"more")) == "deflate-trailing"


def test_it_refuses_a_message_cut_short() -> None:
    assert refusal(query_of(deflated(XML)[:-5])) == "deflate-incomplete"


def test_it_refuses_a_message_that_was_not_deflated() -> None:
    assert refusal(query_of(XML)) == "deflate-broken"


@pytest.mark.parametrize("state", ["", "plain", "søknad & skjema=1", "a+b c", "𝛼 \u2028", "%41"])
def test_relay_state_is_what_the_sender_meant_byte_for_byte(state: str) -> None:
    assert received(a_query(XML, state)).relay_state == state


def test_a_plus_in_relay_state_is_a_space_as_forms_write_it() -> None:
    assert received(a_query(XML, signed_by=None) + b"&RelayState=a+b").relay_state == "a b"


def test_no_relay_state_is_not_an_empty_one() -> None:
    assert received(a_query(XML)).relay_state is None


def test_relay_state_may_have_eight_kilobytes_and_not_one_byte_more() -> None:
    assert received(a_query(XML, LONG_ENOUGH)).relay_state == LONG_ENOUGH
    assert refusal(a_query(XML, LONG_ENOUGH + "x")) == "request-relay-state"


def test_relay_state_that_cannot_be_given_back_is_refused() -> None:
    assert refusal(a_query(XML, b"\xff\xfe")) == "request-relay-state"


def test_neither_message_nor_relay_state_shows_in_its_repr() -> None:
    query = a_query(XML, "my-own-secret")
    assert "my-own-secret" not in repr(received(query))
    assert unquote_to_bytes(query)[:30].decode() not in repr(received(query))
