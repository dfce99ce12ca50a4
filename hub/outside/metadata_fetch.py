"""Metadata from an agency's web server: one guarded GET, whoever has written the address.

Redirects are few and judged anew, and the answer has a limit of size; the type of the content
is not looked at.  Where it may come from is judged in `guarded_web`.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from hub.outside.guarded_web import Asked, GuardedWeb, fault_of
from metadata.safe_xml import MAX_METADATA

MOST_REDIRECTS: Final = 3
PIECE: Final = 16 * 1024
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HEADERS: Final = {
    "Accept": "application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "minid-hub metadata",
}
GET: Final = Asked("GET", HEADERS)


@dataclass(frozen=True, slots=True)
class MetadataFetcher:
    """Keeps `sp_registry.seams.Fetch`."""

    web: GuardedWeb
    largest: int = MAX_METADATA

    def __call__(self, url: str) -> bytes:
        give_up_at = self.web.deadline()
        asked = url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._asked(url, give_up_at)
            if isinstance(answer, bytes):
                return answer
            asked, url = url, _joined(url, answer)
        what = f"leads on more than {MOST_REDIRECTS} times"
        raise fault_of("source-redirects", _host(asked), what)

    def _asked(self, url: str, give_up_at: float) -> bytes | str:
        """The document, or where it is said to be."""
        with self.web.answer(url, GET, give_up_at) as answer:
            if answer.status in REDIRECTS and (leads_to := answer.getheader("Location")):
                return leads_to
            if answer.status != 200:
                what = f"answers with status {answer.status}"
                raise fault_of("source-status", _host(url), what)
            body = bytearray()
            while piece := answer.read(PIECE):
                body += piece
                if len(body) > self.largest:
                    what = f"sends more than {self.largest} bytes"
                    raise fault_of("source-large", _host(url), what)
            return bytes(body)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _joined(url: str, leads_to: str) -> str:
    try:
        return urljoin(url, leads_to)
    except ValueError:
        return leads_to  # it is no URL; the guard says so
