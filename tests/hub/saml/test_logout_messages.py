"""Our own logout messages: canonical, valid, signed, and read by others."""

import base64
import zlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from certs.signing_key import SignatureAlgorithm
from hub.errors import RejectedRequest
from hub.saml import logout_request, logout_response, redirect_out
from hub.saml.logout_request import LogoutRequest, NameId
from hub.saml.response import Envelope, Signer, Status
from metadata import names
from metadata.detached_signature import verify_detached
from metadata.schema import Kind, schema_faults
from metadata.signature import signed_part
from tests.builders import HUB, MOMENT, REGISTERED, SP, parsed

SIGNER = Signer(REGISTERED.signing_key, SignatureAlgorithm.RSA_SHA256)
AWKWARD = "a<&\"'>æ\t"


def a_request(**changes: Any) -> LogoutRequest:
    given: dict[str, Any] = {
        "id": "_request",
        "issuer": HUB,
        "issued_at": MOMENT,
        "name_id": NameId("_n", names.PERSISTENT, HUB, SP),
        "destination": f"{SP}/slo?a=1&b=2",
        "not_on_or_after": MOMENT + logout_request.LIFE,
        "session_indexes": ("_i", "_j"),
        "reason": logout_request.BY_USER,
    }
    return LogoutRequest(**(given | changes))


def written(request: LogoutRequest) -> bytes:
    return b"".join(logout_request.head_and_tail(request))


def canonical(xml: bytes) -> bytes:
    return etree.tostring(parsed(xml), method="c14n", exclusive=True)


@pytest.mark.parametrize(
    "request_",
    [
        a_request(),
        a_request(not_on_or_after=None, reason=None, session_indexes=()),
        a_request(name_id=NameId(AWKWARD), session_indexes=(AWKWARD,), reason=AWKWARD),
    ],
)
def test_a_request_is_written_in_canonical_form(request_: LogoutRequest) -> None:
    assert canonical(written(request_)) == written(request_)


def test_a_request_is_read_as_it_was_written() -> None:
    assert logout_request.read(parsed(written(a_request()))) == a_request()


def test_a_response_is_written_in_canonical_form() -> None:
    envelope = Envelope("_response", HUB, f"{SP}/slo", "_request", MOMENT)
    told = Status(names.SUCCESS, names.PARTIAL_LOGOUT, AWKWARD)
    xml = b"".join(logout_response.head_and_tail(envelope, told))
    assert canonical(xml) == xml


def test_a_response_is_read_as_it_was_written() -> None:
    envelope = Envelope("_response", HUB, f"{SP}/slo", "_request", MOMENT)
    told = Status(names.SUCCESS, names.PARTIAL_LOGOUT, "Not all")
    found = logout_response.read(
        parsed(b"".join(logout_response.head_and_tail(envelope, told)))
    )
    assert (found.id, found.in_response_to, found.status) == ("_response", "_request", told)
    assert not found.is_success


def test_our_signed_messages_keep_the_schema() -> None:
    request = a_request()
    signed = SIGNER.signed(*logout_request.head_and_tail(request), request.id)
    assert not schema_faults(parsed(signed), Kind.PROTOCOL)
    assert signed_part(parsed(signed), [REGISTERED.certificate])


def test_by_redirect_the_query_is_signed_and_the_message_whole() -> None:
    url = redirect_out.address(f"{SP}/slo", written(a_request()), "a b&c", "SAMLRequest", SIGNER)
    query = urlsplit(url).query
    fields = {name: values[0] for name, values in parse_qs(query).items()}
    octets = query.partition("&Signature=")[0].encode()
    value = base64.b64decode(fields["Signature"])
    assert verify_detached(octets, value, fields["SigAlg"], [REGISTERED.certificate])
    message = zlib.decompress(base64.b64decode(fields["SAMLRequest"]), -15)
    assert (message, fields["RelayState"]) == (written(a_request()), "a b&c")


def test_by_redirect_it_keeps_the_query_of_the_address() -> None:
    url = redirect_out.address(f"{SP}/slo?a=1", b"<x/>", None, "SAMLResponse", SIGNER)
    assert url.startswith(f"{SP}/slo?a=1&SAMLResponse=") and "RelayState" not in url


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "logout-name-id"),
        ("<saml:NameID>  </saml:NameID>", "logout-name-id"),
        ("<saml:NameID>_n</saml:NameID><saml:NameID>_m</saml:NameID>", "request-element-twice"),
        ("<saml:BaseID/>", "logout-name-id"),
        (f"<saml:NameID>{'n' * 1025}</saml:NameID>", "logout-name-id"),
        (
            "<saml:NameID>_n</saml:NameID>" + "<samlp:SessionIndex>_i</samlp:SessionIndex>" * 101,
            "logout-session-index",
        ),
    ],
)
def test_it_refuses_a_request_about_nobody_in_particular(content: str, code: str) -> None:
    xml = (
        f'<samlp:LogoutRequest xmlns:samlp="{names.SAMLP}" xmlns:saml="{names.SAML}" ID="_1"'
        f' Version="2.0" IssueInstant="2026-01-02T03:04:30Z"><saml:Issuer>{SP}</saml:Issuer>'
        f"{content}</samlp:LogoutRequest>"
    )
    with pytest.raises(RejectedRequest) as refused:
        logout_request.read(parsed(xml.encode()))
    assert refused.value.code == code


def test_a_padded_name_is_read_without_its_padding() -> None:
    xml = written(a_request()).replace(b">_n<", b">\n  _n\n<")
    assert logout_request.read(parsed(xml)).name_id.value == "_n"
