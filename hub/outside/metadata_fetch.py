"""Metadata from an agency's web server: one guarded GET, whoever has written the address.

https only, to public addresses only; a name is looked up once for each request and the
connection goes to the very address that was judged, so no second answer of the name server
counts.  Redirects are few and judged anew.  The answer has limits of size and of time for
the whole, however slowly it comes.  No proxy is asked, and the type of the content is not
looked at.  In development a server on this machine may be asked, and by http
(`sp_registry.addresses`).
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import SplitResult, urljoin, urlsplit

from hub.outside.authorities import authorities
from metadata.safe_xml import MAX_METADATA
from sp_registry import addresses, public_address
from sp_registry.source import SourceFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_REDIRECTS: Final = 3
LONGEST_URL: Final = 2048
PIECE: Final = 16 * 1024
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HEADERS: Final = {
    "Accept": "application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "minid-hub metadata",
}

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    connect_seconds: float = 4.0
    whole_seconds: float = 12.0  # redirects and all
    largest: int = MAX_METADATA


def looked_up(host: str, port: int) -> Sequence[str]:
    """Every address of this name; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class MetadataFetcher:
    """Keeps `sp_registry.seams.Fetch`."""

    http_hosts: Collection[str] = ()  # of this machine: named in development alone
    resolve: Resolve = looked_up
    tls: ssl.SSLContext = field(default_factory=authorities)
    limits: Limits = Limits()

    def __call__(self, url: str) -> bytes:
        give_up_at = monotonic() + self.limits.whole_seconds
        for _ in range(MOST_REDIRECTS + 1):
            parts = self._judged(url)
            host = parts.hostname or ""
            try:
                answer = self._asked(parts, give_up_at)
            except TimeoutError:
                raise _fault("source-slow", host, "took too long") from None
            except ssl.SSLError as fault:
                raise _fault("source-tls", host, f"is not to be trusted: {fault.reason}") from None
            except (OSError, http.client.HTTPException, UnicodeError) as fault:
                what = f"gave no answer: {type(fault).__name__}"
                raise _fault("source-away", host, what) from None
            if isinstance(answer, bytes):
                return answer
            url = _joined(url, answer)
        raise _fault("source-redirects", host, f"leads on more than {MOST_REDIRECTS} times")

    def posted(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of one POST under the same guard; no redirect is followed."""
        give_up_at = monotonic() + self.limits.whole_seconds
        parts = self._judged(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            address = self._address_of(host, port)
            with closing(self._connected(parts, (address, port), give_up_at)) as link:
                connection = _speaking(parts, link, give_up_at)
                connection.request("POST", _target(parts), body, dict(headers))
                return connection.getresponse().status
        except (OSError, http.client.HTTPException, UnicodeError) as fault:
            raise _fault("source-away", host, f"gave no answer: {type(fault).__name__}") from None

    def _asked(self, parts: SplitResult, give_up_at: float) -> bytes | str:
        """The document, or where it is said to be."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address_of(parts.hostname or "", port)
        link = self._connected(parts, (address, port), give_up_at)
        try:
            return self._answered(parts, link, give_up_at)
        finally:
            link.close()

    def _judged(self, url: str) -> SplitResult:
        fault = "it is too long" if len(url) > LONGEST_URL else None
        fault = fault or addresses.fault_of(url, self.http_hosts)
        if fault is not None:
            raise SourceFault("source-url", f"The address cannot be fetched: {fault}.")
        return urlsplit(url)

    def _address_of(self, host: str, port: int) -> str:
        """The first address, if every one of them may be asked."""
        found = self.resolve(host, port)
        is_ours = any(fnmatchcase(host, one) for one in self.http_hosts)
        for address in found:
            if not (public_address.is_public(address)
                    or is_ours and public_address.is_loopback(address)):
                raise _fault("source-private", host, "is not on the public network")
        if not found:
            raise _fault("source-away", host, "has no address")
        return found[0]

    def _connected(
        self, parts: SplitResult, address: tuple[str, int], give_up_at: float
    ) -> socket.socket:
        seconds = min(self.limits.connect_seconds, _left(give_up_at))
        link = socket.create_connection(address, timeout=seconds)
        if parts.scheme == "http":
            return link
        try:
            link.settimeout(_left(give_up_at))
            return self.tls.wrap_socket(link, server_hostname=parts.hostname)
        except (OSError, ValueError):
            link.close()
            raise

    def _answered(self, parts: SplitResult, link: socket.socket, give_up_at: float) -> bytes | str:
        host = parts.hostname or ""
        connection = _speaking(parts, link, give_up_at)
        connection.request("GET", _target(parts), headers=HEADERS)
        answer = connection.getresponse()
        if answer.status in REDIRECTS and (leads_to := answer.getheader("Location")):
            return leads_to
        if answer.status != 200:
            raise _fault("source-status", host, f"answers with status {answer.status}")
        body = bytearray()
        while piece := answer.read(PIECE):
            body += piece
            if len(body) > self.limits.largest:
                raise _fault("source-large", host, f"sends more than {self.limits.largest} bytes")
        return bytes(body)


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


def _joined(url: str, leads_to: str) -> str:
    try:
        return urljoin(url, leads_to)
    except ValueError:
        return leads_to  # it is no URL; `_judged` says so


def _left(give_up_at: float) -> float:
    left = give_up_at - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _fault(code: str, host: str, what: str) -> SourceFault:
    return SourceFault(code, f"{host[:253]} {what}.")
