"""The registry's rollouts as the worker runs them: what is due or fails is ended, and published.

The rules stand in `sp_registry.rollouts`.
"""

import logging
from datetime import datetime

from certs.key_store import METADATA, PemKeyStore
from hub.registry_audit import registry_audit
from hub.settings import Settings
from hub.staff import mode_of
from hub.store.open_store import DatabaseStore
from hub.traffic import HubTraffic
from sp_registry import materialise, publishing
from sp_registry.rollouts import MACHINE, Rollouts

log = logging.getLogger("minid")


def run_due(settings: Settings, store: DatabaseStore, now: datetime) -> None:
    """One small query when no rollout is open."""
    audit = registry_audit(store.ledger)
    rolling = Rollouts(store.database, audit, mode_of(settings))
    ended = rolling.run_due(HubTraffic(store, settings), now)
    for one in ended:
        log.info("rollout %d ended: %s %s", one.number, one.outcome, one.reason)
    if not ended:
        return
    keys = PemKeyStore(settings.keys)
    note = "; ".join(f"rollout {one.number}: {one.outcome}" for one in ended)
    publishing.publish(store.database, audit, keys.newest(METADATA), MACHINE, now, note)
    certificates = [key.certificate for key in keys.all(METADATA)]
    materialise.follow(store.database, settings.snapshots, certificates)
