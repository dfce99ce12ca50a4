"""Access tokens from Maskinporten, by a JWT grant signed with the enterprise key.

RFC 7523 §2.1; the claims are those that Maskinporten documents, and it refuses others.
A token is kept until shortly before it expires, in this process; one thread fetches it
while the others wait for that one.  Neither grant nor token stands in any text.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from certs.signing_key import SignatureAlgorithm, SigningKey
from hub.errors import OutsideFailed
from hub.outside.http_exchange import Answer, BrokenOff, Exchange, Limits, NotConnected, exchanged
from hub.registers.access import TokenAccess
from hub.registers.freg import understood
from hub.seams.outside import Clock

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANT_LIVES = timedelta(seconds=100)  # Maskinporten takes at most 120
SPARE = timedelta(seconds=20)  # a token is not used so shortly before it expires
REST = timedelta(seconds=1)  # after a fault: those who waited for that try do not each try again
ERRORS = frozenset({
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
    "unsupported_grant_type", "invalid_scope",
})
LIMITS = Limits(connect_seconds=1, answer_seconds=2, largest_answer=64 * 1024)


@dataclass(frozen=True, slots=True)
class Token:
    value: str = field(repr=False)
    good_until: datetime


class TokenAway(OutsideFailed):
    """Maskinporten could not be asked, or did not answer."""

    code = "token-away"

    def __init__(self, cause: str) -> None:
        super().__init__(f"Maskinporten: {cause}")
        self.cause = cause  # the name of the fault of the connection


class TokenRefused(OutsideFailed):
    """Maskinporten has answered, and not with a token (RFC 6749 §5.2)."""

    code = "token-refused"
    MOST_APART = 30  # seconds between two clocks, beyond which grants are not believed

    def __init__(self, answer: Answer, now: datetime) -> None:
        self.error = error_in(answer.body)
        self.seconds_apart = seconds_apart(answer.headers.get("date", ""), now)
        said = f"Maskinporten answers with status {answer.status}"
        super().__init__(f"{said}: {self.error}" if self.error else said)


class Maskinporten:
    """Tokens for one scope."""

    def __init__(self, access: TokenAccess, key: SigningKey, scope: str, clock: Clock) -> None:
        self._access = access
        self._key = key
        self._scope = scope
        self._clock = clock
        self._lock = Lock()
        self._token: Token | None = None
        self._rests_until: datetime | None = None

    def token(self) -> str:
        """One that is good now; raises OutsideFailed."""
        now, held = self._clock.now(), self._token
        if held is not None and now < held.good_until:
            return held.value
        with self._lock:
            now = self._clock.now()
            if self._token is None or self._token.good_until <= now:
                self._token = self._fetched_once(now)
            return self._token.value

    def forget(self, value: str) -> None:
        """The register refused this one: the next is a new one."""
        with self._lock:
            if self._token is not None and self._token.value == value:
                self._token = None

    def _fetched_once(self, now: datetime) -> Token:
        if self._rests_until is not None and now < self._rests_until:
            raise OutsideFailed("Maskinporten failed a moment ago", code="token-away")
        try:
            return self._fetched(now)
        except OutsideFailed:
            self._rests_until = now + REST
            raise

    def _fetched(self, now: datetime) -> Token:
        form = {"grant_type": GRANT_TYPE, "assertion": self._grant(now)}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        exchange = Exchange("POST", self._access.url, urlencode(form).encode(), headers)
        try:
            answer = exchanged(exchange, LIMITS)
        except (NotConnected, BrokenOff) as fault:
            raise TokenAway(str(fault)) from None
        if answer.status != 200:
            raise TokenRefused(answer, now)
        return understood(lambda: read(answer.body, now))

    def _grant(self, now: datetime) -> str:
        header: dict[str, object] = {"alg": "RS256", "typ": "JWT"}
        if self._access.key_id:
            header["kid"] = self._access.key_id
        else:
            header["x5c"] = [base64.b64encode(self._key.certificate.der).decode()]
        claims = {
            "aud": self._access.audience,
            "iss": self._access.client,
            "scope": self._scope,
            "iat": int(now.timestamp()),
            "exp": int((now + GRANT_LIVES).timestamp()),
            "jti": secrets.token_hex(16),
        }
        signed = f"{part(header)}.{part(claims)}"
        signature = self._key.sign(SignatureAlgorithm.RSA_SHA256, signed.encode())
        return f"{signed}.{unpadded(signature)}"


def error_in(body: bytes) -> str:
    """The error's own word, if it is one that RFC 6749 knows."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    error = said.get("error") if isinstance(said, dict) else None
    return error if error in ERRORS else ""


def seconds_apart(date: str, now: datetime) -> int:
    """How far the clock of whoever answered is from ours; 0 if it does not say."""
    try:
        return round(abs((parsedate_to_datetime(date) - now).total_seconds()))
    except (ValueError, TypeError):
        return 0


def read(body: bytes, now: datetime) -> Token:
    answer: Mapping[str, Any] = json.loads(body)
    lives = timedelta(seconds=int(answer["expires_in"]))
    return Token(str(answer["access_token"]), now + max(lives - SPARE, timedelta(0)))


def part(values: Mapping[str, object]) -> str:
    return unpadded(json.dumps(values, separators=(",", ":")).encode())


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
