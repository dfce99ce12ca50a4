"""Style sheets, scripts and fonts, under addresses that change with their content.

One hash over all of them stands in the path, so what a style sheet names relatively is
found under the same hash, and browsers may keep every file for a year.  A page of another
release, met while nodes change over, gets the file of this one, to be kept by nobody.

Texts are compressed once, at the start.  Pages are not compressed, but for a few that hold
nothing of the reader's: the length of a compressed page tells about secrets in it (BREACH).
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

VERSION_LENGTH = 10  # of hexadecimal digits in the path
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",  # compressed in itself
}
UNPACKED = (".woff2",)
PAGES_WITHOUT_SECRETS = frozenset({"/about", "/accessibility", "/errors", "/help", "/privacy"})
FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_NOW = "no-cache"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, as it is sent."""

    content: bytes
    packed: bytes | None  # by gzip; None for what is compressed in itself
    kind: str


def init_static(app: Flask) -> None:
    """Serve the files of the app's static folder, and tell templates their addresses."""
    files = read_all(Path(str(app.static_folder)))
    version = version_of(files)

    @app.get(f"/static/<string(length={VERSION_LENGTH}):asked>/<path:name>")
    def versioned(asked: str, name: str) -> Response:
        if name not in files:
            abort(404)
        response = sent(files[name])
        response.headers["Cache-Control"] = FOR_A_YEAR if asked == version else FOR_NOW
        return response

    def static(name: str) -> str:
        return f"/static/{version}/{name}"

    app.add_template_global(static)
    app.after_request(pack_page)


def read_all(folder: Path) -> Mapping[str, StaticFile]:
    """Every file that pages may fetch, by its path below the folder."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in KINDS)
    return {path.relative_to(folder).as_posix(): read(path) for path in found}


def read(path: Path) -> StaticFile:
    content = path.read_bytes()
    packed = None if path.suffix in UNPACKED else gzip.compress(content, 9, mtime=0)
    return StaticFile(content, packed, KINDS[path.suffix])


def version_of(files: Mapping[str, StaticFile]) -> str:
    digest = hashlib.sha256()
    for name, file in files.items():
        digest.update(hashlib.sha256(name.encode()).digest())
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()[:VERSION_LENGTH]


def sent(file: StaticFile) -> Response:
    if file.packed is None:
        return Response(file.content, content_type=file.kind)
    response = Response(file.content, content_type=file.kind)
    return packed(response, file.packed)


def pack_page(response: Response) -> Response:
    if request.path not in PAGES_WITHOUT_SECRETS or response.status_code != 200:
        return response
    return packed(response, gzip.compress(response.get_data()))


def packed(response: Response, content: bytes) -> Response:
    """The answer with this content of it for those who take gzip, as it was for others."""
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(content)
        response.headers["Content-Encoding"] = "gzip"
    return response
