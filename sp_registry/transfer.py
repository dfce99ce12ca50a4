"""The registry out to a folder of files and in again, by the desk's own ways.

What comes in is a proposal like any other: judged, shown as a difference, and approved by
another person where two are wanted.  Nothing is taken away because a file is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from metadata.algorithms import NAME_OF_EXCEPTION
from sp_registry import changes, encode, logos, onboarding, tables
from sp_registry.changes import Change
from sp_registry.difference import Shift, difference
from sp_registry.encode import Content
from sp_registry.folder import Kept
from sp_registry.onboarding import Mode, Options, Proposal
from sp_registry.seams import Database
from sp_registry.service_provider import ServiceProvider
from sp_registry.toml_policy import BadFile


@dataclass(frozen=True, slots=True)
class Coming:
    """What a file would change here."""

    kept: Kept
    proposal: Proposal
    now: ServiceProvider | None  # what is approved here; None: nothing of it
    shifts: tuple[Shift, ...]
    is_here: bool  # just so, with the very document

    @property
    def is_to_stop(self) -> bool:
        """It is trusted here, and suspended in the file."""
        return not self.kept.active and self.now is not None and self.now.active

    @property
    def is_to_go_on(self) -> bool:
        """It is suspended here, and in nothing else different from the file."""
        return self.kept.active and self.is_here and self.now is not None and not self.now.active


def everything(database: Database) -> Iterator[tuple[Kept, Kept | None]]:
    """Each service provider as it is approved, else proposed; and the change that waits.

    One at a time, so that a large registry needs no large memory.  What was rejected before
    it was ever approved is left out.
    """
    ident = tables.sp_ident
    wanted = select(ident.c.entity_id).order_by(ident.c.entity_id)
    for entity_id in database.read(lambda connection: connection.execute(wanted).scalars().all()):
        found = database.read(partial(_kept, entity_id))
        if found is not None:
            yield found


def _kept(entity_id: str, connection: Connection) -> tuple[Kept, Kept | None] | None:
    newest = changes.newest_of(connection, entity_id)
    approved = changes.approved_of(connection, entity_id)
    if newest is None or (approved is None and not newest.waits):
        return None
    waits = newest.waits and approved is not None and newest.version != approved.version
    return (
        _kept_of(connection, approved or newest),
        _kept_of(connection, newest) if waits else None,
    )


def _kept_of(connection: Connection, change: Change) -> Kept:
    text, document = changes.stored(connection, change.version)
    content = encode.read(text)
    return Kept(
        entity_id=content.description.entity_id,
        id=content.id,
        document=document,
        policy=content.policy,
        approved=change.approved_at is not None,
        active=content.active,
        logo=logos.find(connection, content.policy.logo) if content.policy.logo else None,
    )


def coming(database: Database, kept: Kept, mode: Mode, now: datetime) -> Coming:
    """Judge what a file says.  Raises what `onboarding` raises, and BadFile."""
    read = onboarding.described(kept.document)
    if read.entity_id != kept.entity_id:
        raise BadFile(f"the document is of {read.entity_id!r}, the file of {kept.entity_id!r}")
    _require_known_exceptions(kept)
    proposal = onboarding.considered(kept.document, read, Options(), kept.policy, mode, now)

    def job(connection: Connection) -> Coming:
        approved = changes.approved_of(connection, kept.key)
        if approved is None:
            new = ServiceProvider(kept.id, proposal.description, proposal.policy, kept.active)
            return Coming(kept, proposal, None, difference(None, new), is_here=False)
        text, document = changes.stored(connection, approved.version)
        here = encode.read(text)
        after = replace(here, description=proposal.description, policy=proposal.policy)
        return Coming(
            kept,
            proposal,
            _provider(here),
            difference(_provider(here), replace(_provider(after), active=kept.active)),
            is_here=document == kept.document and after == here,
        )

    return database.read(job)


def _require_known_exceptions(kept: Kept) -> None:
    """No file allows what no form and no command can."""
    unknown = [uri for uri, _ in kept.policy.algorithm_exceptions if uri not in NAME_OF_EXCEPTION]
    if unknown:
        raise BadFile(f"no exception is made for {unknown[0][:100]!r}")


def _provider(content: Content) -> ServiceProvider:
    return ServiceProvider(content.id, content.description, content.policy, content.active)
