"""One HTTP request with a limit for the whole answer.

The standard library's client is used because it lets us connect first and send then: a
connection that fails has sent nothing.  No redirect is followed, no proxy asked, nothing
tried twice; certificates are checked against the machine's authorities.  An address may
hold an identity number, so none stands in a fault.
"""

import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hub.outside.authorities import authorities

PIECE = 4096


class NotConnected(Exception):
    """There was no connection: nothing was sent."""


class BrokenOff(Exception):
    """It was sent, or some of it, and no whole answer came in time."""


@dataclass(frozen=True, slots=True)
class Exchange:
    method: str
    url: str = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    connect_seconds: float
    answer_seconds: float  # for the whole answer, however slowly it comes
    largest_answer: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)  # names in lower case


def exchanged(exchange: Exchange, limits: Limits) -> Answer:
    """The answer, whatever its status; raises NotConnected or BrokenOff."""
    parts = urlsplit(exchange.url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, limits)
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as fault:
        connection.close()
        raise NotConnected(type(fault).__name__) from None
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        return _answered(connection, target, exchange, limits)
    except (OSError, http.client.HTTPException) as fault:
        raise BrokenOff(type(fault).__name__) from None
    finally:
        connection.close()


def _connection(
    scheme: str, host: str, port: int | None, limits: Limits
) -> http.client.HTTPConnection:
    seconds = limits.connect_seconds
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=authorities())
    return http.client.HTTPConnection(host, port, timeout=seconds)


def _answered(
    connection: http.client.HTTPConnection, target: str, exchange: Exchange, limits: Limits
) -> Answer:
    give_up_at = time.monotonic() + limits.answer_seconds
    link = connection.sock
    link.settimeout(limits.answer_seconds)
    connection.request(exchange.method, target, exchange.body, dict(exchange.headers))
    with connection.getresponse() as answer:  # closed also when it is not read to its end
        body = bytearray()
        while len(body) <= limits.largest_answer:
            link.settimeout(_left(give_up_at))
            piece = answer.read1(PIECE)
            if not piece:
                headers = {name.lower(): value for name, value in answer.getheaders()}
                return Answer(answer.status, bytes(body), headers)
            body += piece
    raise http.client.HTTPException("the answer is too large")


def _left(give_up_at: float) -> float:
    left = give_up_at - time.monotonic()
    if left <= 0:
        raise socket.timeout("the answer took too long")
    return left
