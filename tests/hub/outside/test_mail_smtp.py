"""Mail against a server of SMTP that reads our lines itself."""

import email
from collections.abc import Iterator
from datetime import datetime
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from hub.errors import HubError, OutcomeUnknown, OutsideFailed
from hub.outside.mail_smtp import OnScreenMail, SmtpMail
from hub.seams.outside import Mail
from hub.settings import Settings
from tests.fakes import FixedClock
from tests.hub.world import World
from tests.peers import tls
from tests.peers.smtp_server import SmtpPeer, smtp_peer

MAIL = Mail("kari@example.no", "MinID: Passordet er endra", "Var det ikkje deg? Æ, ø, å.", "row-1")
FROM = "minid@example.no"
# An address of this machine that the settings do not take for it.
ELSEWHERE = "127.0.0.2"


@pytest.fixture
def peer() -> Iterator[SmtpPeer]:
    with smtp_peer() as running:
        yield running


def settings(peer: SmtpPeer | None = None, **changes: Any) -> Settings:
    given: dict[str, Any] = {"base_url": "https://minid.example.no", "mail_from": FROM}
    if peer is not None:
        given |= {"smtp_host": "127.0.0.1", "smtp_port": peer.port}
    return Settings(**(given | changes))


def test_a_mail_arrives_as_it_was_written(peer: SmtpPeer, now: datetime) -> None:
    SmtpMail(settings(peer), FixedClock(now)).send(MAIL)
    message = email.message_from_string(peer.taken[0], policy=default)
    assert (message["To"], message["From"]) == ("kari@example.no", "minid@example.no")
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == "<row-1@minid.example.no>"
    assert message.get_content().strip() == MAIL.text


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such", True), ("450 later", False)])
def test_a_refusal_says_whether_to_try_again(
    peer: SmtpPeer, now: datetime, answer: str, permanent: bool
) -> None:
    peer.recipient_answer = answer
    with pytest.raises(OutsideFailed) as fault:
        SmtpMail(settings(peer), FixedClock(now)).send(MAIL)
    assert (fault.value.code, fault.value.permanent) == ("mail-refused", permanent)


def test_a_server_that_breaks_off_may_have_it(peer: SmtpPeer, now: datetime) -> None:
    peer.hangs_up_after_data = True
    with pytest.raises(OutcomeUnknown):
        SmtpMail(settings(peer), FixedClock(now)).send(MAIL)


def test_nothing_goes_over_the_network_without_tls(
    peer: SmtpPeer, now: datetime
) -> None:
    elsewhere = settings(peer, smtp_host=ELSEWHERE)
    with pytest.raises(OutsideFailed) as fault:
        SmtpMail(elsewhere, FixedClock(now)).send(MAIL)
    assert fault.value.code == "mail-away"
    assert peer.taken == []


def test_mail_on_screen_is_for_development_alone(world: World) -> None:
    with pytest.raises(HubError, match="development"):
        OnScreenMail(settings(), world.store.inbox, world.clock)


def test_over_the_network_it_goes_encrypted(
    now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tls.identity(tmp_path / "peer.pem", ELSEWHERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    with smtp_peer(tls.server_side(known)) as peer:
        SmtpMail(settings(peer, smtp_host=ELSEWHERE), FixedClock(now)).send(MAIL)
    assert peer.encrypted == [True]


@pytest.mark.parametrize("address", [ELSEWHERE, "127.0.0.3"])
def test_a_server_whose_certificate_is_not_its_own_or_not_trusted_gets_nothing(
    address: str, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = tls.identity(tmp_path / "shown.pem", address)
    trusted = shown if address != ELSEWHERE else tls.identity(tmp_path / "other.pem", address)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with smtp_peer(tls.server_side(shown)) as peer:
        with pytest.raises(OutsideFailed) as fault:
            SmtpMail(settings(peer, smtp_host=ELSEWHERE), FixedClock(now)).send(MAIL)
    assert (fault.value.code, peer.taken) == ("mail-away", [])
