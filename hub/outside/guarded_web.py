"""One exchange with a server whose address somebody else has written: metadata, webhooks.

https only, to public addresses only; a name is looked up once for each exchange and the
connection goes to the very address that was judged, so no second answer of the name server
counts.  The whole ends at one moment, however slowly the answer comes.  No proxy is asked and
no redirect followed.  In development a server on this machine may be asked, and by http
(`sp_registry.addresses`).  How much of the answer is read is the caller's affair.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import SplitResult, urlsplit

from hub.outside.authorities import authorities
from sp_registry import addresses, public_address
from sp_registry.source import SourceFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LONGEST_URL: Final = 2048

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    connect_seconds: float = 4.0
    whole_seconds: float = 12.0  # redirects and all


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    headers: Mapping[str, str]
    body: bytes | None = None


def looked_up(host: str, port: int) -> Sequence[str]:
    """Every address of this name; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class GuardedWeb:
    http_hosts: Collection[str] = ()  # of this machine: named in development alone
    resolve: Resolve = looked_up
    tls: ssl.SSLContext = field(default_factory=authorities)
    limits: Limits = Limits()

    def deadline(self) -> float:
        """When what begins now is given up."""
        return monotonic() + self.limits.whole_seconds

    @contextmanager
    def answer(
        self, url: str, asked: Asked, give_up_at: float
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer, to be read inside; raises SourceFault, for faults of reading too."""
        parts = self._judged(url)
        host = parts.hostname or ""
        try:
            with closing(self._connected(parts, give_up_at)) as link:
                connection = _speaking(parts, link, give_up_at)
                connection.request(asked.method, _target(parts), asked.body, dict(asked.headers))
                yield connection.getresponse()
        except TimeoutError:
            raise fault_of("source-slow", host, "took too long") from None
        except ssl.SSLError as fault:
            raise fault_of("source-tls", host, f"is not to be trusted: {fault.reason}") from None
        except (OSError, http.client.HTTPException, UnicodeError) as fault:
            what = f"gave no answer: {type(fault).__name__}"
            raise fault_of("source-away", host, what) from None

    def _judged(self, url: str) -> SplitResult:
        fault = "it is too long" if len(url) > LONGEST_URL else None
        fault = fault or addresses.fault_of(url, self.http_hosts)
        if fault is not None:
            raise SourceFault("source-url", f"The address cannot be asked: {fault}.")
        return urlsplit(url)

    def _connected(self, parts: SplitResult, give_up_at: float) -> socket.socket:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address_of(parts.hostname or "", port)
        seconds = min(self.limits.connect_seconds, _left(give_up_at))
        link = socket.create_connection((address, port), timeout=seconds)
        if parts.scheme == "http":
            return link
        try:
            link.settimeout(_left(give_up_at))
            return self.tls.wrap_socket(link, server_hostname=parts.hostname)
        except (OSError, ValueError):
            link.close()
            raise

    def _address_of(self, host: str, port: int) -> str:
        """The first address, if every one of them may be asked."""
        found = self.resolve(host, port)
        is_ours = any(fnmatchcase(host, one) for one in self.http_hosts)
        for address in found:
            if not (public_address.is_public(address)
                    or is_ours and public_address.is_loopback(address)):
                raise fault_of("source-private", host, "is not on the public network")
        if not found:
            raise fault_of("source-away", host, "has no address")
        return found[0]


def fault_of(code: str, host: str, what: str) -> SourceFault:
    return SourceFault(code, f"{host[:253]} {what}.")


def _speaking(
    parts: SplitResult, link: socket.socket, give_up_at: float
) -> http.client.HTTPConnection:
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port)  # for Host alone: the link is there
    connection.sock = cast(socket.socket, _Timely(link, give_up_at))
    return connection


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Link(Protocol):
    """What of a socket is used, once it is connected."""

    def settimeout(self, seconds: float | None, /) -> None: ...

    def recv_into(self, buffer: "WriteableBuffer", /) -> int: ...

    def sendall(self, data: bytes, /) -> None: ...


class _Timely:
    """A connection all of whose work ends at one moment; as much of one as http.client needs."""

    def __init__(self, link: _Link, give_up_at: float) -> None:
        self._link = link
        self._give_up_at = give_up_at

    def sendall(self, data: bytes) -> None:
        self._link.settimeout(_left(self._give_up_at))
        self._link.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._link, self._give_up_at))

    def close(self) -> None:
        """The link is closed by whoever made it."""


class _Reader(io.RawIOBase):
    def __init__(self, link: _Link, give_up_at: float) -> None:
        self._link = link
        self._give_up_at = give_up_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        self._link.settimeout(_left(self._give_up_at))
        return self._link.recv_into(buffer)


def _left(give_up_at: float) -> float:
    left = give_up_at - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
