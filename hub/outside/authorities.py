"""Whom TLS connections from here trust."""

import os
import ssl
from functools import cache

NAMES_ANOTHER = "SSL_CERT_FILE"  # OpenSSL's own word for a file of authorities


def authorities() -> ssl.SSLContext:
    """The machine's authorities, as they are when they are first asked for."""
    return _read_once(os.environ.get(NAMES_ANOTHER))


@cache  # reading them takes longer than most exchanges
def _read_once(_file: str | None) -> ssl.SSLContext:
    return ssl.create_default_context()
