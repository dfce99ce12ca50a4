"""One POST to a gateway, told apart by whether any byte of it may have arrived."""

from urllib.parse import urlsplit

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway.http_format import Posting
from hub.outside.http_exchange import BrokenOff, Exchange, Limits, NotConnected, exchanged

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024


def post(
    url: str, posting: Posting, answer_seconds: float = ANSWER_SECONDS
) -> tuple[int, bytes]:
    """Status and body; raises OutsideFailed before, OutcomeUnknown after it was sent."""
    exchange = Exchange("POST", url, posting.body, posting.headers)
    limits = Limits(CONNECT_SECONDS, answer_seconds, LARGEST_ANSWER)
    host = urlsplit(url).hostname
    try:
        answer = exchanged(exchange, limits)
    except NotConnected as fault:
        raise OutsideFailed(
            f"no connection to {host}: {fault}", code="sms-gateway-away"
        ) from None
    except BrokenOff as fault:
        raise OutcomeUnknown(f"{host}: {fault}") from None
    return answer.status, answer.body
