"""What the hub has seen of logins, for the registry: `sp_registry.traffic.Traffic`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.front_door import SSO
from hub.registry import dry_run
from hub.seams.store import Store
from hub.settings import Settings
from sp_registry.service_provider import ServiceProvider
from sp_registry.traffic import Replay, Signatures, Tallies

MOST_REPLAYED = 500  # requests


@dataclass(frozen=True, slots=True)
class HubTraffic:
    store: Store
    settings: Settings

    def signatures(self, entity_id: str, now: datetime) -> Mapping[str, Signatures]:
        today = self.store.keys.signatures_on(entity_id, now.astimezone(UTC).date())
        return {
            seen.fingerprint: Signatures(today.get(seen.fingerprint, 0), seen.last_seen)
            for seen in self.store.keys.certificates_seen(entity_id)
        }

    def replay(self, approved: ServiceProvider, proposed: ServiceProvider) -> Replay:
        messages = self.store.trace.messages(
            approved.entity_id, "AuthnRequest", MOST_REPLAYED
        )
        sso_url, own = self.settings.url(SSO), self.settings.own_entity_id
        return dry_run.replay(messages, approved, proposed, sso_url, own)

    def logins(self, since: datetime) -> Mapping[str, int]:
        return self.store.history.answered_since(since)

    def tallies(self, rollout: int) -> Tallies:
        return self.store.staged.tallies(rollout)
