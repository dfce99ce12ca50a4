"""What logins read: the snapshot in force, as a local read-only SQLite file.

A look-up needs no network and no lock.  Every call of `Snapshots.current` looks
at the pointer file, so a worker serves a new snapshot at its next request.
A snapshot that cannot be read is not served: the last one stays and an alarm
goes out.  Signatures are not checked here but before the file is made, in
`materialise`.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from sqlite_utils import Database

from sp_registry import encode, local_file
from sp_registry.environment import MARK, Environment, key_of
from sp_registry.errors import RegistryError, SnapshotDamaged, UnknownSnapshot
from sp_registry.local_file import Pointer
from sp_registry.service_provider import ServiceProvider
from sp_registry.staging import Staged, StagedProvider, Then

PARSED = 2000  # service providers that each worker keeps ready
FOUND = 50  # answers to a search
OURS = f"(entity_id GLOB '{MARK}*') = ?"  # of the environment that is asked for
HELD = 8  # earlier snapshots that each worker keeps open for its held flows

logger = logging.getLogger(__name__)


class UnknownServiceProvider(RegistryError):
    """No service provider of this name is in the snapshot."""

    code = "sp-unknown"


NOTHING_STAGED: Mapping[str, StagedProvider] = MappingProxyType({})


class _Connections:
    """One read-only connection for each thread, made anew after a fork."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._local = threading.local()

    def get(self) -> sqlite3.Connection:
        pid = os.getpid()
        if getattr(self._local, "pid", None) != pid:
            self._local.connection = self._connect()
            self._local.pid = pid
        connection: sqlite3.Connection = self._local.connection
        return connection


class Snapshot:
    """One published state of the registry; it never changes."""

    def __init__(
        self,
        number: int,
        connect: Callable[[], sqlite3.Connection],
        environment: Environment = Environment.PRODUCTION,
        staged: Mapping[str, StagedProvider] = NOTHING_STAGED,
    ) -> None:
        connections = _Connections(connect)

        @lru_cache(PARSED)
        def read(key: str) -> ServiceProvider:
            with _damage_told(number):
                return _read(connections.get(), key)

        self.number = number
        self.environment = environment
        self.staged = staged  # by entity id: what some logins meet instead; mostly nothing
        self._connections = connections
        self._read = read
        self._ours = environment is Environment.TEST

    def __len__(self) -> int:
        with _damage_told(self.number):
            row = self._connections.get().execute(
                f"SELECT count(*) FROM sp WHERE {OURS}", (self._ours,)
            ).fetchone()
        return int(row[0])

    def find(self, entity_id: str) -> ServiceProvider:
        """The service provider, suspended ones too; raise UnknownServiceProvider."""
        if " " in entity_id:  # no entityID has one, and a key of another environment does
            raise UnknownServiceProvider(f"{entity_id!r} is no entityID")
        return self._read(key_of(entity_id, self.environment))

    def by_id(self, id: str) -> ServiceProvider:
        """The service provider of this opaque id; raise UnknownServiceProvider."""
        with _damage_told(self.number):
            row = self._connections.get().execute(
                f"SELECT entity_id FROM sp WHERE id = ? AND {OURS}", (id, self._ours)
            ).fetchone()
        if row is None:
            raise UnknownServiceProvider(f"no service provider has the id {id!r}")
        return self._read(row[0])

    def all(self) -> tuple[ServiceProvider, ...]:
        """Every service provider by entity id.  Where there are thousands, ask `search`."""
        with _damage_told(self.number):
            rows = self._connections.get().execute(
                f"SELECT entity_id FROM sp WHERE {OURS} ORDER BY entity_id", (self._ours,)
            ).fetchall()
        return tuple(self._read(row[0]) for row in rows)

    def each(self) -> Iterator[ServiceProvider]:
        """The same one at a time, and none of them kept."""
        with _damage_told(self.number):
            rows = self._connections.get().execute(
                f"SELECT content FROM sp WHERE {OURS} ORDER BY entity_id", (self._ours,)
            )
            yield from (encode.service_provider(row[0]) for row in rows)

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """(entity id, metadata as it was sent) of each that is not suspended, one at a time."""
        with _damage_told(self.number):
            rows = self._connections.get().execute(
                f"SELECT entity_id, metadata FROM sp WHERE active AND {OURS} ORDER BY entity_id",
                (self._ours,),
            )
            yield from ((key.removeprefix(MARK), document) for key, document in rows)

    def document(self, entity_id: str) -> bytes | None:
        """The metadata as it was sent; None if it is unknown or suspended."""
        with _damage_told(self.number):
            row = self._connections.get().execute(
                f"SELECT metadata FROM sp WHERE entity_id = ? AND active AND {OURS}",
                (key_of(entity_id, self.environment), self._ours),
            ).fetchone()
        return None if row is None else bytes(row[0])

    def search(self, text: str, limit: int = FOUND) -> tuple[ServiceProvider, ...]:
        """Those whose name, entity id or host has words that begin so, the best first.

        Of every environment: it is for the registry's own list, and no login asks it.
        """
        words = text.split()
        if not words:
            return ()
        # Quoted, so that nothing typed is read as the language of full-text queries.
        query = " ".join('"{}"*'.format(word.replace('"', '""')) for word in words)
        with _damage_told(self.number):
            database = Database(self._connections.get(), execute_plugins=False)
            rows = list(database.table("sp").search(query, limit=limit, columns=["entity_id"]))
        return tuple(self._read(row["entity_id"]) for row in rows)


class Snapshots:
    """The snapshots of this machine; safe to share between threads."""

    def __init__(
        self,
        directory: Path,
        alarm: Callable[[SnapshotDamaged], None] = lambda fault: logger.error(
            "%s: %s", fault.code, fault.detail
        ),
        environment: Environment = Environment.PRODUCTION,
    ) -> None:
        self._environment = environment
        self._directory = directory
        self._pointer = directory / local_file.POINTER
        self._alarm = alarm
        self._lock = threading.Lock()
        self._open: dict[int, Snapshot] = {}
        self._seen: tuple[int, int] | None = None
        self._current = Snapshot(0, local_file.open_empty, environment)

    def current(self) -> Snapshot:
        """The snapshot in force; an empty one with number 0 before the first is published.

        Raises SnapshotDamaged only if there is no good one to go on with.
        """
        if self._stamp() != self._seen:
            with self._lock:
                self._turn_to_pointer()
        return self._current

    def numbered(self, number: int) -> Snapshot:
        """An earlier snapshot, for a flow that began under it; raise UnknownSnapshot.

        Another machine may know a number that this one has not made yet.
        """
        current = self.current()
        if current.number == number:
            return current
        with self._lock:
            if number not in self._open:
                self._keep(_opened(self._directory, number, None, self._environment))
            return self._open[number]

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._pointer)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _turn_to_pointer(self) -> None:
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return
        try:
            pointer = _pointer(self._directory)
            self._current = _opened(
                self._directory, pointer.number, pointer.root, self._environment
            )
            self._keep(self._current)
        except (SnapshotDamaged, UnknownSnapshot) as fault:
            damaged = SnapshotDamaged(fault.detail)
            if self._current.number == 0:
                raise damaged from fault
            self._alarm(damaged)
        self._seen = stamp

    def _keep(self, snapshot: Snapshot) -> None:
        self._open[snapshot.number] = snapshot
        while len(self._open) > HELD:
            del self._open[next(iter(self._open))]


def _pointer(directory: Path) -> Pointer:
    try:
        return local_file.read_pointer(directory)
    except ValueError as fault:
        raise SnapshotDamaged(f"the pointer in {directory.name} cannot be read") from fault


def _opened(
    directory: Path, number: int, root: str | None, environment: Environment
) -> Snapshot:
    path = local_file.path_of(directory, number)
    if not path.is_file():
        raise UnknownSnapshot(f"snapshot {number} is not on this machine")
    with _damage_told(number):
        file = local_file.open_read_only(path)
        row = file.execute("SELECT number, root FROM manifest").fetchone()
        staged = _staged(file, environment)
    if row is None or row[0] != number or root not in (None, row[1]):
        raise SnapshotDamaged(f"the file of snapshot {number} holds {row}, wanted {root}")
    return Snapshot(number, lambda: local_file.open_read_only(path), environment, staged)


def _staged(file: sqlite3.Connection, environment: Environment) -> Mapping[str, StagedProvider]:
    # A file that an earlier version of the hub made has no such table.
    if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'staged'").fetchone():
        return NOTHING_STAGED
    rows = file.execute(
        'SELECT hash, rollout, share, until, "then", content FROM staged'
    ).fetchall()
    found = (
        StagedProvider(
            Staged(version, rollout, share, datetime.fromisoformat(until), Then(then)),
            encode.service_provider(content),
        )
        for version, rollout, share, until, then, content in rows
    )
    return {
        one.sp.entity_id: one for one in found if one.sp.policy.environment is environment
    }


def _read(connection: sqlite3.Connection, entity_id: str) -> ServiceProvider:
    row = connection.execute(
        "SELECT content FROM sp WHERE entity_id = ?", (entity_id,)
    ).fetchone()
    if row is None:
        raise UnknownServiceProvider(f"{entity_id!r} is in no row of the snapshot")
    return encode.service_provider(row[0])


@contextmanager
def _damage_told(number: int) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, encode.Unreadable) as fault:
        raise SnapshotDamaged(f"snapshot {number} cannot be read: {fault}") from fault
