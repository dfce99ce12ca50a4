"""The SOAP envelope: one message in, one message out (Bindings §3.2)."""

import pytest

from hub.errors import RejectedRequest
from hub.saml import soap
from metadata import names
from metadata.safe_xml import UnsafeXml

MESSAGE = f'<p:LogoutRequest xmlns:p="{names.SAMLP}" ID="_1"></p:LogoutRequest>'


def an_envelope(body: str = MESSAGE, header: str = "", after: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><s:Envelope xmlns:s="{names.SOAP}">{header}'
        f"<s:Body>{body}</s:Body>{after}</s:Envelope>"
    ).encode()


def refusal_of(envelope: bytes) -> str:
    with pytest.raises(RejectedRequest) as refused:
        soap.body_of(envelope)
    return refused.value.code


def test_it_gives_the_one_message_of_the_body() -> None:
    assert soap.body_of(an_envelope(f"\n  {MESSAGE}\n")).get("ID") == "_1"


def test_a_message_comes_out_of_the_envelope_that_it_was_put_in() -> None:
    assert soap.body_of(soap.enveloped_message(MESSAGE.encode())).get("ID") == "_1"


def test_it_passes_over_a_header_that_may_be_passed_over() -> None:
    header = '<s:Header><x:a xmlns:x="urn:x" s:mustUnderstand="0"/></s:Header>'
    assert soap.body_of(an_envelope(header=header)).get("ID") == "_1"


def test_it_refuses_a_header_that_must_be_understood() -> None:
    header = '<s:Header><x:a xmlns:x="urn:x" s:mustUnderstand="1"/></s:Header>'
    assert refusal_of(an_envelope(header=header)) == "soap-must-understand"


@pytest.mark.parametrize("body", ["", MESSAGE + MESSAGE, MESSAGE + "text", "text" + MESSAGE])
def test_it_refuses_a_body_of_anything_but_one_message(body: str) -> None:
    assert refusal_of(an_envelope(body)) == "soap-body"


@pytest.mark.parametrize("after", ["<s:Body/>", '<x:a xmlns:x="urn:x"/>', "<s:Header/>"])
def test_it_refuses_an_envelope_with_more_than_a_body(after: str) -> None:
    assert refusal_of(an_envelope(after=after)) == "soap-envelope"


def test_it_refuses_a_message_without_its_envelope() -> None:
    assert refusal_of(MESSAGE.encode()) == "soap-envelope"


def test_it_refuses_an_envelope_of_soap_1_2() -> None:
    other = an_envelope().replace(
        names.SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"
    )
    assert refusal_of(other) == "soap-envelope"


def test_it_says_that_a_fault_came_instead_of_a_message() -> None:
    assert refusal_of(soap.fault()) == "soap-fault"


def test_it_lets_xml_in_by_the_one_door_alone() -> None:
    with pytest.raises(UnsafeXml):
        soap.body_of(b"<!DOCTYPE a>" + an_envelope())


def test_its_own_fault_tells_nothing() -> None:
    assert b"The message was refused." in soap.fault()
