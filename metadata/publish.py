"""Hand out the hub's metadata at `GET /saml/metadata`, and as one service provider sees it.

Metadata §4.1.1 (publication at the entityID) and the media type of §A.  What
is in the document is decided in `build`, what the hub is by whoever gives
`describe`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from flask import Blueprint, Response, abort, request

from certs.signing_key import SigningKey
from metadata.build import IdpDescription, UnsignedMetadata, build

MEDIA_TYPE: Final = "application/samlmetadata+xml"
MAX_AGE: Final = timedelta(hours=1)
MOST_EDITIONS: Final = 10_000  # kept signed: one for each service provider that fetches its own


class ForOne(Protocol):
    """What one service provider is told, and what is learnt of it."""

    def describe(self, id: str, all_keys: bool) -> IdpDescription | None:
        """None if there is no service provider of this id.

        `all_keys`: every published key, for software that keeps several; else the one
        that signs for it now.
        """

    def fetched(self, id: str, etag: str, shown: IdpDescription) -> None:
        """This edition has been fetched, or asked for and not changed since."""


@dataclass(frozen=True, slots=True)
class Published:
    """One signed edition; `etag` is the same wherever the same content is signed."""

    document: bytes
    etag: str


class Press:
    """Signs a document anew when it changes, and once a day since its dates do."""

    def __init__(self, key: SigningKey, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now
        self._latest: dict[str, tuple[UnsignedMetadata, Published]] = {}

    def edition(self, name: str, description: IdpDescription) -> Published:
        """The edition of this description; `name` tells one receiver's from another's."""
        unsigned = build(description, self._now())
        latest = self._latest.get(name)
        if latest is not None and latest[0] == unsigned:
            return latest[1]
        if len(self._latest) >= MOST_EDITIONS:
            self._latest.clear()
        edition = _edition(unsigned, self._key)
        # Of two threads that meet here each signs the same; the last one stays.
        self._latest[name] = unsigned, edition
        return edition


def _edition(unsigned: UnsignedMetadata, key: SigningKey) -> Published:
    content = hashlib.sha256(unsigned.head + unsigned.tail)
    content.update(key.certificate.der)
    return Published(unsigned.signed(key), content.hexdigest()[:32])


def blueprint(describe: Callable[[], IdpDescription], press: Press, for_one: ForOne) -> Blueprint:
    """The pages that agencies' software reads; the press holds the metadata key."""
    pages = Blueprint("metadata", __name__)

    @pages.get("/saml/metadata")
    def saml_metadata() -> Response:
        return answer(press.edition("", describe()))

    @pages.get("/saml/metadata/sp/<id>")
    def for_service_provider(id: str) -> Response:
        """`?keys=all` for software that takes several keys: it then knows the next in time."""
        all_keys = request.args.get("keys") == "all"
        description = for_one.describe(id, all_keys)
        if description is None:
            abort(404)
        edition = press.edition(f"{id} {all_keys}", description)
        if request.method == "GET":
            for_one.fetched(id, edition.etag, description)
        return answer(edition)

    return pages


def answer(edition: Published) -> Response:
    """The document, or 304 for who has it already."""
    response = Response(edition.document, content_type=MEDIA_TYPE)
    response.set_etag(edition.etag)
    response.cache_control.public = True
    response.cache_control.max_age = int(MAX_AGE.total_seconds())
    response.make_conditional(request)
    return response
