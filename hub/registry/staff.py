"""The registry's pages in the hub: staff log in with MinID itself.

What they may do there is the registry's own affair (`sp_registry.staff`).
"""

from flask import Blueprint
from werkzeug.wrappers import Response

from certs import metadata_keys
from certs.key_store import METADATA, PemKeyStore
from hub import login
from hub.current import now
from hub.flow import LoginFlow
from hub.registry import hook_delivery
from hub.registry.audit import registry_audit
from hub.registry.invitation_mail import MinidInvitees
from hub.registry.traffic import HubTraffic
from hub.settings import Settings
from hub.store.deeds import DeedsInDatabase
from hub.store.open_store import DatabaseStore
from hub.web import browser, staying
from sp_registry import admin
from sp_registry.environment import Environment
from sp_registry.onboarding import Mode
from sp_registry.pages.rooms import Rooms, Visit
from sp_registry.seams import Fetch, Vault
from sp_registry.snapshot import Snapshots
from sp_registry.watch import Watch


def registry_pages(
    settings: Settings,
    store: DatabaseStore,
    snapshots: Snapshots,
    fetch: Fetch,
    watch: Watch,
    vault: Vault,
) -> Blueprint:
    keys = PemKeyStore(settings.keys)

    def try_hook(hook: str) -> None:
        hook_delivery.put(store, hook, hook_delivery.TEST, {}, now())

    return admin.blueprint(
        Rooms(
            base_url=settings.base_url,
            database=store.database,
            directory=settings.snapshots,
            signing_key=keys.newest(METADATA),
            certificates=metadata_keys.certificates(settings.keys),
            clock=now,
            mode=mode_of(settings),
            audit=registry_audit(store.ledger),
            snapshots=snapshots,
            traffic=HubTraffic(store, settings),
            watch=watch,
            fetch=fetch,
            vault=vault,
            try_hook=try_hook,
            visitor=MinidVisitor(),
            invitees=MinidInvitees(),
            deeds=DeedsInDatabase(store.database),
        )
    )


def mode_of(settings: Settings) -> Mode:
    production = not settings.is_development
    return Mode(production, settings.single_approver, Environment(settings.environment))


class MinidVisitor:
    """The person of this browser's own MinID session."""

    def here(self) -> Visit | None:
        session = browser.session_here()
        if session is None:
            return None
        staying.use(session)
        return Visit(session.person_id, session.authenticated_at)

    def to_login(self, back: str) -> Response:
        """Held with where it leads to, so that no address of a stranger's can be."""
        return login.begin(LoginFlow(then=back), "password.ask")
