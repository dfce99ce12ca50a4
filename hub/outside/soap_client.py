"""The back channel to service providers: one POST to the registered address.

Each call has 2 s to connect and 4 s in all; a timer ends the connection of one
that sends a byte now and then.  TLS is verified against the machine's
authorities.  Redirects and proxies of the environment are not followed.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from hub.errors import OutsideFailed
from hub.outside.authorities import authorities
from hub.saml.soap import CONTENT_TYPE
from metadata.safe_xml import MAX_MESSAGE

CONNECT_SECONDS = 2.0
WHOLE_SECONDS = 4.0
HEADERS = {
    "Content-Type": CONTENT_TYPE,
    "Accept": "text/xml",
    "SOAPAction": '"http://www.oasis-open.org/committees/security"',  # B§3.2.3.1
    "Connection": "close",
}


class HttpSoapClient:
    def __init__(
        self, connect_seconds: float = CONNECT_SECONDS, whole_seconds: float = WHOLE_SECONDS
    ) -> None:
        self._connect_seconds = connect_seconds
        self._whole_seconds = whole_seconds

    def send(self, url: str, envelope: bytes) -> bytes:
        started = monotonic()
        try:
            return self._exchange(urlsplit(url), envelope)
        except (OSError, HTTPException, ValueError) as fault:
            took = monotonic() - started
            is_silent = isinstance(fault, TimeoutError) or took >= self._whole_seconds
            raise OutsideFailed(
                f"no answer from {url} after {took:.1f} s: {type(fault).__name__}",
                code="soap-silent" if is_silent else "soap-unreachable",
            ) from None

    def _exchange(self, url: SplitResult, envelope: bytes) -> bytes:
        connection = self._connection(url)
        try:
            connection.connect()
            with self._cut_off_in_time(connection.sock):
                target = (url.path or "/") + (f"?{url.query}" if url.query else "")
                connection.request("POST", target, envelope, HEADERS)
                answer = connection.getresponse()
                body = answer.read(MAX_MESSAGE + 1)
        finally:
            connection.close()
        # A SOAP fault comes with 500 and is read as well; anything else is no SOAP (B§3.2.3.3).
        if answer.status not in (200, 500) or not body or len(body) > MAX_MESSAGE:
            raise HTTPException(f"status {answer.status} with {len(body)} bytes")
        return body

    def _connection(self, url: SplitResult) -> HTTPConnection:
        if url.scheme == "https" and url.hostname:
            return HTTPSConnection(
                url.hostname, url.port, timeout=self._connect_seconds, context=authorities()
            )
        if url.scheme == "http" and url.hostname:  # registered in development mode alone
            return HTTPConnection(url.hostname, url.port, timeout=self._connect_seconds)
        raise ValueError("the address is neither https nor http")

    @contextmanager
    def _cut_off_in_time(self, connected: socket.socket) -> Iterator[None]:
        connected.settimeout(self._whole_seconds)
        is_cut_off = Event()

        def cut_off() -> None:
            is_cut_off.set()
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

        timer = Timer(self._whole_seconds, cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if is_cut_off.is_set():  # what was read by then looks like a whole answer
            raise TimeoutError
