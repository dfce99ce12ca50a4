"""Whom TLS connections from here trust."""

import ssl
from functools import cache


@cache  # reading the machine's authorities takes longer than most exchanges
def authorities() -> ssl.SSLContext:
    """The machine's authorities, as they are when they are first asked for."""
    return ssl.create_default_context()
