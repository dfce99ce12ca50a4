"""Bindings §3.5."""

import base64

import pytest

from hub.errors import RejectedRequest
from hub.saml import post_binding
from hub.saml.received import Received
from metadata import names
from metadata.errors import MetadataError
from tests.builders import CONSUMER, SSO, a_form, an_authn_request, deflated

XML = an_authn_request()
Fields = tuple[tuple[str, str], ...]


def received(fields: Fields) -> Received:
    return post_binding.receive(fields, SSO)


def refusal(fields: Fields) -> str:
    with pytest.raises((RejectedRequest, MetadataError)) as refused:
        received(fields)
    assert isinstance(refused.value, RejectedRequest | MetadataError)
    return refused.value.code


def test_it_reads_the_message() -> None:
    found = received(a_form(XML, "state"))
    assert found.root.get("ID") == "_request-1"
    assert (found.binding, found.at_url) == (names.HTTP_POST, SSO)
    assert (found.relay_state, found.detached) == ("state", None)


@pytest.mark.parametrize("name", ["SAMLRequest", "RelayState"])
def test_it_refuses_a_doubled_field(name: str) -> None:
    assert refusal((*a_form(XML, "s"), (name, "x"))) == "request-parameter-twice"


def test_fields_of_others_are_nothing_to_it() -> None:
    assert received((("x", "1"), ("x", "2"), *a_form(XML))).root.get("ID") == "_request-1"


def test_it_refuses_a_form_without_a_message() -> None:
    assert refusal((("RelayState", "x"),)) == "request-missing"


def test_it_refuses_what_is_not_base64() -> None:
    assert refusal((("SAMLRequest", "<xml>"),)) == "request-encoding"


def test_it_never_inflates() -> None:
    compressed = base64.b64encode(deflated(XML)).decode()
    assert refusal((("SAMLRequest", compressed),)) == "xml-not-utf8"


def test_it_refuses_a_message_that_is_too_large() -> None:
    large = base64.b64encode(b"<x>" + b"a" * 300_000 + b"</x>").decode()
    assert refusal((("SAMLRequest", large),)) == "xml-too-large"


def test_base64_in_lines_is_read() -> None:
    lines = base64.encodebytes(XML).decode()
    assert received((("SAMLRequest", lines),)).root.get("ID") == "_request-1"


def test_relay_state_may_have_eight_kilobytes_and_not_one_byte_more() -> None:
    assert received(a_form(XML, "å" * 4096)).relay_state == "å" * 4096
    assert refusal(a_form(XML, "å" * 4096 + "x")) == "request-relay-state"


def test_our_form_carries_the_message_and_the_state_as_it_came() -> None:
    form = post_binding.form(CONSUMER, b"<message/>", "søknad \U0001d6fc")
    assert form.action == CONSUMER
    assert dict(form.fields) == {
        "SAMLResponse": base64.b64encode(b"<message/>").decode(),
        "RelayState": "søknad \U0001d6fc",
    }


def test_without_relay_state_none_is_sent() -> None:
    assert "RelayState" not in dict(post_binding.form(CONSUMER, b"<message/>", None).fields)


def test_the_message_does_not_show_in_the_repr_of_the_form() -> None:
    assert "PG1lc3NhZ2UvPg" not in repr(post_binding.form(CONSUMER, b"<message/>", None))
