"""Tokens by signed grants, and what the token endpoint does not believe."""

import base64
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey
from hub.errors import OutsideFailed
from hub.outside.maskinporten import GRANT_LIVES, Maskinporten
from hub.registers.server import Mode, RunningRegister
from hub.registers.token_office import BadGrant, TokenOffice
from tests.builders import MOMENT
from tests.fakes import FixedClock


def test_eight_threads_fetch_one_token(tokens: Maskinporten, server: RunningRegister) -> None:
    threads = [Thread(target=tokens.token) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.behaviour.asked == 1


def test_a_grant_signed_by_another_key_is_not_believed(
    tokens: Maskinporten, office: TokenOffice, clock: FixedClock, tmp_path: Path
) -> None:
    make_key(tmp_path, "other", KeyKind.RSA_2048, "somebody", MOMENT, 1)
    other = PemSigningKey.from_pem(
        (tmp_path / "other-1.key.pem").read_bytes(), (tmp_path / "other-1.crt.pem").read_bytes()
    )
    office.clients = {"minid": other.certificate}
    with pytest.raises(OutsideFailed) as refused:
        tokens.token()
    assert refused.value.code == "token-refused"


def test_those_who_waited_for_a_token_in_vain_do_not_each_try_again(
    tokens: Maskinporten, server: RunningRegister, clock: FixedClock
) -> None:
    server.behaviour.mode = Mode.DOWN
    for code in ("token-refused", "token-away"):
        with pytest.raises(OutsideFailed) as refused:
            tokens.token()
        assert refused.value.code == code
    assert server.behaviour.asked == 1
    server.behaviour.mode = Mode.UP
    clock.move(seconds=1)
    assert tokens.token()


def test_a_grant_is_used_once_and_in_its_time(
    tokens: Maskinporten, office: TokenOffice, clock: FixedClock
) -> None:
    grant = tokens._grant(clock.now())
    office.token(grant)
    with pytest.raises(BadGrant, match="used before"):
        office.token(grant)
    late = tokens._grant(clock.now() - GRANT_LIVES - timedelta(seconds=11))
    with pytest.raises(BadGrant, match="another time"):
        office.token(late)


@pytest.mark.parametrize("assertion", ["", "a.b.c", base64.b64encode(b"{}").decode() + "..x"])
def test_what_is_no_grant_is_refused(office: TokenOffice, assertion: str) -> None:
    with pytest.raises(BadGrant):
        office.token(assertion)
