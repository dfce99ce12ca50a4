"""Make the local file of a snapshot from the database's rows, and put it in force here.

Every version's hash, the root and the signature are checked before the file
gets its name; a snapshot that fails is not put in force, and the one before it
stays.  One process of a machine works at a time.
"""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, select
from sqlite_utils import Database as SqliteFile

from certs.certificate import Certificate
from sp_registry import encode, local_file, manifest, publishing, rollouts, tables
from sp_registry.errors import RegistryError, SnapshotDamaged
from sp_registry.local_file import Pointer
from sp_registry.manifest import Manifest
from sp_registry.seams import Database
from sp_registry.service_provider import ServiceProvider

AT_ONCE = 500  # versions read by one statement
UNFINISHED = ".part"
KEPT = timedelta(days=1)  # how long a file stays after it was last in force


class SnapshotNotMade(RegistryError):
    """This machine could not write the local file; the last one stays in force."""

    code = "snapshot-not-made"


def follow(database: Database, directory: Path, certificates: Sequence[Certificate]) -> int:
    """Put the database's snapshot in force on this machine; its number, 0 if there is none.

    Costs one small query when nothing has changed.  Raises SnapshotDamaged and
    leaves the one in force if the database's is not what was signed; raises
    SnapshotNotMade if the folder could not be written.
    """
    with _disk_faults_told():
        here = _here(directory)
        if database.read(publishing.claimed_pointer) == here:
            return here.number
        with _alone_in(directory):
            pointer = database.read(publishing.claimed_pointer)
            if pointer.number and pointer != _here(directory):
                materialise(database, directory, certificates, pointer.number)
                _put_in_force(directory, pointer)
            return pointer.number


def materialise(
    database: Database, directory: Path, certificates: Sequence[Certificate], number: int
) -> Path:
    """The verified file of this snapshot; raise SnapshotDamaged or UnknownSnapshot.

    Does not put it in force.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = local_file.path_of(directory, number)
    temporary = directory / f".{number}.{secrets.token_hex(8)}{UNFINISHED}"
    try:
        database.read(lambda connection: _build(connection, temporary, certificates, number))
        temporary.chmod(0o444)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def contents(
    database: Database, certificates: Sequence[Certificate], number: int
) -> list[ServiceProvider]:
    """The verified service providers of a snapshot; raise SnapshotDamaged or UnknownSnapshot."""
    return list(versions(database, certificates, number).values())


def versions(
    database: Database, certificates: Sequence[Certificate], number: int
) -> dict[str, ServiceProvider]:
    """The same under the hash of each, in the order of their entity ids."""

    def job(connection: Connection) -> list[tuple[str, ServiceProvider]]:
        checked = manifest.verified(publishing.stored(connection, number), certificates)
        rows = _verified_rows(connection, checked)
        return [(row.hash, encode.service_provider(row.content)) for row in rows]

    return dict(sorted(database.read(job), key=lambda one: one[1].key))


def _build(
    connection: Connection, path: Path, certificates: Sequence[Certificate], number: int
) -> None:
    checked = manifest.verified(publishing.stored(connection, number), certificates)
    file = SqliteFile(path, execute_plugins=False)
    try:
        # No journal: an unfinished file is thrown away, never repaired.
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA synchronous = OFF")
        local_file.lay_out(file)
        file.table("manifest").insert(_manifest_row(checked))
        file.table("sp").insert_all(
            _sp_row(row.content, row.metadata, row.hash)
            for row in _verified_rows(connection, checked)
        )
        file.table("staged").insert_all(_staged_rows(connection, checked))
        file.table("sp").rebuild_fts()
    finally:
        file.close()
    _flush_to_disk(path)


def _manifest_row(checked: Manifest) -> dict[str, Any]:
    return {
        "number": checked.number,
        "previous": checked.previous,
        "root": checked.root,
        "published_at": checked.published_at.isoformat(),
        "note": checked.note,
    }


def _verified_rows(
    connection: Connection, checked: Manifest
) -> Iterator[Row[tuple[object, ...]]]:
    yield from _rows_of(connection, checked.number, checked.members)


def _rows_of(
    connection: Connection, number: int, hashes: Sequence[str]
) -> Iterator[Row[tuple[object, ...]]]:
    version = tables.entity_version
    for start in range(0, len(hashes), AT_ONCE):
        end = start + AT_ONCE
        wanted = hashes[start:end]
        rows = connection.execute(select(version).where(version.c.hash.in_(wanted))).all()
        if len(rows) != len(wanted):
            raise SnapshotDamaged(
                f"of the versions of snapshot {number} "
                f"{len(wanted) - len(rows)} are not in the database"
            )
        for row in rows:
            manifest.require_hash(row.content, row.metadata, row.hash)
            yield row


def _sp_row(content: str, document: bytes, version: str) -> dict[str, Any]:
    # Read from what was hashed, and not from the columns beside it.
    sp = encode.service_provider(content)
    description = sp.description
    names = (*sp.policy.display_names, *description.display_names, *description.organisation_names)
    urls = (endpoint.url for endpoint in (*description.consumers, *description.logout))
    return {
        "entity_id": sp.key,
        "id": sp.id,
        "hash": version,
        "active": int(sp.active),
        "names": "\n".join(dict.fromkeys(text for _, text in names)),
        "hosts": "\n".join(sorted({urlsplit(url).hostname or "" for url in urls})),
        "content": content,
        "metadata": document,
    }


def _staged_rows(connection: Connection, checked: Manifest) -> Iterator[dict[str, Any]]:
    # In a snapshot that we go back to, a rollout that is over is not begun once more.
    going_on = {one.number for one in rollouts.all_open(connection)}
    by_version = {one.version: one for one in checked.staged if one.rollout in going_on}
    for row in _rows_of(connection, checked.number, sorted(by_version)):
        staged = by_version[row.hash]
        yield {
            "entity_id": encode.service_provider(row.content).key,
            "hash": row.hash,
            "rollout": staged.rollout,
            "share": staged.share,
            "until": staged.until.isoformat(),
            "then": staged.then.value,
            "content": row.content,
        }


def _here(directory: Path) -> Pointer:
    try:
        return local_file.read_pointer(directory)
    except ValueError:
        return local_file.NOTHING  # damaged: made anew


def _put_in_force(directory: Path, pointer: Pointer) -> None:
    leaving = local_file.path_of(directory, _here(directory).number)
    if leaving.exists():
        os.utime(leaving)  # from now on its time says when it was last in force
    local_file.move_pointer(directory, pointer)
    _throw_old_files_away(directory, pointer.number)


def _throw_old_files_away(directory: Path, in_force: int) -> None:
    """Flows remember their snapshot for an hour at most; the database keeps all of them."""
    moved_at = (directory / local_file.POINTER).stat().st_mtime
    for path in (*directory.glob("*.sqlite"), *directory.glob(f".*{UNFINISHED}")):
        is_old = moved_at - path.stat().st_mtime > KEPT.total_seconds()
        if is_old and path != local_file.path_of(directory, in_force):
            path.unlink()


@contextmanager
def _disk_faults_told() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as fault:
        raise SnapshotNotMade(f"the local file was not made: {fault}") from fault


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _flush_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
