"""Which addresses of the network a stranger's URL may lead the hub to.  Pure.

Only what everybody can reach: nothing private, link-local, site-local, shared or reserved,
and no IPv6 address that carries such an IPv4 one.  A name is judged by what it resolves to, and
whoever asks must connect to the very address that was judged: a second look-up may answer
something else.
"""

import ipaddress
from collections.abc import Iterator
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
NAT64_LOCAL: Final = ipaddress.ip_network("64:ff9b:1::/48")


def is_public(text: str) -> bool:
    """Whether this address, and whatever it carries, is everybody's."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if address in NAT64_LOCAL:
        return False
    return all(_is_everybodys(one) for one in _carried(address))


def _is_everybodys(address: Address) -> bool:
    # `is_global` knows neither the old IPv6 forms of a site and of IPv4, nor multicast.
    is_old = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_old)


def is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _carried(address: Address) -> Iterator[Address]:
    """The addresses that packets may go to: its own, or the ones packed in it."""
    packed: list[Address | None] = []
    if isinstance(address, ipaddress.IPv6Address):
        packed = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            packed.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    found = [one for one in packed if one is not None]
    # A mapped address is not global by itself, though what it carries may be.
    yield from found or [address]
