"""Logos of services: checked, made anew, and kept under the hash of what was made.

A picture comes from a stranger, so nothing of its file is handed on: it is decoded within
limits and encoded again, without comments, profiles or animation.  Logos that metadata
names by URL are never fetched nor shown: they would tell another server who logs in where.
"""

import hashlib
import struct
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps
from sqlalchemy import Connection, select

from sp_registry import tables
from sp_registry.errors import RegistryError

FORMATS: Final = ("PNG", "JPEG", "WEBP")
LARGEST_FILE: Final = 300 * 1024
MOST_PIXELS: Final = 4_000_000
SMALLEST: Final = 16  # pixels each way
BOX: Final = (360, 120)  # what the pages have room for, on screens of twice the density
UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError
)  # fmt: skip


class BadLogo(RegistryError):
    """A picture that is not taken in."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of our own making, in WebP."""

    data: bytes = field(repr=False)

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def accepted(file: bytes) -> Logo:
    """The logo of this file; raises BadLogo."""
    if len(file) > LARGEST_FILE:
        raise BadLogo("logo-large", f"The file has {len(file)} bytes; at most {LARGEST_FILE}.")
    try:
        with Image.open(BytesIO(file), formats=FORMATS) as picture:
            _require_size(*picture.size)
            return _made_anew(picture)
    except UNREADABLE as fault:
        raise BadLogo("logo-unreadable", "The file is no PNG, JPEG or WebP picture.") from fault


def keep(connection: Connection, logo: Logo, now: datetime) -> str:
    """Its hash, which is its name from now on."""
    tables.add_if_new(connection, tables.sp_logo, hash=logo.hash, data=logo.data, kept_at=now)
    return logo.hash


def find(connection: Connection, hash: str) -> Logo | None:
    """The very picture of this hash; None if it is not there, or not it."""
    table = tables.sp_logo
    row = connection.execute(select(table.c.data).where(table.c.hash == hash)).first()
    logo = None if row is None else Logo(bytes(row.data))
    return logo if logo is not None and logo.hash == hash else None


def require_kept(connection: Connection, hash: str | None) -> None:
    """Raise BadLogo for a name that no picture here has."""
    if hash is not None and find(connection, hash) is None:
        raise BadLogo("logo-unknown", "The logo is no picture that was kept here.")


def require_ours(logo: Logo) -> None:
    """Raise BadLogo for what `accepted` never makes: made anew, it would lose its name."""
    try:
        with Image.open(BytesIO(logo.data), formats=("WEBP",)) as picture:
            picture.load()
            fits = picture.width <= BOX[0] and picture.height <= BOX[1]
            is_bare = not picture.info.keys() & {"exif", "xmp", "icc_profile"}
            is_still = getattr(picture, "n_frames", 1) == 1
    except UNREADABLE as fault:
        raise BadLogo("logo-unreadable", "The file is no WebP picture.") from fault
    if not (fits and is_bare and is_still):
        raise BadLogo("logo-unreadable", "The picture was not made by a registry.")


def _require_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or min(width, height) < SMALLEST:
        raise BadLogo(
            "logo-size",
            f"The picture is {width} by {height} pixels; wanted at least {SMALLEST} each way "
            f"and at most {MOST_PIXELS} in all.",
        )


def _made_anew(picture: Image.Image) -> Logo:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail(BOX)
    bare = Image.new("RGBA", upright.size)  # has nothing of the file but its pixels
    bare.paste(upright)
    encoded = (_encoded(bare, lossless) for lossless in (True, False))
    return Logo(min(encoded, key=len))


def _encoded(picture: Image.Image, lossless: bool) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", lossless=lossless, quality=85, method=6)
    return out.getvalue()
