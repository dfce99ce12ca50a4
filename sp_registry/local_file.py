"""The local file of a snapshot, and the pointer beside it that says which is in force.

    <directory>/<number>.sqlite   one row per service provider, read-only, never changed
    <directory>/current           "<number> <root>", replaced by rename

Both appear by rename, so a reader sees the old or the new and nothing between.
Here is their shape alone: `materialise` writes them, `snapshot` reads them.
"""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

POINTER = "current"


@dataclass(frozen=True, slots=True)
class Pointer:
    number: int
    root: str


NOTHING = Pointer(0, "")


def path_of(directory: Path, number: int) -> Path:
    return directory / f"{number}.sqlite"


def read_pointer(directory: Path) -> Pointer:
    """Which snapshot is in force here; NOTHING if none was ever made.

    Raises ValueError for a pointer that we did not write.
    """
    try:
        number, root = (directory / POINTER).read_text("ascii").split()
    except FileNotFoundError:
        return NOTHING
    return Pointer(int(number), root)


def move_pointer(directory: Path, pointer: Pointer) -> None:
    temporary = directory / f".{POINTER}.{os.getpid()}"
    with temporary.open("w", encoding="ascii") as file:
        file.write(f"{pointer.number} {pointer.root}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(directory / POINTER)


def lay_out(database: Database) -> None:
    """The tables of an empty snapshot, for any SQLite tool to read."""
    database.table("manifest").create(
        {"number": int, "previous": int, "root": str, "published_at": str, "note": str},
        pk="number",
    )
    sp = database.table("sp")
    sp.create(
        {
            "entity_id": str,
            "id": str,
            "hash": str,
            "active": int,
            "names": str,
            "hosts": str,
            "content": str,
            "metadata": bytes,
        },
        pk="entity_id",
        not_null={"id", "hash", "content", "metadata"},
    )
    sp.create_index(["id"], unique=True)
    sp.enable_fts(["names", "entity_id", "hosts"], tokenize="unicode61")
    database.table("staged").create(
        {
            "entity_id": str,
            "hash": str,
            "rollout": int,
            "share": int,
            "until": str,
            "then": str,
            "content": str,
        },
        pk="entity_id",
        not_null={"hash", "rollout", "share", "until", "then", "content"},
    )


def open_read_only(path: Path) -> sqlite3.Connection:
    # immutable: the file never changes once it has its name, so no lock is needed.
    return sqlite3.connect(
        f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )


def open_empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    lay_out(Database(connection, execute_plugins=False))
    return connection
