"""`GET /entities` and `/entities/<id>`: what the hub vouches for, under the metadata key.

The Metadata Query Protocol 1.0 §3 and its SAML profile (`{sha1}` identifiers).  The
aggregate is made once for a snapshot and a day, into a file that every worker of this
machine sends; a single entity is signed when it is first asked for.
"""

import hashlib
import logging
import os
import secrets
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from flask import Blueprint, Response, abort, send_file

from certs.signing_key import SigningKey
from metadata.aggregate import Entity, Span, aggregate, fragment, sha1_id, single
from metadata.build import IdpDescription, UnsignedMetadata, build
from metadata.errors import MetadataError
from metadata.publish import MAX_AGE, MEDIA_TYPE, Press, Published, answer

SHA1: Final = "{sha1}"
KEPT: Final = 2  # aggregate files: the newest, and one that may still be on its way to somebody
MOST_SINGLES: Final = 2000

log = logging.getLogger(__name__)


class Approved(Hashable, Protocol):
    """The approved entities of one snapshot: trusted, and not suspended."""

    @property
    def number(self) -> int: ...

    def entities(self) -> Iterator[Entity]:
        """All of them, in the same order each time."""

    def entity(self, entity_id: str) -> Entity | None: ...


@dataclass(frozen=True, slots=True)
class Own:
    """The hub's own part: its description, its key, its folder for finished files."""

    describe: Callable[[], IdpDescription]
    key: SigningKey
    press: Press
    folder: Path
    now: Callable[[], datetime]


class Printer:
    """Makes what is asked for, once."""

    def __init__(self, own: Own, approved: Callable[[], Approved]) -> None:
        self._own = own
        self._approved = approved
        self._lock = Lock()
        self._single = lru_cache(MOST_SINGLES)(self._printed)
        self._sha1_ids = lru_cache(1)(self._hashed)

    def aggregate(self) -> tuple[Path, str]:
        """The finished file and its ETag."""
        approved = self._approved()
        unsigned = build(self._own.describe(), self._own.now())
        span = Span.of_day(self._own.now())
        etag = self._etag("all", approved.number, span, unsigned.id)
        path = self._own.folder / f"entities-{etag}.xml"
        if not path.exists():
            with self._lock:
                if not path.exists():
                    self._write(path, self._joined(approved, unsigned, span))
        return path, etag

    def single(self, entity_id: str) -> Published | None:
        """One entity, signed; None if we vouch for none of this name."""
        own = self._own.describe()
        if entity_id == own.entity_id:
            return self._own.press.edition("", own)
        return self._single(entity_id, self._approved(), Span.of_day(self._own.now()))

    def by_sha1(self, digest: str) -> Published | None:
        entity_id = self._sha1_ids(self._approved()).get(digest)
        return None if entity_id is None else self.single(entity_id)

    def _joined(self, approved: Approved, unsigned: UnsignedMetadata, span: Span) -> bytes:
        fragments = [unsigned.head + unsigned.tail]
        for entity in approved.entities():
            try:
                fragments.append(fragment(entity, span))
            except MetadataError as fault:
                log.warning("not among /entities: %s (%s)", fault.detail, fault.code)
        return aggregate(fragments, self._own.describe().entity_id, span, self._own.key)

    def _write(self, path: Path, document: bytes) -> None:
        self._own.folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            temporary.write_bytes(document)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        finished = sorted(self._own.folder.glob("entities-*.xml"), key=_made_at, reverse=True)
        for old in finished[KEPT:]:
            old.unlink(missing_ok=True)

    def _printed(self, entity_id: str, approved: Approved, span: Span) -> Published | None:
        found = approved.entity(entity_id)
        if found is None:
            return None
        try:
            document = single(found, span, self._own.key)
        except MetadataError as fault:
            log.warning("not served: %s (%s)", fault.detail, fault.code)
            return None
        etag = self._etag(entity_id, approved.number, span, "")
        return Published(document, etag)

    def _hashed(self, approved: Approved) -> dict[str, str]:
        every = [entity.entity_id for entity in approved.entities()]
        every.append(self._own.describe().entity_id)
        return {sha1_id(entity_id): entity_id for entity_id in every}

    def _etag(self, what: str, number: int, span: Span, own_id: str) -> str:
        parts = (what, str(number), span.until.isoformat(), own_id)
        key = self._own.key.certificate.fingerprint
        return hashlib.sha256("\n".join((*parts, key)).encode()).hexdigest()[:32]


def entities_blueprint(own: Own, approved: Callable[[], Approved]) -> Blueprint:
    pages = Blueprint("entities", __name__)
    printer = Printer(own, approved)

    @pages.get("/entities")
    @pages.get("/entities/")
    def every_entity() -> Response:
        path, etag = printer.aggregate()
        max_age = int(MAX_AGE.total_seconds())
        response = send_file(path, mimetype=MEDIA_TYPE, etag=etag, max_age=max_age)
        response.content_type = MEDIA_TYPE  # the document says its encoding itself
        return response

    # An entity id is an address: its slashes are decoded by now, and two stand together.
    @pages.get("/entities/<path:identifier>", merge_slashes=False)
    def one_entity(identifier: str) -> Response:
        if identifier.startswith(SHA1):
            found = printer.by_sha1(identifier.removeprefix(SHA1).lower())
        else:
            found = printer.single(identifier)
        if found is None:
            abort(404)
        return answer(found)

    return pages


def _made_at(path: Path) -> float:
    return path.stat().st_mtime
