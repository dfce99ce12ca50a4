"""HTTP gateways against a server that misbehaves."""

import socket
from collections.abc import Iterator

import pytest

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway.account import Account
from hub.gateway.http_format import HttpFormat
from hub.gateway.link_xml import LINK_XML_FORMAT
from hub.gateway.plain_json import JSON_FORMAT
from hub.outside.sms_http import HttpGateway
from hub.seams.outside import Sms
from tests.peers.sms_http import GARBAGE, HttpPeer, http_peer

SMS = Sms("+4790190190", "123456 frå MinID", "row-1")


@pytest.fixture
def peer() -> Iterator[HttpPeer]:
    with http_peer() as running:
        yield running


def a_gateway(
    url: str, answer_seconds: float = 10, spoken: HttpFormat = JSON_FORMAT
) -> HttpGateway:
    account = Account("first", "json", url, "u", "p")
    return HttpGateway(account, "MinID", spoken, answer_seconds)


def test_it_gives_the_gateways_id(peer: HttpPeer) -> None:
    assert a_gateway(peer.url).send(SMS) == "gw-1"
    assert peer.given[0]["to"] == "+4790190190"
    assert peer.headers[0]["Idempotency-Key"] == "row-1"


@pytest.mark.parametrize("spoken", [JSON_FORMAT, LINK_XML_FORMAT])
def test_silence_after_it_was_sent_is_unknown(peer: HttpPeer, spoken: HttpFormat) -> None:
    peer.may_answer.clear()
    with pytest.raises(OutcomeUnknown):
        a_gateway(peer.url, 0.1, spoken).send(SMS)
    assert b"row-1" in peer.raw[0]


def test_it_gives_the_id_of_the_gateway_that_speaks_xml(peer: HttpPeer) -> None:
    peer.answer = (b"<SESSION><LOGON>OK</LOGON><MSGLST><MSG><STATUS>OK</STATUS><REF>gw-7</REF>"
                   b"</MSG></MSGLST></SESSION>")
    assert a_gateway(peer.url, spoken=LINK_XML_FORMAT).send(SMS) == "gw-7"


def test_a_closed_port_has_got_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OutsideFailed) as fault:
        a_gateway(f"http://127.0.0.1:{port}/").send(SMS)
    assert (fault.value.code, fault.value.permanent) == ("sms-gateway-away", False)
    assert not isinstance(fault.value, OutcomeUnknown)


@pytest.mark.parametrize(("status", "answer"), [(500, None), (200, GARBAGE), (302, None)])
def test_what_says_nothing_of_the_message_is_unknown(
    peer: HttpPeer, status: int, answer: bytes | None
) -> None:
    peer.status, peer.answer = status, answer
    with pytest.raises(OutcomeUnknown):
        a_gateway(peer.url).send(SMS)


def test_an_endless_answer_is_not_read_to_its_end(peer: HttpPeer) -> None:
    peer.answer = b"x" * 1_000_000
    with pytest.raises(OutcomeUnknown):
        a_gateway(peer.url).send(SMS)


def test_no_fault_tells_number_text_or_password(peer: HttpPeer) -> None:
    peer.status = 422
    with pytest.raises(OutsideFailed) as fault:
        a_gateway(peer.url).send(SMS)
    assert fault.value.permanent
    assert not any(secret in fault.value.detail for secret in ("90190190", "123456", "/send"))
