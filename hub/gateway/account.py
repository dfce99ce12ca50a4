"""An account at an SMS gateway, as the settings name it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

LINK_XML, JSON, SMPP = "link-xml", "json", "smpp"
SCHEMES = {
    LINK_XML: ("https", "http"),
    JSON: ("https", "http"),
    SMPP: ("smpps", "smpp"),
}  # the first is encrypted
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Account:
    name: str  # "first" or "second": in metrics and in the address of receipts
    kind: str
    url: str
    user: str
    password: str = field(repr=False)

    def faults(self, prefix: str) -> list[str]:
        """What is wrong with it; `prefix` begins its settings' names."""
        if self.kind not in SCHEMES:
            return [f"{prefix}_GATEWAY is {self.kind!r}, expected one of {tuple(SCHEMES)}"]
        found = []
        secure, plain = SCHEMES[self.kind]
        parts = urlsplit(self.url)
        if parts.scheme not in (secure, plain) or not parts.hostname:
            found.append(f"{prefix}_URL is not {secure}://host as {self.kind} has it")
        elif parts.scheme == plain and parts.hostname not in LOOPBACK:
            # On this machine itself a tunnel may do the encrypting.
            found.append(f"{prefix}_URL begins with {plain}, wanted {secure}")
        elif parts.username or parts.password:
            found.append(f"{prefix}_URL holds an account: use {prefix}_USER and {prefix}_PASSWORD")
        if not self.password:
            found.append(f"{prefix}_PASSWORD is missing")
        return found
