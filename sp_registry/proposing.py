"""Proposals as rows, many at once: looked up together and written together.

The statements alone, run inside a transaction of the desk.  The keys of a call differ from one
another.  Whether a proposal is sound, and who may put it forward, is not asked here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select

from sp_registry import changes, encode, logos, tables
from sp_registry.changes import Change, ChangeKind
from sp_registry.encode import Content
from sp_registry.onboarding import Proposal


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry has of a service provider."""

    id: str
    owner: str | None
    newest: Change | None
    approved: Content | None

    def stands(self, version: str) -> bool:
        """Its newest change says just this, and was not rejected."""
        newest = self.newest
        return newest is not None and newest.rejected_at is None and newest.version == version


def put(
    connection: Connection,
    proposals: Sequence[Proposal],
    by: str,
    now: datetime,
    note: str = "",
    active: bool = True,
) -> list[Change]:
    """The change of each: a new one, or the newest where that says just this already.

    A suspended service provider stays so; `active` is of those that were never approved.
    """
    for logo in {each.policy.logo for each in proposals}:
        logos.name(connection, logo, now)
    keys = [each.key for each in proposals]
    known = _known(connection, keys)
    versions = [
        changes.version_row(_content(each, known[each.key], active), each.document, now)
        for each in proposals
    ]
    tables.add_all_if_new(connection, tables.entity_version, versions)
    new = [
        {
            "entity_id": key,
            "version": version["hash"],
            "kind": ChangeKind.PROPOSAL.value,
            "proposed_by": by,
            "proposed_at": now,
            "note": note,
        }
        for key, version in zip(keys, versions, strict=True)
        if not known[key].stands(version["hash"])
    ]
    if new:
        connection.execute(insert(tables.change), new)
    newest = _newest(connection, keys)
    return [newest[key] for key in keys]


def approved_contents(connection: Connection, keys: Sequence[str]) -> dict[str, Content]:
    """What is approved of these, by key, as far as anything is."""
    approved = _newest(connection, keys, tables.change.c.approved_at.is_not(None))
    table = tables.entity_version
    versions = [one.version for one in approved.values()]
    wanted = select(table.c.hash, table.c.content).where(table.c.hash.in_(versions))
    texts = {row.hash: row.content for row in connection.execute(wanted)}
    return {key: encode.read(texts[one.version]) for key, one in approved.items()}


def _known(connection: Connection, keys: Sequence[str]) -> dict[str, Known]:
    """By key; what is new here is given its opaque id."""
    ident = tables.sp_ident
    wanted = select(ident).where(ident.c.entity_id.in_(keys))
    found = {row.entity_id: row for row in connection.execute(wanted)}
    new = [
        {"entity_id": key, "id": secrets.token_hex(8)} for key in keys if key not in found
    ]
    if new:
        tables.add_all_if_new(connection, ident, new)
        found = {row.entity_id: row for row in connection.execute(wanted)}
    newest, approved = _newest(connection, keys), approved_contents(connection, keys)
    return {
        key: Known(row.id, row.owner, newest.get(key), approved.get(key))
        for key, row in found.items()
    }


def _newest(
    connection: Connection, keys: Sequence[str], *only: ColumnElement[bool]
) -> dict[str, Change]:
    change = tables.change
    numbers = (
        select(func.max(change.c.number))
        .where(change.c.entity_id.in_(keys), *only)
        .group_by(change.c.entity_id)
    )
    rows = connection.execute(select(change).where(change.c.number.in_(numbers))).all()
    return {row.entity_id: changes.change_of(row) for row in rows}


def _content(proposal: Proposal, known: Known, active: bool) -> Content:
    policy = proposal.policy
    if policy.organisation_number is None:  # whose it is does not change by silence
        policy = replace(policy, organisation_number=known.owner)
    stays = active if known.approved is None else known.approved.active
    return Content(known.id, proposal.description, policy, active=stays)
