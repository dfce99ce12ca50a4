"""Hand out the hub's metadata at `GET /saml/metadata`.

Metadata §4.1.1 (publication at the entityID) and the media type of §A.  What
is in the document is decided in `build`, what the hub is by whoever gives
`describe`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Response, request

from certs.signing_key import SigningKey
from metadata.build import IdpDescription, UnsignedMetadata, build

MEDIA_TYPE: Final = "application/samlmetadata+xml"
MAX_AGE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Published:
    """One signed edition; `etag` is the same wherever the same content is signed."""

    unsigned: UnsignedMetadata
    document: bytes
    etag: str


class Press:
    """Signs the document anew when it changes, and once a day since its dates do."""

    def __init__(
        self,
        describe: Callable[[], IdpDescription],
        key: SigningKey,
        now: Callable[[], datetime],
    ) -> None:
        self._describe = describe
        self._key = key
        self._now = now
        self._latest: Published | None = None

    def latest(self) -> Published:
        unsigned = build(self._describe(), self._now())
        latest = self._latest
        if latest is None or latest.unsigned != unsigned:
            # Of two threads that meet here each signs the same; the last one stays.
            self._latest = latest = _edition(unsigned, self._key)
        return latest


def _edition(unsigned: UnsignedMetadata, key: SigningKey) -> Published:
    content = hashlib.sha256(unsigned.head + unsigned.tail)
    content.update(key.certificate.der)
    return Published(unsigned, unsigned.signed(key), content.hexdigest()[:32])


def blueprint(
    describe: Callable[[], IdpDescription], key: SigningKey, now: Callable[[], datetime]
) -> Blueprint:
    """The page that agencies' software reads; `key` is the metadata key."""
    pages = Blueprint("metadata", __name__)
    press = Press(describe, key, now)

    @pages.get("/saml/metadata")
    def saml_metadata() -> Response:
        latest = press.latest()
        response = Response(latest.document, content_type=MEDIA_TYPE)
        response.set_etag(latest.etag)
        response.cache_control.public = True
        response.cache_control.max_age = int(MAX_AGE.total_seconds())
        response.make_conditional(request)
        return response

    return pages
