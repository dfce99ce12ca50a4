"""Messages to teams' webhooks: put in the outbox, carried out, and how they fared put on record.

Apart from other messages, so that a receiver that is slow holds up no code.  What is not
answered with 2xx comes again, under the same id, at ever longer intervals until it is given
up; 410 ends the tries at once (Standard Webhooks).
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from hub.errors import OutsideFailed
from hub.keys.ring import KeyRing
from hub.registry.audit import registry_audit
from hub.seams.outbox import Leased, MessageKind, MessageState
from hub.seams.outside import Clock, HookSender
from hub.sending.outbox import a_hook_call, payload_of
from hub.store.open_store import DatabaseStore
from sp_registry import hook_calls
from sp_registry.hook_calls import HookCall, Tried
from sp_registry.hook_signing import signed_headers
from sp_registry.hooks import Hook, Hooks

LEASE = timedelta(seconds=60)  # longer than one try may take
BATCH = 8  # that one worker carries at the same time
LIFE = timedelta(days=3)
TEST = "test"
TEST_LIVES = timedelta(minutes=10)  # whoever asked for it is looking
# Waits between tries; the last one goes on until the message is given up.
WAITS = (
    timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
    timedelta(hours=2), timedelta(hours=6), timedelta(hours=12),
)  # fmt: skip
GONE = 410
GATEWAY = "webhook"


def hooks_of(store: DatabaseStore, ring: KeyRing) -> Hooks:
    return Hooks(store.database, registry_audit(store.ledger), ring)


def put(
    store: DatabaseStore, hook_id: str, type: str, data: Mapping[str, object], now: datetime
) -> None:
    """A message on its way; `data` tells of no person."""
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    gives_up_at = now + (TEST_LIVES if type == TEST else LIFE)
    message = a_hook_call(hook_id, {"type": type, "timestamp": at, "data": data}, gives_up_at)
    call = HookCall(message.id, hook_id, type, now, gives_up_at)

    def acts() -> None:
        store.outbox.put([message], now)
        store.database.write(lambda connection: hook_calls.put(connection, call))

    store.together(acts)


@dataclass(frozen=True, slots=True)
class HookCarrier:
    store: DatabaseStore
    hooks: Hooks
    sender: HookSender
    clock: Clock

    def deliver_due(self) -> int:
        """Carry what is due, one batch; how many were tried."""
        outbox, now = self.store.outbox, self.clock.now()
        leased = outbox.claim((MessageKind.HOOK,), BATCH, now, LEASE)
        with ThreadPoolExecutor(max_workers=BATCH) as pool:
            return len(list(pool.map(self._deliver, leased)))

    def _deliver(self, leased: Leased) -> None:
        if not self.store.outbox.begin(leased, GATEWAY, self.clock.now()):
            return  # too late, or somebody else's by now
        try:
            tried = self._tried(leased)
        except OutsideFailed as fault:
            tried = Tried(self.clock.now(), None, fault.code, fault.permanent)
        self.store.together(partial(self._settle, leased, tried))

    def _tried(self, leased: Leased) -> Tried:
        payload, id = payload_of(leased.message), leased.message.id
        hook = self._hook(payload["hook"])
        body, now = payload["event"].encode(), self.clock.now()
        headers = signed_headers(hook.secrets(now), id, body, now)
        status = self.sender.post(hook.url, headers, body)
        if 200 <= status < 300:
            return Tried(now, status)
        return Tried(now, status, "hook-status", is_final=status == GONE)

    def _hook(self, id: str) -> Hook:
        hook = self.hooks.find(id)
        if hook is None:
            raise OutsideFailed("the webhook is gone", permanent=True, code="hook-gone")
        if not self.hooks.works(hook):
            raise OutsideFailed("its maker has left", permanent=True, code="hook-left")
        return hook

    def _settle(self, leased: Leased, tried: Tried) -> None:
        outbox, id = self.store.outbox, leased.message.id
        if tried.fault is None:
            outbox.sent(leased, "", tried.at)
        elif tried.is_final:
            outbox.close(leased, MessageState.REFUSED, tried.fault, tried.at)
        else:
            again_at = tried.at + WAITS[min(leased.lease, len(WAITS)) - 1]
            outbox.put_off(leased, again_at, tried.fault)
            if again_at < leased.message.expires_at:
                tried = replace(tried, again_at=again_at)
        self.store.database.write(lambda connection: hook_calls.tell(connection, id, tried))
