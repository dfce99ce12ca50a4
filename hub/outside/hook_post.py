"""Webhooks over https, through the guard that metadata are fetched through."""

from dataclasses import dataclass

from hub.errors import OutsideFailed
from hub.outside.metadata_fetch import MetadataFetcher
from hub.seams import Clock
from sp_registry.hooks import Hooks, signed_headers
from sp_registry.source import SourceFault

NEVER = frozenset({"source-url", "source-private"})  # trying again does not help


@dataclass(frozen=True, slots=True)
class HookPost:
    """Keeps `hub.seams.HookSender`."""

    hooks: Hooks
    web: MetadataFetcher
    clock: Clock

    def send(self, hook_id: str, body: bytes) -> None:
        hook = next((one for one in self.hooks.in_use() if one.id == hook_id), None)
        if hook is None:
            raise OutsideFailed("the webhook is gone", permanent=True, code="hook-gone")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "minid-hub webhook",
            "Connection": "close",
            **signed_headers(hook.secret, body, self.clock.now()),
        }
        try:
            status = self.web.posted(hook.url, body, headers)
        except SourceFault as fault:
            is_final = fault.code in NEVER
            raise OutsideFailed(fault.detail, is_final, fault.code) from None
        if not 200 <= status < 300:
            raise OutsideFailed(f"the webhook answers with {status}", code="hook-status")
