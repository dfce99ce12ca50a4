"""Changes as rows: what was proposed, by whom, and who approved it.

A change is added and never edited; an approval or a rejection is the one mark on it.
These are the statements alone, each run inside a transaction of the desk.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from sp_registry import encode, tables, unpublished
from sp_registry.encode import Content
from sp_registry.environment import key_of
from sp_registry.errors import RegistryError
from sp_registry.service_provider import ServiceProvider


class NothingToApprove(RegistryError):
    """The service provider has no change that waits, or another than the one seen."""

    code = "nothing-to-approve"


class NotRegistered(RegistryError):
    """The registry knows no service provider of this name."""

    code = "sp-not-registered"


class NeverApproved(RegistryError):
    """There is no trust to take away; what only waits is rejected instead."""

    code = "sp-never-approved"


class OthersProvider(RegistryError):
    """An agency's contact proposes a change of what another organisation owns."""

    code = "sp-of-another"


class ChangeKind(StrEnum):
    PROPOSAL = "proposal"  # new, or with other metadata or policy
    SUSPENSION = "suspension"  # in force at once: it takes trust away
    RESUMPTION = "resumption"
    RESTORATION = "restoration"  # an earlier version, proposed once more


@dataclass(frozen=True, slots=True)
class Change:
    number: int
    entity_id: str
    version: str  # hash of what it leads to
    kind: ChangeKind
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    note: str = ""
    rejected_by: str | None = None
    rejected_at: datetime | None = None
    reason: str | None = None  # why it was rejected

    @property
    def waits(self) -> bool:
        return self.approved_at is None and self.rejected_at is None


@dataclass(frozen=True, slots=True)
class Entry:
    """A service provider as the desk sees it: the newest change, and what is approved."""

    newest: Change
    proposed: ServiceProvider
    approved: ServiceProvider | None


def entry_of(connection: Connection, entity_id: str) -> Entry:
    newest = newest_of(connection, entity_id)
    if newest is None:
        raise not_registered(entity_id)
    approved = approved_of(connection, entity_id)
    return Entry(
        newest,
        service_provider(connection, newest),
        None if approved is None else service_provider(connection, approved),
    )


def switch(
    connection: Connection, entity_id: str, active: bool, by: str, now: datetime, note: str
) -> Change:
    """The same content, switched on or off; built on what is approved, else on the proposal."""
    base = approved_of(connection, entity_id) or newest_of(connection, entity_id)
    if base is None:
        raise not_registered(entity_id)
    text, document = stored(connection, base.version)
    version = keep_version(
        connection, replace(encode.read(text), active=active), document, now
    )
    newest = newest_of(connection, entity_id)
    if newest is not None and newest.version == version and newest.rejected_at is None:
        return newest
    kind = ChangeKind.RESUMPTION if active else ChangeKind.SUSPENSION
    return add(connection, entity_id, version, kind, by, now, note)


def require_approved(connection: Connection, entity_id: str) -> None:
    if newest_of(connection, entity_id) is None:
        raise not_registered(entity_id)
    if approved_of(connection, entity_id) is None:
        raise NeverApproved(f"{entity_id!r} was never approved; reject what waits instead")


def waiting_of(connection: Connection, entity_id: str, version: str | None) -> Change:
    newest = newest_of(connection, entity_id)
    if newest is None:
        raise not_registered(entity_id)
    if not newest.waits:
        raise NothingToApprove(f"the newest change of {entity_id!r} waits no longer")
    if version not in (None, newest.version):
        raise NothingToApprove(
            f"the newest proposal of {entity_id!r} is {newest.version}, not {version}"
        )
    return newest


def mark_approved(connection: Connection, change: Change, by: str, now: datetime) -> Change:
    _mark(connection, change, _is_newest(change), approved_by=by, approved_at=now)
    unpublished.add(connection, change.entity_id, by, now)
    return replace(change, approved_by=by, approved_at=now)


def mark_rejected(
    connection: Connection, change: Change, by: str, now: datetime, reason: str
) -> Change:
    _mark(connection, change, _is_newest(change), rejected_by=by, rejected_at=now, reason=reason)
    return replace(change, rejected_by=by, rejected_at=now, reason=reason)


def mark_rolled_out(connection: Connection, change: Change, by: str, now: datetime) -> None:
    """Approve what was rolled out, unless something newer is approved; NothingToApprove.

    Unlike at an approval something newer may have been proposed: it waits on.
    """
    other = tables.change.alias("other")
    newer = select(other.c.number).where(
        other.c.entity_id == change.entity_id,
        other.c.number > change.number,
        other.c.approved_at.is_not(None),
    )
    _mark(connection, change, ~newer.exists(), approved_by=by, approved_at=now)
    unpublished.add(connection, change.entity_id, by, now)


def _is_newest(change: Change) -> ColumnElement[bool]:
    """Nobody has proposed anything else since: then this is what was seen."""
    table = tables.change
    newest = select(func.max(table.c.number)).where(table.c.entity_id == change.entity_id)
    return table.c.number == newest.scalar_subquery()


def _mark(
    connection: Connection, change: Change, only_if: ColumnElement[bool], **mark: str | datetime
) -> None:
    table = tables.change
    marked = connection.execute(
        update(table)
        .where(
            table.c.number == change.number,
            table.c.approved_at.is_(None),
            table.c.rejected_at.is_(None),
            only_if,
        )
        .values(**mark)
    )
    if marked.rowcount != 1:
        raise NothingToApprove(f"change {change.number} was decided on or replaced meanwhile")


def numbered(connection: Connection, number: int) -> Change:
    table = tables.change
    return change_of(connection.execute(select(table).where(table.c.number == number)).one())


def newest_of(connection: Connection, entity_id: str, only_approved: bool = False) -> Change | None:
    change = tables.change
    wanted = select(change).where(change.c.entity_id == entity_id)
    if only_approved:
        wanted = wanted.where(change.c.approved_at.is_not(None))
    row = connection.execute(wanted.order_by(change.c.number.desc()).limit(1)).first()
    return None if row is None else change_of(row)


def approved_of(connection: Connection, entity_id: str) -> Change | None:
    return newest_of(connection, entity_id, only_approved=True)


def all_of(connection: Connection, entity_id: str) -> list[Change]:
    """Every change of a service provider, the newest first."""
    change = tables.change
    rows = connection.execute(
        select(change).where(change.c.entity_id == entity_id).order_by(change.c.number.desc())
    ).all()
    return [change_of(row) for row in rows]


def change_of(row: Row[tuple[object, ...]]) -> Change:
    return Change(
        number=row.number,
        entity_id=row.entity_id,
        version=row.version,
        kind=ChangeKind(row.kind),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        note=row.note,
        rejected_by=row.rejected_by,
        rejected_at=row.rejected_at,
        reason=row.reason,
    )


def add(
    connection: Connection,
    entity_id: str,
    version: str,
    kind: ChangeKind,
    by: str,
    now: datetime,
    note: str,
) -> Change:
    row = connection.execute(
        insert(tables.change)
        .values(
            entity_id=entity_id,
            version=version,
            kind=kind.value,
            proposed_by=by,
            proposed_at=now,
            note=note,
        )
        .returning(*tables.change.c)
    ).one()
    return change_of(row)


def id_of(connection: Connection, entity_id: str, wanted: str | None = None) -> str:
    """Its opaque id; a new one is given what is wanted, unless another has that."""
    ident = tables.sp_ident
    found = select(ident.c.id).where(ident.c.entity_id == entity_id)
    for id in (wanted or secrets.token_hex(8), secrets.token_hex(8)):
        tables.add_if_new(connection, ident, entity_id=entity_id, id=id)
        if (known := connection.execute(found).scalar()) is not None:
            break
    return str(known)


def require_owner(connection: Connection, entity_id: str, organisation: str, id: str) -> None:
    """Let the organisation have what is new, which has this id; raise OthersProvider."""
    ident = tables.sp_ident
    is_this = (ident.c.entity_id == entity_id, ident.c.id == id)
    owner = connection.execute(select(ident.c.owner).where(*is_this)).scalar_one()
    if owner is None and newest_of(connection, entity_id) is None:
        connection.execute(update(ident).where(*is_this).values(owner=organisation))
    elif owner != organisation:
        raise OthersProvider(f"{entity_id!r} is owned by {owner}, not by {organisation}")


def owner_of(connection: Connection, entity_id: str) -> str | None:
    """The organisation that it belongs to; None while it is the administrators' alone."""
    ident = tables.sp_ident
    wanted = select(ident.c.owner).where(ident.c.entity_id == entity_id)
    return connection.execute(wanted).scalar()


def hand_over(connection: Connection, entity_id: str, organisation: str | None) -> None:
    """From an approval on, the organisation that the policy names is the owner.

    A policy that names none takes nobody's away.
    """
    if organisation is None:
        return
    ident = tables.sp_ident
    connection.execute(
        update(ident).where(ident.c.entity_id == entity_id).values(owner=organisation)
    )


def keep_version(
    connection: Connection, content: Content, document: bytes, now: datetime
) -> str:
    row = version_row(content, document, now)
    tables.add_if_new(connection, tables.entity_version, **row)
    return str(row["hash"])


def version_row(content: Content, document: bytes, now: datetime) -> dict[str, Any]:
    text = encode.written(content)
    return {
        "hash": encode.version_hash(text, document),
        "entity_id": key_of(content.description.entity_id, content.policy.environment),
        "metadata": document,
        "content": text,
        "created_at": now,
    }


def stored(connection: Connection, version: str) -> tuple[str, bytes]:
    table = tables.entity_version
    row = connection.execute(
        select(table.c.content, table.c.metadata).where(table.c.hash == version)
    ).one()
    return row.content, row.metadata


def version_of(connection: Connection, entity_id: str, version: str) -> tuple[Content, bytes]:
    """A version that was proposed for this service provider; raise NotRegistered."""
    change = tables.change
    known = select(change.c.number).where(
        change.c.entity_id == entity_id, change.c.version == version
    )
    if connection.execute(known.limit(1)).first() is None:
        raise NotRegistered(f"{entity_id!r} has no version {version[:64]!r}")
    text, document = stored(connection, version)
    return encode.read(text), document


def service_provider(connection: Connection, change: Change) -> ServiceProvider:
    return encode.service_provider(stored(connection, change.version)[0])


def not_registered(entity_id: str) -> NotRegistered:
    return NotRegistered(f"{entity_id!r} is not in the registry")
