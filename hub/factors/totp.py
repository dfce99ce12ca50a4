"""Codes of an authenticator app (TOTP, RFC 6238): 6 digits, 30 seconds, SHA-1.

Pure.  That a time step is used once is the store's to see to (§5.2); how often one may
guess is a limit of `attempts`.
"""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

ISSUER = "MinID"
SECRET_BYTES = 20  # as long as the hash (RFC 4226 §4, R6)
DIGITS = 6
STEP = 30  # seconds
DRIFT = (-1, 0, 1)  # steps that the app's clock may be off, and the reader slow (§5.2)


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def typed_secret(secret: bytes) -> str:
    """The secret in groups of four, for those who type it in."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, account: str) -> str:
    """What the square picture says to the app."""
    return _codes(secret).get_provisioning_uri(account, ISSUER)


def code_at(secret: bytes, step: int) -> str:
    return _codes(secret).generate(step * STEP).decode()


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """The time step that this code belongs to; None if it is of none that counts now."""
    if not code.isascii():
        return None  # the comparison knows no other text
    steps = [step_at(now) + drift for drift in DRIFT]
    fits = [hmac.compare_digest(code_at(secret, step), code) for step in steps]
    return next((step for step, fit in zip(steps, fits, strict=True) if fit), None)


def _codes(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)
