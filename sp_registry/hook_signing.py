"""How a webhook's message is signed: the Standard Webhooks scheme, version `v1`.

HMAC-SHA-256 over the message's id, the moment of sending, and the body as it is sent, each
with a full stop between.  While a secret is being changed there is a signature for each.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def a_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    secrets_of: Sequence[str], id: str, body: bytes, now: datetime
) -> Mapping[str, str]:
    """The id is the same at each try, the time and so the signature are of this one."""
    stamp = str(int(now.timestamp()))
    signed = f"{id}.{stamp}.".encode() + body
    return {
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets_of),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
