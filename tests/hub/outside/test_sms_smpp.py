"""SMPP against a message centre that reads our bytes itself."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

import pytest

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway.account import Account
from hub.outside.sms_smpp import SmppGateway, SmppReceipts
from hub.seams.outbox import MessageState, Receipt
from hub.seams.outside import Sms
from hub.sending.outbox import LEASE, an_sms
from tests.fakes import FixedClock
from tests.hub.world import World
from tests.peers import tls
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


def test_silence_after_it_was_sent_is_unknown_and_ends_the_session(peer: SmppPeer) -> None:
    gateway = SmppGateway(account(peer), "MinID", answer_seconds=0.2)
    peer.is_silent = True
    with pytest.raises(OutcomeUnknown):
        gateway.send(SMS)
    peer.is_silent = False
    assert gateway.send(SMS) == "id2"  # not the first one's answer, come late
    assert peer.binds == [TRANSMITTER, TRANSMITTER]


def test_receipts_that_come_early_twice_and_late_leave_what_is_true(
    world: World, peer: SmppPeer
) -> None:
    outbox, now = world.store.outbox, world.clock.now()
    message = an_sms(SMS.to, SMS.text, "login", now + timedelta(minutes=10), "p")
    leased = outbox.put_leased(message, now, LEASE)
    assert outbox.begin(leased, "first", now)
    gateway_id = a_gateway(peer).send(SMS)
    states = []
    with listening(SmppReceipts(account(peer), world.clock, outbox.receive), peer):
        for state in (b"DELIVRD", b"DELIVRD", b"UNDELIV", b"ENROUTE"):
            peer.tell(b"id:%s sub:001 dlvrd:001 stat:%s err:000 text:" % (b"id1", state))
            peer.acknowledged.get(timeout=PATIENCE)
            if len(states) == 0:  # the receipt was faster than our own record
                outbox.sent(leased, gateway_id, now)
                outbox.settle(now)
            states.append(outbox.of_person("p")[0].state)
    assert states == [MessageState.DELIVERED] * 4


@contextmanager
def listening(source: SmppReceipts, peer: SmppPeer) -> Iterator[None]:
    is_over = threading.Event()
    thread = threading.Thread(target=source.listen, args=(is_over,))
    peer.bound.clear()
    thread.start()
    assert peer.bound.wait(PATIENCE)
    try:
        yield
    finally:
        is_over.set()
        thread.join(PATIENCE)


def over_tls(peer: SmppPeer) -> SmppGateway:
    url = f"smpps://127.0.0.1:{peer.port}"
    return SmppGateway(Account("first", "smpp", url, "minid", "secret"), "MinID")


def test_it_speaks_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tls.identity(tmp_path / "peer.pem", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    with smpp_peer(tls.server_side(known)) as peer:
        assert over_tls(peer).send(SMS) == "id1"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.3"])
def test_a_centre_whose_certificate_is_not_its_own_or_not_trusted_gets_nothing(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = tls.identity(tmp_path / "shown.pem", address)
    is_its_own = address == "127.0.0.1"
    trusted = tls.identity(tmp_path / "other.pem", address) if is_its_own else shown
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with smpp_peer(tls.server_side(shown)) as peer:
        with pytest.raises(OutsideFailed) as fault:
            over_tls(peer).send(SMS)
    assert (fault.value.code, peer.binds) == ("sms-gateway-away", [])
