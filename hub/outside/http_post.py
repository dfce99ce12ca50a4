"""One POST to a gateway, told apart by whether any byte of it may have arrived.

The standard library's client is used because it lets us connect first and send then: a
connection that fails has sent nothing.  No redirect is followed, no proxy asked, nothing
tried twice; certificates are checked against the machine's authorities.
"""

import http.client
import socket
import ssl
import time
from urllib.parse import urlsplit

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway.http_format import Posting

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0  # for the whole answer, however slowly it comes
LARGEST_ANSWER = 64 * 1024
PIECE = 4096


def post(
    url: str, posting: Posting, answer_seconds: float = ANSWER_SECONDS
) -> tuple[int, bytes]:
    """Status and body; raises OutsideFailed before, OutcomeUnknown after it was sent."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as fault:
        connection.close()
        raise OutsideFailed(
            f"no connection to {parts.hostname}: {type(fault).__name__}",
            code="sms-gateway-away",
        ) from None
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        return _exchanged(connection, target, posting, answer_seconds)
    except (OSError, http.client.HTTPException) as fault:
        raise OutcomeUnknown(f"{parts.hostname}: {type(fault).__name__}") from None
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)


def _exchanged(
    connection: http.client.HTTPConnection, target: str, posting: Posting, seconds: float
) -> tuple[int, bytes]:
    give_up_at = time.monotonic() + seconds
    link = connection.sock
    link.settimeout(seconds)
    connection.request("POST", target, posting.body, dict(posting.headers))
    answer = connection.getresponse()
    body = b""
    while len(body) <= LARGEST_ANSWER:
        link.settimeout(_left(give_up_at))
        piece = answer.read1(PIECE)
        if not piece:
            return answer.status, body
        body += piece
    raise http.client.HTTPException("the answer is too large")


def _left(give_up_at: float) -> float:
    left = give_up_at - time.monotonic()
    if left <= 0:
        raise socket.timeout("the answer took too long")
    return left
