"""The print provider's server, as the settings name it.  Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

SFTP_PORT = 22
# As `ssh-keyscan` and a provider's letter give it: type and key, without a host.
HOST_KEY = re.compile(r"(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+=*")


@dataclass(frozen=True, slots=True)
class PrinterAccount:
    url: str  # sftp://user@host:port/folder; the folder is the one for batches
    key: str  # file with our private key
    host_key: str  # the server's public key: no other is spoken to
    reports: str  # folder that the provider's reports come in; empty: they are not fetched

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or SFTP_PORT

    @property
    def user(self) -> str:
        return urlsplit(self.url).username or ""

    @property
    def folder(self) -> str:
        return urlsplit(self.url).path or "."

    def faults(self) -> list[str]:
        """What is wrong with these settings together."""
        found = []
        if not is_sftp(self.url):
            found.append("MINID_LETTERS_SFTP_URL is not such as sftp://user@host/folder")
        if not self.key:
            found.append("MINID_LETTERS_SFTP_KEY is missing: the file with our private key")
        if not HOST_KEY.fullmatch(self.host_key):
            found.append("MINID_LETTERS_SFTP_HOST_KEY is not such as ssh-ed25519 AAAA…")
        return found


def is_sftp(url: str) -> bool:
    """Without a password: only our key opens the account."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname and parts.username) and (parts.port or SFTP_PORT) > 0
    except ValueError:
        return False
    return parts.scheme == "sftp" and named and parts.password is None
