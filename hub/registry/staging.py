"""Logins while a version of their service is staged, for views.

The browser draws the version and its flow keeps it; what comes back later about the login
(a logout, an artifact) meets the same one.  Where nothing is staged all this costs one look
at an empty table of the snapshot.

A failure counts if the other version would have served the very same request, and if it is
known whose it is: a person's who is logged in, else a browser's with a request that a key of
the service vouches for.  So what a stranger makes up counts for nothing.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from flask import g

from hub.current import note, now, outside, request_id, settings
from hub.flow import HeldRequest
from hub.login_session import LoginSession
from hub.registry import dry_run
from hub.registry.dry_run import REFUSALS
from hub.registry.staged_room import REFUSED, TOLD_NO, StagedLogin
from hub.saml import accept_request
from hub.saml.accept_request import AcceptedRequest, Examined
from hub.saml.received import Received
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


def held_undrawn(accepted: AcceptedRequest, message: bytes) -> HeldRequest:
    """The request to hold that no browser came with: its message goes along until one does."""
    snapshot = outside().snapshots.current()
    request = HeldRequest.of(accepted, snapshot.number)
    if accepted.sp.entity_id not in snapshot.staged:
        return request
    return replace(request, posted=message.decode())


def met_by_browser(found: HeldRequest, received: Received, at: datetime) -> HeldRequest:
    """The posted request under the version that this browser meets; raises what refuses it."""
    snapshot = outside().snapshots.current()
    sp = version_for(snapshot, snapshot.find(found.entity_id), browser.hashed_browser())
    try:
        accept_request.examine(received, sp, at)
    except REFUSALS:
        refused(received, at)
        raise
    met = drawn()
    if met is None:
        return replace(found, posted=None)
    return replace(
        found, posted=None, snapshot=met.snapshot, rollout=met.rollout, staged=met.version
    )


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
    return _by_either(sp, accept, (BadSignature,))


def taken(sp: ServiceProvider, examine: Callable[[ServiceProvider], T]) -> T:
    """Examine a request under this version, else under the other, whatever refuses it.

    For a request whose browser is not known yet: which version it meets is drawn afterwards.
    """
    return _by_either(sp, examine, REFUSALS)


def _by_either(
    sp: ServiceProvider,
    accept: Callable[[ServiceProvider], T],
    refusals: tuple[type[Exception], ...],
) -> T:
    snapshot = outside().snapshots.current()
    staged = snapshot.staged.get(sp.entity_id)
    if staged is None or not sp.active:
        return accept(sp)
    other = staged.sp if sp != staged.sp else snapshot.find(sp.entity_id)
    try:
        return accept(sp)
    except refusals as first:
        try:
            return accept(other)
        except refusals:
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
        _add(found, _person(found, session), None, session.id)


def asked(browser_hash: str | None) -> None:
    """A browser asks for a login: soon after an answer, that one was not taken."""
    found = drawn()
    if found is not None and browser_hash is not None:
        outside().store.staged.asked_again(found.entity_id, browser_hash, now())


def told_no(examined: Examined) -> None:
    """The service is answered with a status: a failure, if the other version would serve."""
    found = drawn()
    other = None if found is None else _other(found)
    if found is None or other is None:
        return
    try:
        again = accept_request.taken_up_again(
            examined.request, other, examined.relay_state, examined.signed_by, now()
        )
    except REFUSALS:
        return
    if dry_run.unservable(again, settings().own_entity_id) is None:
        _failed(found, examined.signed_by, TOLD_NO)


def refused(received: Received, at: datetime) -> None:
    """A request is refused: a failure of its version, if the other one would take it."""
    found = drawn()
    other = None if found is None else _other(found)
    if found is None or other is None:
        return
    try:
        examined = accept_request.examine(received, other, at)
    except REFUSALS:
        return
    _failed(found, examined.signed_by, REFUSED)


def _other(found: Drawn) -> ServiceProvider | None:
    """The version that was not drawn, while both are there."""
    snapshot = outside().snapshots.current()
    staged = snapshot.staged.get(found.entity_id)
    if staged is None or staged.staged.rollout != found.rollout:
        return None
    return snapshot.find(found.entity_id) if found.version else staged.sp


def _failed(found: Drawn, signed_by: str | None, sign: str) -> None:
    session = browser.session_here()
    if session is not None:
        _add(found, _person(found, session), sign)
    elif signed_by is not None:
        _add(found, _sender(found, "browser", browser.hashed_browser()), sign)


def _person(found: Drawn, session: LoginSession) -> str:
    return _sender(found, "person", session.person_id)


def _sender(found: Drawn, kind: str, who: str) -> str:
    """Another hash at each rollout, so that it leads from none to the next."""
    return hashlib.sha256(f"{found.rollout}\n{kind}\n{who}".encode()).hexdigest()


def _add(found: Drawn, sender: str, sign: str | None, session_id: str | None = None) -> None:
    outside().store.staged.add(
        StagedLogin(
            rollout=found.rollout,
            is_new=found.version is not None,
            entity_id=found.entity_id,
            request_id=request_id(),
            session_id=session_id,
            browser=None if session_id is None else browser.hashed_browser(),
            at=now(),
            failed=sign,
            sender=sender,
        )
    )
