"""SMPP against a message centre that reads our bytes itself."""

import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from queue import SimpleQueue

import pytest

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway.account import Account
from hub.outside.sms_smpp import SmppGateway, SmppReceipts
from hub.seams import Receipt, Sms
from tests.fakes import FixedClock
from tests.peers.smpp_server import TRANSMITTER, SmppPeer, smpp_peer

SMS = Sms("+4790190190", "123456 frå MinID", "row-1")
PATIENCE = 60.0  # seconds: a busy machine is no fault


@pytest.fixture
def peer() -> Iterator[SmppPeer]:
    with smpp_peer() as running:
        yield running


def account(peer: SmppPeer, password: str = "secret") -> Account:
    return Account("first", "smpp", f"smpp://127.0.0.1:{peer.port}", "minid", password)


def a_gateway(peer: SmppPeer, password: str = "secret") -> SmppGateway:
    return SmppGateway(account(peer, password), "MinID")


def test_it_sends_in_the_default_alphabet_and_gives_the_id(peer: SmppPeer) -> None:
    assert a_gateway(peer).send(SMS) == "id1"
    (given,) = peer.given
    assert (given["source"], given["source_ton"]) == ("MinID", 5)
    assert (given["to"], given["registered"], given["coding"]) == ("4790190190", 1, 0)
    assert given["text"] == b"123456 fr\x0f MinID"


def test_other_letters_go_as_ucs2(peer: SmppPeer) -> None:
    a_gateway(peer).send(Sms(SMS.to, "123456 čálle", "r"))
    assert peer.given[0]["coding"] == 8
    assert peer.given[0]["text"] == "123456 čálle".encode("utf-16-be")


def test_a_long_notice_goes_as_payload(peer: SmppPeer) -> None:
    a_gateway(peer).send(Sms(SMS.to, "x" * 200, "r"))
    assert peer.given[0]["text"] == b""
    assert peer.given[0]["more"] == b"\x04\x24\x00\xc8" + b"x" * 200


def test_one_session_serves_many_messages(peer: SmppPeer) -> None:
    gateway = a_gateway(peer)
    assert [gateway.send(SMS) for _ in range(3)] == ["id1", "id2", "id3"]
    assert peer.binds == [TRANSMITTER]


def test_a_session_that_broke_off_at_the_message_is_unknown_and_opened_anew(
    peer: SmppPeer,
) -> None:
    gateway = a_gateway(peer)
    peer.hangs_up = True
    with pytest.raises(OutcomeUnknown):
        gateway.send(SMS)
    peer.hangs_up = False
    assert gateway.send(SMS) == "id2"


def test_a_wrong_password_is_a_fault_of_the_account(peer: SmppPeer) -> None:
    with pytest.raises(OutsideFailed) as fault:
        a_gateway(peer, "wrong").send(SMS)
    assert (fault.value.code, fault.value.permanent) == ("sms-gateway-account", False)


@pytest.mark.parametrize(("status", "permanent"), [(0x0B, True), (0x58, False)])
def test_a_status_says_whether_to_try_again(
    peer: SmppPeer, status: int, permanent: bool
) -> None:
    peer.status = status
    with pytest.raises(OutsideFailed) as fault:
        a_gateway(peer).send(SMS)
    assert fault.value.permanent is permanent
    assert not isinstance(fault.value, OutcomeUnknown)


def test_nothing_that_is_sent_is_logged(
    peer: SmppPeer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_gateway(peer).send(SMS)
    assert not [each for each in caplog.records if each.name == "minid.smpp"]


def test_receipts_are_given_on_and_acknowledged(peer: SmppPeer, now: datetime) -> None:
    told: SimpleQueue[Receipt] = SimpleQueue()
    is_over = threading.Event()
    source = SmppReceipts(account(peer), FixedClock(now), told.put)
    thread = threading.Thread(target=source.listen, args=(is_over,))
    thread.start()
    assert peer.bound.wait(PATIENCE)
    peer.tell(b"id:id7 sub:001 dlvrd:001 submit date:2611231014 stat:ENROUTE err:000 text:")
    peer.tell(b"id:id8 sub:001 dlvrd:000 submit date:2611231014 stat:UNDELIV err:001 text:")
    peer.tell(b"id:id9 sub:001 dlvrd:001 submit date:2611231014 stat:DELIVRD err:000 text:")
    found = [told.get(timeout=PATIENCE) for _ in range(2)]
    acknowledged = [peer.acknowledged.get(timeout=PATIENCE) for _ in range(3)]
    is_over.set()
    thread.join(PATIENCE)
    assert found == [Receipt("first", "id8", False, now), Receipt("first", "id9", True, now)]
    assert acknowledged == [1, 2, 3]
