"""Publish snapshots in the database: what is approved now, numbered and signed.

The pointer row is locked first, so of two who publish at once one waits and
then goes on top of the other.  Nothing reaches a login before `materialise`
has made and checked the local file.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from certs.signing_key import SigningKey
from sp_registry import encode, manifest, remarks, rollouts, tables, unpublished
from sp_registry.errors import SnapshotDamaged, UnknownSnapshot
from sp_registry.local_file import NOTHING, Pointer
from sp_registry.manifest import Manifest, SignedManifest
from sp_registry.seams import Audit, Database

ONLY = 1  # id of the single pointer row


@dataclass(frozen=True, slots=True)
class Term:
    """A time during which a snapshot was in force; it ends where the next begins."""

    snapshot: int
    since: datetime
    put_by: str


def publish(
    database: Database, audit: Audit, key: SigningKey, by: str, now: datetime, note: str = ""
) -> Manifest:
    """Publish what is approved.

    The snapshot in force comes back if it holds just that and this key signed it.
    """

    def job(connection: Connection) -> Manifest:
        in_force = _lock_pointer(connection)
        unpublished.take(connection)
        members, staged = _approved(connection), rollouts.staged(connection)
        current = _signed_by(key, connection, in_force)
        if current is not None and (current.members, current.staged) == (members, staged):
            return current
        number = _highest(connection) + 1
        made = Manifest(number, in_force, members, by, now, note, staged)
        signed = manifest.sign(made, key)
        _add(connection, signed)
        _point(connection, number, by, now)
        return signed.manifest

    audit("snapshot-published", by, now, {"note": note})
    return database.write(job)


def settle(database: Database, audit: Audit, key: SigningKey, now: datetime) -> Manifest | None:
    """Publish what was decided by somebody whose process ended before it published.

    None if nothing was left; of many who look at once, one publishes.
    """

    def job(connection: Connection) -> Manifest | None:
        _lock_pointer(connection)
        found = unpublished.left(connection, now)
        if not found:
            return None
        return publish(database, audit, key, rollouts.MACHINE, now, unpublished.told(found))

    return database.write(job)


def rollback(database: Database, audit: Audit, number: int, by: str, now: datetime) -> Manifest:
    """Put an earlier snapshot in force again; raise UnknownSnapshot.

    The desk is left as it is: the next publication brings back what is approved there.
    So rollouts that are open end here, or the worker would publish in the midst of it.
    """

    def job(connection: Connection) -> Manifest:
        _lock_pointer(connection)
        found = stored(connection, number)
        rollouts.end_all(connection, by, now, remarks.WENT_BACK.format(number))
        unpublished.take(connection)
        _point(connection, number, by, now)
        return found.manifest

    audit("snapshot-rolled-back", by, now, {"number": str(number)})
    return database.write(job)


def claimed_pointer(connection: Connection) -> Pointer:
    """Which snapshot the database says is in force, not verified; NOTHING if none is."""
    snapshot, pointer = tables.snapshot, tables.snapshot_pointer
    row = connection.execute(
        select(snapshot.c.number, snapshot.c.root).where(snapshot.c.number == pointer.c.number)
    ).first()
    return NOTHING if row is None else Pointer(row.number, row.root)


def term_at(connection: Connection, at: datetime) -> Term:
    """What the database says was in force at a moment; raises UnknownSnapshot before the first."""
    term = tables.snapshot_term
    row = connection.execute(
        select(term.c.snapshot, term.c.since, term.c.put_by)
        .where(term.c.since <= at)
        .order_by(term.c.number.desc())
        .limit(1)
    ).first()
    if row is None:
        raise UnknownSnapshot(f"nothing was in force yet at {at:%Y-%m-%d %H:%M}")
    return Term(*row)


def stored(connection: Connection, number: int) -> SignedManifest:
    """The snapshot as stored, not yet verified; raise UnknownSnapshot."""
    row = connection.execute(
        select(tables.snapshot).where(tables.snapshot.c.number == number)
    ).first()
    if row is None:
        raise UnknownSnapshot(f"there is no snapshot {number}")
    return _read(row)


def listing(connection: Connection) -> Sequence[Manifest]:
    """Every snapshot, the newest first."""
    rows = connection.execute(select(tables.snapshot).order_by(tables.snapshot.c.number.desc()))
    return [_read(row).manifest for row in rows]


def _signed_by(key: SigningKey, connection: Connection, number: int) -> Manifest | None:
    if number == 0:
        return None
    try:
        return manifest.verified(stored(connection, number), [key.certificate])
    except SnapshotDamaged:
        return None  # damaged, or by an older key: published anew


def _read(row: Row[tuple[object, ...]]) -> SignedManifest:
    return SignedManifest(
        Manifest(
            number=row.number,
            previous=row.previous,
            members=tuple(json.loads(row.members)),
            published_by=row.published_by,
            published_at=row.published_at,
            note=row.note,
            staged=encode.staged(row.staged),
        ),
        claimed_root=row.root,
        algorithm=row.algorithm,
        signature=row.signature,
    )


def _add(connection: Connection, signed: SignedManifest) -> None:
    published = signed.manifest
    connection.execute(
        insert(tables.snapshot).values(
            number=published.number,
            previous=published.previous,
            root=signed.claimed_root,
            members=json.dumps(published.members),
            algorithm=signed.algorithm,
            signature=signed.signature,
            published_by=published.published_by,
            published_at=published.published_at,
            note=published.note,
            staged=encode.written_staged(published.staged),
        )
    )


def _approved(connection: Connection) -> tuple[str, ...]:
    """The version of each service provider that was approved last."""
    change = tables.change
    newest = (
        select(func.max(change.c.number))
        .where(change.c.approved_at.is_not(None))
        .group_by(change.c.entity_id)
    )
    rows = connection.execute(select(change.c.version).where(change.c.number.in_(newest)))
    return manifest.members_of(row.version for row in rows)


def _highest(connection: Connection) -> int:
    return connection.execute(select(func.max(tables.snapshot.c.number))).scalar() or 0


def _lock_pointer(connection: Connection) -> int:
    tables.add_if_new(connection, tables.snapshot_pointer, id=ONLY, number=0)
    pointer = tables.snapshot_pointer
    locked = connection.execute(select(pointer.c.number).with_for_update()).scalar_one()
    return int(locked)


def _point(connection: Connection, number: int, by: str, now: datetime) -> None:
    connection.execute(update(tables.snapshot_pointer).values(number=number))
    connection.execute(
        insert(tables.snapshot_term).values(snapshot=number, since=now, put_by=by)
    )
