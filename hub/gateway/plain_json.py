"""A gateway that takes and gives JSON, as newer ones do.

POST {"to", "from", "text", "reference", "validity_seconds"} with Bearer or Basic
authorisation; the reference is its Idempotency-Key too, so a gateway that knows this
header drops what comes twice.  Answer: {"id": …}.  Receipts: {"id", "state"} or a list.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.errors import OutcomeUnknown
from hub.gateway.account import Account
from hub.gateway.http_format import HttpFormat, Posting, ReceiptUnreadable
from hub.seams.outbox import Receipt
from hub.seams.outside import Sms

SECONDS_TO_LIVE = 600
STATES = {"delivered": True, "undelivered": False, "failed": False, "expired": False,
          "rejected": False}


def posting(account: Account, sender: str, sms: Sms) -> Posting:
    body = {
        "to": sms.to,
        "from": sender,
        "text": sms.text,
        "reference": sms.reference,
        "validity_seconds": SECONDS_TO_LIVE,
    }
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Authorization": _authorisation(account),
        "Idempotency-Key": sms.reference,
    }
    return Posting(headers, json.dumps(body).encode())


def taken(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        raise OutcomeUnknown("the gateway's answer is no JSON") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
        raise OutcomeUnknown("the gateway's answer has no id")
    return str(answer["id"])


def receipts(gateway: str, body: bytes, at: datetime) -> Sequence[Receipt]:
    try:
        told = json.loads(body)
    except ValueError:
        raise ReceiptUnreadable("the receipt is no JSON") from None
    each = told if isinstance(told, list) else [told]
    if not all(isinstance(one, dict) for one in each):
        raise ReceiptUnreadable("the receipt is no object")
    return [found for one in each if (found := _receipt(gateway, one, at))]


def acknowledgement(_receipts: Sequence[Receipt]) -> bytes:
    return b'{"status":"ok"}'


def _receipt(gateway: str, told: Mapping[str, object], at: datetime) -> Receipt | None:
    """None for one that says that the message is still on its way."""
    known, state = told.get("id"), told.get("state")
    if not isinstance(known, str) or not known or not isinstance(state, str):
        raise ReceiptUnreadable("the receipt has no id or no state")
    arrived = STATES.get(state.lower())
    return None if arrived is None else Receipt(gateway, known, arrived, at)


def _authorisation(account: Account) -> str:
    if not account.user:
        return f"Bearer {account.password}"
    pair = base64.b64encode(f"{account.user}:{account.password}".encode()).decode()
    return f"Basic {pair}"


JSON_FORMAT = HttpFormat(posting, taken, receipts, acknowledgement, "application/json")
