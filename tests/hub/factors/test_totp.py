"""Codes of authenticator apps: the RFC's own values, and which time steps count."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.factors import totp

SECRET = b"12345678901234567890"  # RFC 6238, Appendix B; its codes of 8 digits end in ours
NOW = datetime.fromtimestamp(1111111111, UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    now = datetime.fromtimestamp(second, UTC)
    assert totp.step_of(SECRET, code, now) == second // 30


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_one_step_to_either_side_counts(steps: int, counts: bool) -> None:
    code = totp.code_at(SECRET, totp.step_at(NOW))
    found = totp.step_of(SECRET, code, NOW - steps * timedelta(seconds=30))
    assert (found == totp.step_at(NOW)) is counts


@pytest.mark.parametrize("code", ["000000", "", "0504711", "50471", "०५०४७१", "abc\ud800"])
def test_anything_else_is_no_code(code: str) -> None:
    assert totp.step_of(SECRET, code, NOW) is None


def test_each_secret_is_new_and_long_enough() -> None:
    assert len(totp.new_secret()) == 20
    assert totp.new_secret() != totp.new_secret()


def test_the_address_says_all_that_an_app_needs() -> None:
    address = totp.address(SECRET, "minid.example")
    assert address.startswith("otpauth://totp/MinID:minid.example?")
    told = {"secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "digits=6", "period=30", "issuer=MinID"}
    assert told <= set(address.partition("?")[2].split("&"))


def test_a_typed_secret_is_in_groups_of_four() -> None:
    assert totp.typed_secret(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
