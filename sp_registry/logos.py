"""Logos of services: checked, made anew, and kept under the hash of what was made.

A picture comes from a stranger, so nothing of its file is handed on: it is decoded within
limits and encoded again, without comments, profiles or animation.  Logos that metadata
names by URL are never fetched nor shown: they would tell another server who logs in where.
"""

import hashlib
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps
from sqlalchemy import Connection, Delete, delete, func, select, update

from sp_registry import tables
from sp_registry.errors import RegistryError

FORMATS: Final = ("PNG", "JPEG", "WEBP")
LARGEST_FILE: Final = 300 * 1024
MOST_PIXELS: Final = 4_000_000
SMALLEST: Final = 16  # pixels each way
MOST_UNPROPOSED: Final = 20  # for each organisation
UNPROPOSED_KEPT: Final = timedelta(days=7)
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


def keep(
    connection: Connection, logo: Logo, now: datetime, organisation: str | None = None
) -> str:
    """Its hash, which is its name from now on.

    Uploaded for an organisation: raises BadLogo if that has too many that nobody proposed.
    """
    if organisation is not None:
        _require_room(connection, logo, organisation)
    table = tables.sp_logo
    row = {"hash": logo.hash, "data": logo.data, "kept_at": now, "organisation": organisation}
    tables.add_if_new(connection, table, **row)
    again = update(table).where(table.c.hash == logo.hash, table.c.named_at.is_(None))
    connection.execute(again.values(kept_at=now))  # its days begin anew
    return logo.hash


def _require_room(connection: Connection, logo: Logo, organisation: str) -> None:
    table = tables.sp_logo
    others = select(func.count()).where(
        table.c.organisation == organisation,
        table.c.named_at.is_(None),
        table.c.hash != logo.hash,
    )
    if connection.execute(others).scalar_one() >= MOST_UNPROPOSED:
        raise BadLogo(
            "logo-quota",
            f"{organisation} has {MOST_UNPROPOSED} logos that are not proposed; each goes "
            f"{UNPROPOSED_KEPT.days} days after its upload.",
        )


def unproposed(now: datetime) -> Delete:
    """What nobody has proposed for a week, to be swept: no version and no snapshot names it."""
    table = tables.sp_logo
    return delete(table).where(
        table.c.named_at.is_(None), table.c.kept_at <= now - UNPROPOSED_KEPT
    )


def find(connection: Connection, hash: str) -> Logo | None:
    """The very picture of this hash; None if it is not there, or not it."""
    table = tables.sp_logo
    row = connection.execute(select(table.c.data).where(table.c.hash == hash)).first()
    logo = None if row is None else Logo(bytes(row.data))
    return logo if logo is not None and logo.hash == hash else None


def name(connection: Connection, hash: str | None, now: datetime) -> None:
    """A version names it: it is kept from now on.  BadLogo if no picture here has this name."""
    if hash is None:
        return
    table = tables.sp_logo
    # Marked before it is looked at: a sweep at the same time waits, or was before us.
    first = update(table).where(table.c.hash == hash, table.c.named_at.is_(None))
    connection.execute(first.values(named_at=now))
    if find(connection, hash) is None:
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
