"""How the hub comes to the national registers, as the settings name it.

Both are reached with a token from Maskinporten, which knows the hub as a client by its
enterprise certificate, or by a key registered beforehand.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

POPULATION, CONTACT = "folkeregisteret", "kontaktregisteret"  # names of their breakers
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class TokenAccess:
    """What a JWT grant is made of (RFC 7523 §2.1)."""

    url: str  # of the token endpoint
    audience: str  # Maskinporten's own identifier, such as https://maskinporten.no/
    client: str
    key: str  # file with the enterprise key (PEM)
    certificate: str  # file with its certificate
    key_id: str  # of a key registered beforehand; empty: the certificate itself is sent

    def faults(self, prefix: str) -> list[str]:
        """What is wrong with it; `prefix` begins its settings' names."""
        found = faults_of_address(f"{prefix}_TOKEN_URL", self.url)
        for name, value in (
            ("TOKEN_AUDIENCE", self.audience),
            ("CLIENT", self.client),
            ("KEY", self.key),
            ("CERTIFICATE", self.certificate),
        ):
            if not value:
                found.append(f"{prefix}_{name} is missing")
            elif name in ("KEY", "CERTIFICATE") and not Path(value).is_file():
                found.append(f"{prefix}_{name} names no file")
        return found


def faults_of_address(name: str, url: str) -> list[str]:
    """A register's address is https, or of this very machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return [f"{name} is not https://host"]
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return [f"{name} begins with http, wanted https"]
    if parts.username or parts.password or parts.query or parts.fragment:
        return [f"{name} holds more than a host and a path"]
    return []
