"""What the pages work with, and who is there.

`sp_registry.admin.blueprint` is handed both; views reach them by `rooms()` and `colleague()`.
Whoever is not logged in is led to the login, whoever has no role is shown the door: both
before any view runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn, Protocol, cast

from flask import abort, current_app, g, make_response, render_template, request
from werkzeug.wrappers import Response

from certs.certificate import Certificate
from certs.signing_key import SigningKey
from sp_registry import arrival, materialise, publishing
from sp_registry.desk import Desk
from sp_registry.invitations import Invitation, Invitations
from sp_registry.onboarding import Mode
from sp_registry.rollouts import Rollouts
from sp_registry.seams import Audit, Database, Deeds, Fetch, Vault
from sp_registry.snapshot import Snapshots
from sp_registry.staff import Colleague, Staff
from sp_registry.traffic import Traffic
from sp_registry.watch import Watch

EXTENSION = "minid-registry"
FOR_STRANGERS = frozenset({"registry.invitation_show", "registry.invitation_accept"})
# Read by programs, at an address that nobody can guess.
FOR_EVERYBODY = frozenset({"registry.calendar_as_ical", "registry.calendar_as_atom"})
FRESH = timedelta(minutes=15)  # how young a login must be for what widens trust


@dataclass(frozen=True, slots=True)
class Visit:
    """A person of this browser, logged in with MinID."""

    person_id: str
    authenticated_at: datetime


class Visitor(Protocol):
    def here(self) -> Visit | None:
        """Who is logged in here, None for nobody; a login that is used stays alive."""

    def to_login(self, back: str) -> Response:
        """Lead to a new login, which ends at this page of ours."""


class Invitees(Protocol):
    """How people are reached who are not on the staff yet."""

    def person_of(self, typed: str) -> str | None:
        """The id of whoever has this identity number, known or not; None: it is no number."""

    def write_to(self, address: str, link: str, invitation: Invitation) -> bool:
        """Send a link by mail; False if this is no address."""

    def link_of(self, secret: str) -> str:
        """The address of the invitation that has this secret."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The registry's work as the pages see it; the commands have the same."""

    base_url: str  # of the settings: no address is made of a Host header
    database: Database
    directory: Path  # of the local snapshot files
    signing_key: SigningKey  # the hub's metadata key
    certificates: Sequence[Certificate]  # of every metadata key, old ones too
    clock: Callable[[], datetime]
    mode: Mode
    audit: Audit
    snapshots: Snapshots
    traffic: Traffic
    watch: Watch
    fetch: Fetch
    vault: Vault
    try_hook: Callable[[str], None]  # put a test message on its way to this webhook
    visitor: Visitor
    invitees: Invitees
    deeds: Deeds

    @property
    def desk(self) -> Desk:
        return Desk(self.database, self.audit, self.mode)

    @property
    def rollouts(self) -> Rollouts:
        return Rollouts(self.database, self.audit, self.mode)

    @property
    def staff(self) -> Staff:
        return Staff(self.database, self.audit)

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.database, self.audit)

    def publish(self, by: str, note: str) -> None:
        """Publish what is approved; when this returns, every worker here serves it."""
        now = self.clock()
        publishing.publish(self.database, self.audit, self.signing_key, by, now, note)
        self.follow()

    def follow(self) -> None:
        materialise.follow(self.database, self.directory, self.certificates)


def rooms() -> Rooms:
    return cast(Rooms, current_app.extensions[EXTENSION])


def let_staff_in() -> None:
    """Run before every view."""
    if request.endpoint in FOR_EVERYBODY:
        return
    visit = rooms().visitor.here()
    if visit is None:
        to_login()
    g.registry_visit = visit
    at, now = visit.authenticated_at, rooms().clock()
    found = arrival.arrived(rooms().database, rooms().audit, visit.person_id, at, now)
    if found is not None and found.has_registry_work:
        g.registry_colleague = found
    elif request.endpoint not in FOR_STRANGERS:
        abort(make_response(render_template("registry/no_access.html"), 403))


def colleague() -> Colleague:
    return cast(Colleague, g.registry_colleague)


def visitor() -> Visit:
    """Who is logged in here, on the staff or not."""
    return cast(Visit, g.registry_visit)


def to_login(back: str | None = None) -> NoReturn:
    """Leave for a login that leads back: to this page, or to the one that has the form."""
    here = back or (request.full_path.rstrip("?") if request.method == "GET" else "/registry")
    abort(rooms().visitor.to_login(here))


def require_decider(back: str) -> Colleague:
    """An administrator whose login is young; else they are led to a new one, and back."""
    if not colleague().decides:
        abort(404)
    return require_fresh(back)


def require_fresh(back: str) -> Colleague:
    """One of the staff whose login is young; else they are led to a new one, and back."""
    if not is_fresh():
        to_login(back)
    return colleague()


def is_stale_decider() -> bool:
    """Whether a new login must come first: one elsewhere, where something typed would be lost."""
    return colleague().decides and not is_fresh()


def is_fresh() -> bool:
    """Whether the login here is young enough for what widens trust."""
    return rooms().clock() - visitor().authenticated_at <= FRESH


def require_proposer() -> Colleague:
    who = colleague()
    if not who.proposes:
        abort(404)
    return who
