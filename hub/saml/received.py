"""A message as it arrived: parsed by the one XML door, and trusted in nothing.

Bindings §3.4 (Redirect) and §3.5 (POST).
"""

import hashlib
from dataclasses import dataclass, field

from lxml import etree

MOST_RELAY_STATE = 8192  # bytes; the specification says 80, real agencies send more


@dataclass(frozen=True, slots=True)
class DetachedSignature:
    """A Redirect signature over the query as it was sent (B§3.4.4.1)."""

    signed: bytes = field(repr=False)
    algorithm: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """Nothing in here may be acted upon; `accept_request` makes something that may."""

    binding: str
    at_url: str  # the endpoint as configured, never as the Host header says
    root: etree._Element = field(repr=False)
    raw: bytes = field(repr=False)  # the message as sent: query string or base64 text
    relay_state: str | None = field(repr=False)  # the sender's own; given back unread
    detached: DetachedSignature | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the message as sent, to tell a reload from another message."""
        return hashlib.sha256(self.raw).hexdigest()
