"""What a stranger's address may lead to."""

import pytest

from sp_registry.public_address import is_loopback, is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14"])
def test_what_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:0a00:0001::1",
        "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2001:db8::1", "fec0::1", "::7f00:1", "::8.8.8.8",
        "no address",
    ],
)  # fmt: skip
def test_what_only_some_can_reach_is_not(address: str) -> None:
    assert not is_public(address)


def test_loopback_is_told_from_the_rest() -> None:
    assert is_loopback("127.8.8.8") and is_loopback("::1")
    assert not is_loopback("10.0.0.1") and not is_loopback("localhost")
