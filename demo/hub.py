"""The hub as an agency knows it: by the metadata it publishes, and by nothing else.

Fetched when a login first needs it, so the agencies may start before the hub,
and fetched anew when a signature does not fit, as after a change of keys.  The
metadata's own signature is not checked: it would take a certificate got by
another way, which a demo that starts by itself does not have.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.request import urlopen

from lxml.etree import LxmlError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

TIMEOUT = 5.0
REFETCH_AFTER = timedelta(seconds=5)

Fetch = Callable[[str], bytes]


class HubUnreachable(Exception):
    """The hub's metadata could not be had, or says too little for a login."""

    code = "hub-unreachable"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def fetch(url: str) -> bytes:
    """Get a document; raise HubUnreachable if it cannot be had."""
    try:
        with urlopen(url, timeout=TIMEOUT) as answer:
            return bytes(answer.read())
    except (OSError, HTTPException, ValueError) as fault:
        raise HubUnreachable(f"no metadata from {url}: {fault}") from fault


class Hub:
    """Remembers the hub's metadata between logins; safe to share between threads."""

    def __init__(self, base_url: str, get: Fetch = fetch) -> None:
        self._metadata_url = f"{base_url}/saml/metadata"
        self._get = get
        self._document: bytes | None = None
        self._fetched_at: datetime | None = None
        self._lock = Lock()

    def described(self, sso_binding: str, now: datetime) -> dict[str, Any]:
        """What python3-saml wants to know of the identity provider."""
        with self._lock:
            if self._document is None:
                self._fetch(now)
            document = self._document
        try:
            read = OneLogin_Saml2_IdPMetadataParser.parse(document, sso_binding)["idp"]
            certificates = read.get("x509certMulti", {}).get("signing") or [read["x509cert"]]
            known = {
                "entityId": read["entityId"],
                "singleSignOnService": read["singleSignOnService"],
                "x509certMulti": {"signing": certificates},
            }
            if "singleLogoutService" in read:
                known["singleLogoutService"] = read["singleLogoutService"]
            return known
        except (LxmlError, KeyError, ValueError) as fault:
            raise HubUnreachable(f"{self._metadata_url} is of no use: {fault!r}") from fault

    def refetch(self, now: datetime) -> bool:
        """Fetch the metadata anew; False if that was done a moment ago."""
        with self._lock:
            if self._fetched_at is not None and now < self._fetched_at + REFETCH_AFTER:
                return False
            self._fetch(now)
            return True

    def _fetch(self, now: datetime) -> None:
        self._document = self._get(self._metadata_url)
        self._fetched_at = now
