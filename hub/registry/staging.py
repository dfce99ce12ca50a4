"""Logins while a version of their service is staged, for views.

The browser draws the version and its flow keeps it; what comes back later about the login
(a logout, an artifact) meets the same one.  Where nothing is staged all this costs one look
at an empty table of the snapshot.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from flask import g

from hub.current import note, now, outside, request_id
from hub.flow import HeldRequest
from hub.login_session import LoginSession
from hub.registry.staged_room import REFUSED, TOLD_NO, StagedLogin
from hub.saml.accept_request import AcceptedRequest
from hub.web import browser
from metadata.signature import BadSignature
from sp_registry.errors import SnapshotDamaged, UnknownSnapshot
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import Snapshot
from sp_registry.staging import StagedProvider, meets

T = TypeVar("T")

log = logging.getLogger("minid")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Which version this request of the service meets."""

    entity_id: str
    snapshot: int
    rollout: int
    version: str | None  # of the staged one; None: the one in force for all


def version_for(snapshot: Snapshot, sp: ServiceProvider, who: str) -> ServiceProvider:
    """The version that this browser meets at this service, noted for the rest of the request."""
    found = snapshot.staged.get(sp.entity_id)
    if found is None or not sp.active:
        return sp
    staged, is_new = found.staged, meets(found.staged, who, now())
    version = staged.version if is_new else None
    g.drawn = Drawn(sp.entity_id, snapshot.number, staged.rollout, version)
    note("staged", f"rollout {staged.rollout}: the {'new' if is_new else 'old'} version")
    return found.sp if is_new else sp


def held(accepted: AcceptedRequest) -> HeldRequest:
    """The request to hold, with the version that was drawn for it."""
    found = drawn()
    if found is None:
        return HeldRequest.of(accepted, outside().snapshots.current().number)
    request = HeldRequest.of(accepted, found.snapshot)
    return replace(request, rollout=found.rollout, staged=found.version)


def drawn() -> Drawn | None:
    found: Drawn | None = g.get("drawn")
    return found


def provider_of(held: HeldRequest) -> ServiceProvider:
    """The service provider of a held flow: as it is approved now, or the version it drew.

    A suspension goes before everything.  Otherwise a flow that drew the staged version keeps
    it, also when that has gone back since.
    """
    current = outside().snapshots.current()
    sp = current.find(held.entity_id)
    if held.rollout is None:
        return sp
    g.drawn = Drawn(held.entity_id, held.snapshot, held.rollout, held.staged)
    if held.staged is None or not sp.active:
        return sp
    staged = current.staged.get(held.entity_id) or _staged_then(held)
    return staged.sp if staged and staged.staged.version == held.staged else sp


def _staged_then(held: HeldRequest) -> StagedProvider | None:
    try:
        return outside().snapshots.numbered(held.snapshot).staged.get(held.entity_id)
    except (SnapshotDamaged, UnknownSnapshot) as fault:
        log.warning("%s staged version lost: %s: %s", request_id(), fault.code, fault.detail)
        return None


# --- what comes back about a login --------------------------------------------------------


def provider_of_sessions(sp: ServiceProvider, *session_ids: str) -> ServiceProvider:
    """The version that these sessions were answered under, while it is staged."""
    staged = outside().snapshots.current().staged.get(sp.entity_id)
    if staged is None or not sp.active or not session_ids:
        return sp
    found = outside().store.staged.newest_of(sp.entity_id, session_ids)
    is_new = found is not None and found.is_new and found.rollout == staged.staged.rollout
    return staged.sp if is_new else sp


def vouched(sp: ServiceProvider, accept: Callable[[ServiceProvider], T]) -> T:
    """Accept a message under this version, else under the other where one is staged.

    For messages that no browser draws a version for: either version's keys may have signed
    them.  The first refusal is the one that is told.
    """
    snapshot = outside().snapshots.current()
    staged = snapshot.staged.get(sp.entity_id)
    if staged is None or not sp.active:
        return accept(sp)
    other = staged.sp if sp != staged.sp else snapshot.find(sp.entity_id)
    try:
        return accept(sp)
    except BadSignature as first:
        try:
            return accept(other)
        except BadSignature:
            raise first from None


# --- how it goes ----------------------------------------------------------------------------


def told() -> str:
    """For the audit log: which version the login meets; empty where none is staged."""
    found = drawn()
    if found is None:
        return ""
    return f"{found.rollout} {'new' if found.version else 'old'}"


def answered(session: LoginSession) -> None:
    """An assertion is about to leave."""
    found = drawn()
    if found is not None:
        _add(found, session.id, browser.hashed_browser(), None)


def asked(browser_hash: str | None) -> None:
    """A browser asks for a login: soon after an answer, that one was not taken."""
    found = drawn()
    if found is not None and browser_hash is not None:
        outside().store.staged.asked_again(found.entity_id, browser_hash, now())


def told_no() -> None:
    """The service is answered with a status."""
    found = drawn()
    if found is not None:
        _add(found, None, None, TOLD_NO)


def refused() -> None:
    """A message of the service is refused."""
    found = drawn()
    if found is not None:
        _add(found, None, None, REFUSED)


def _add(found: Drawn, session_id: str | None, browser_hash: str | None, sign: str | None) -> None:
    outside().store.staged.add(
        StagedLogin(
            rollout=found.rollout,
            is_new=found.version is not None,
            entity_id=found.entity_id,
            request_id=request_id(),
            session_id=session_id,
            browser=browser_hash,
            at=now(),
            failed=sign,
        )
    )
