"""Maskinporten's part in development: takes JWT grants, gives access tokens (RFC 7523 §3).

A grant is believed by the certificate that its issuer has here, and never by one that it
brings along.  Tokens are random words, kept in this process.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from certs.certificate import Certificate

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_GRANT = timedelta(seconds=120)
SKEW = timedelta(seconds=10)
TOKEN_LIVES = timedelta(seconds=120)
CLAIMS = {"aud", "iss", "scope", "iat", "exp", "jti"}  # others are refused, as Maskinporten does


class BadGrant(Exception):
    """The grant is not believed; the text says why, for whoever develops a client."""


@dataclass
class TokenOffice:
    clients: Mapping[str, Certificate]
    now: Callable[[], datetime]
    audience: str = ""  # its own name, which it knows when it listens
    _tokens: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def token(self, assertion: str) -> str:
        """An access token for this grant; raises BadGrant."""
        claims = self._believed(assertion)
        token = secrets.token_urlsafe(24)
        with self._lock:
            if claims["jti"] in self._seen:
                raise BadGrant("the grant was used before")
            self._seen.add(claims["jti"])
            scopes = frozenset(str(claims["scope"]).split())
            self._tokens[token] = (self.now() + TOKEN_LIVES, scopes)
        return token

    def allows(self, token: str, scope: str) -> bool:
        """Whether this token is good now, and for this."""
        good_until, scopes = self._tokens.get(token, (None, frozenset[str]()))
        return good_until is not None and self.now() < good_until and scope in scopes

    def revoke_all(self) -> None:
        with self._lock:
            self._tokens.clear()

    def _believed(self, assertion: str) -> Mapping[str, Any]:
        try:
            header, body, signature = assertion.split(".")
            claims, algorithm = decoded(body), decoded(header)["alg"]
        except (ValueError, KeyError, TypeError):
            raise BadGrant("the assertion is no JWT") from None
        if set(claims) != CLAIMS or algorithm != "RS256":
            raise BadGrant(f"wanted alg RS256 and the claims {sorted(CLAIMS)}")
        certificate = self.clients.get(claims["iss"])
        key = None if certificate is None else certificate.public_key
        if not isinstance(key, RSAPublicKey):
            raise BadGrant("the issuer is no client here")
        try:
            key.verify(raw(signature), f"{header}.{body}".encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise BadGrant("the signature is not the client's") from None
        self._require_fresh(claims)
        return claims

    def _require_fresh(self, claims: Mapping[str, Any]) -> None:
        now, issued, expires = self.now().timestamp(), claims["iat"], claims["exp"]
        if claims["aud"] != self.audience:
            raise BadGrant(f"aud is not {self.audience}")
        if not issued - SKEW.seconds <= now <= expires + SKEW.seconds:
            raise BadGrant("the grant is of another time")
        if expires - issued > LONGEST_GRANT.seconds:
            raise BadGrant(f"the grant lives longer than {LONGEST_GRANT.seconds} s")


def decoded(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(raw(part))
    return value


def raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
