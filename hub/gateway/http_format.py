"""What an HTTP gateway's language consists of, and what all of them mean by their status.

A code is never sent twice, so an answer that does not say whether the message was taken
(a broken one, or 500) counts as unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.errors import HubError, OutcomeUnknown, OutsideFailed
from hub.gateway.account import Account
from hub.seams.outbox import Receipt
from hub.seams.outside import Sms

REFUSED_US = frozenset({401, 402, 403, 404, 405})  # a fault of the account or address
NOT_NOW = frozenset({408, 429, 503})


class ReceiptUnreadable(HubError):
    """A gateway's receipt is not as its protocol has it."""

    code = "receipt-unreadable"


@dataclass(frozen=True, slots=True)
class Posting:
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HttpFormat:
    """How one kind of gateway is spoken to."""

    posting: Callable[[Account, str, Sms], Posting]  # account, sender, message
    taken: Callable[[bytes], str]  # the gateway's id from its answer
    receipts: Callable[[str, bytes, datetime], Sequence[Receipt]]
    acknowledgement: Callable[[Sequence[Receipt]], bytes]
    content_type: str


def require_taken(status: int) -> None:
    """Nothing if the status is one of success; raises what it means otherwise."""
    if 200 <= status < 300:
        return
    if status in REFUSED_US:
        raise OutsideFailed(f"the gateway answered {status}", code="sms-gateway-account")
    if status in NOT_NOW:
        raise OutsideFailed(f"the gateway answered {status}", code="sms-gateway-busy")
    if 400 <= status < 500:
        raise OutsideFailed(
            f"the gateway answered {status}", permanent=True, code="sms-gateway-refused"
        )
    raise OutcomeUnknown(f"the gateway answered {status}")
