"""What `minid doctor` says of the national registers: whether they answer, and else why not."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey
from hub.doctor.finding import State
from hub.outside import register_probe
from hub.outside.http_exchange import Answer
from hub.outside.maskinporten import TokenAway, TokenRefused
from hub.registers.access import CONTACT, POPULATION
from hub.registers.server import FREG, KRR_SCOPE, Mode, RunningRegister
from hub.settings import Settings
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.world import settings_in

DATE = "Tue, 03 Mar 2026 12:00:00 GMT"


@pytest.fixture
def settings(server: RunningRegister, key: PemSigningKey, tmp_path: Path) -> Settings:
    """Both registers, at the server that runs for the test, and the key that it knows."""
    return replace(
        settings_in(tmp_path),
        register_url=server.address + FREG,
        contact_register_url=server.address,
        contact_register_scope=KRR_SCOPE,
        register_token_url=f"{server.address}/token",
        register_token_audience=f"{server.address}/",
        register_client="minid",
    )


@pytest.fixture(autouse=True)
def known_key(key: PemSigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.outside.registers.enterprise_key", lambda _access: key)


def found(settings: Settings, clock: FixedClock) -> list[str]:
    return [
        f"{each.state} {each.check}: {each.found}"
        for each in register_probe.findings(settings, clock)
    ]


def test_registers_that_answer_are_well(settings: Settings, clock: FixedClock) -> None:
    said = "it gives us a token and answers"
    assert found(settings, clock) == [f"ok {POPULATION}: {said}", f"ok {CONTACT}: {said}"]


def test_where_there_is_no_register_nothing_is_asked(tmp_path: Path, clock: FixedClock) -> None:
    assert found(settings_in(tmp_path), clock) == []


def test_a_scope_that_does_not_open_the_register_is_named(
    settings: Settings, clock: FixedClock
) -> None:
    [first, _] = found(replace(settings, register_scope="krr:other"), clock)
    assert first == (
        f"wrong {POPULATION}: it answers with status 401: the scope krr:other does not open it"
    )


def test_a_register_that_is_down_is_told_with_its_status(
    settings: Settings, server: RunningRegister, clock: FixedClock
) -> None:
    server.behaviour.mode = Mode.DOWN
    assert found(settings, clock) == [
        f"wrong {name}: Maskinporten answers with status 503" for name in (POPULATION, CONTACT)
    ]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9", "nobody listens there"),
        ("https://no-such-host.invalid", "no such host is known"),
    ],
)
def test_what_is_not_reached_is_told_with_its_cause(
    settings: Settings, clock: FixedClock, address: str, said: str
) -> None:
    registers = replace(settings, register_url=address, contact_register_url=address)
    assert found(registers, clock) == [
        f"wrong {name}: {said}" for name in (POPULATION, CONTACT)
    ]
    tokens = replace(settings, register_token_url=f"{address}/token", contact_register_url="")
    assert found(tokens, clock) == [f"wrong {POPULATION}: Maskinporten: {said}"]


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("SSLCertVerificationError", "its certificate is not one that this machine trusts now"),
        ("TimeoutError", "no answer in time"),
        ("BadStatusLine", "the connection failed (BadStatusLine)"),
    ],
)
def test_each_cause_has_a_sentence(cause: str, said: str) -> None:
    finding = register_probe.not_reached("x", TokenAway(cause).cause)
    assert (finding.state, finding.found) == (State.WRONG, said) and finding.mend


@pytest.mark.parametrize(
    ("body", "hour", "said"),
    [
        (b'{"error": "invalid_grant"}', 11, "its clock and ours are 3600 s apart"),
        (b'{"error": "invalid_scope"}', 12, "this client may not have the scope krr:x"),
        (b'{"error": "invalid_client"}', 12, "answers with status 400: invalid_client"),
        (b'{"error": "somebody\'s number"}', 12, "answers with status 400"),
        (b"<html>", 12, "answers with status 400"),
    ],
)
def test_what_maskinporten_refuses_is_told_with_its_cause(
    settings: Settings, body: bytes, hour: int, said: str
) -> None:
    [probe, _] = register_probe.probes(replace(settings, register_scope="krr:x"))
    now = datetime(2026, 3, 3, hour, tzinfo=UTC)
    fault = TokenRefused(Answer(400, body, {"date": DATE}), now)
    finding = register_probe.no_token(probe, fault)
    assert finding.state is State.WRONG and finding.found.endswith(said) and finding.mend


def test_a_key_that_another_has_registered_is_refused(
    settings: Settings, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_key(tmp_path, "other", KeyKind.RSA_2048, "somebody", MOMENT, 1)
    monkeypatch.setattr("hub.outside.registers.enterprise_key", lambda _access: other)
    assert any("Maskinporten" in each for each in found(settings, clock))
