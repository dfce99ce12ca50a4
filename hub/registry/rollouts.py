"""The registry's rollouts as the worker runs them, and the snapshot that this node serves.

What is due or fails is ended, and published.

The rules stand in `sp_registry.rollouts`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certs import metadata_keys
from certs.certificate import Certificate
from certs.key_store import METADATA, PemKeyStore
from hub.registry.audit import registry_audit
from hub.registry.staff import mode_of
from hub.registry.traffic import HubTraffic
from hub.settings import Settings
from hub.store.open_store import DatabaseStore
from sp_registry import materialise, publishing, remarks, unpublished
from sp_registry.rollouts import MACHINE, NoRollout, Rollout, Rollouts

log = logging.getLogger("minid")


@dataclass(frozen=True, slots=True)
class Follower:
    """Keeps the local snapshot file up to date, and publishes what a killed process has left."""

    settings: Settings
    store: DatabaseStore
    certificates: Sequence[Certificate]  # of every metadata key, old ones too

    def follow(self, now: datetime) -> None:
        """Two small queries where there is nothing new."""
        database = self.store.database
        if database.read(lambda connection: unpublished.left(connection, now)):
            self._settle(now)
        materialise.follow(database, self.settings.snapshots, self.certificates)

    def _settle(self, now: datetime) -> None:
        key = PemKeyStore(self.settings.keys).newest(METADATA)
        audit = registry_audit(self.store.ledger)
        made = publishing.settle(self.store.database, audit, key, now)
        if made is not None:
            log.warning("published in snapshot %d what a process had left", made.number)


def run_due(settings: Settings, store: DatabaseStore, now: datetime) -> None:
    """One small query when no rollout is open.

    The end and its publication are one transaction: what has gone back is staged nowhere.
    """
    audit = registry_audit(store.ledger)
    rolling = Rollouts(store.database, audit, mode_of(settings))
    verdicts = rolling.to_end(HubTraffic(store, settings), now)
    if not verdicts:
        return
    keys = PemKeyStore(settings.keys)
    signing_key = keys.newest(METADATA)

    def end_and_publish() -> list[Rollout]:
        ended = [rolling.end(rollout, verdict, now) for rollout, verdict in verdicts]
        note = remarks.ENDED.format(", ".join(str(one.number) for one in ended))
        publishing.publish(store.database, audit, signing_key, MACHINE, now, note)
        return ended

    try:
        ended = store.together(end_and_publish)
    except NoRollout as fault:
        log.info("%s; looked at again at the next turn", fault.detail)
        return
    for one in ended:
        log.info("rollout %d ended: %s %s", one.number, one.outcome, one.reason)
    certificates = metadata_keys.certificates(settings.keys)
    materialise.follow(store.database, settings.snapshots, certificates)
