"""Webhooks over https, through the guard that metadata are fetched through.

No redirect is followed and nothing of the answer but its status is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.errors import OutsideFailed
from hub.outside.guarded_web import Asked, GuardedWeb
from sp_registry.source import SourceFault

NEVER: Final = frozenset({"source-url", "source-private"})  # trying again does not help
HEADERS: Final = {
    "Content-Type": "application/json",
    "User-Agent": "minid-hub webhook",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class HookPost:
    """Keeps `hub.seams.outside.HookSender`."""

    web: GuardedWeb

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        asked = Asked("POST", {**HEADERS, **headers}, body)
        try:
            with self.web.answer(url, asked, self.web.deadline()) as answer:
                return answer.status
        except SourceFault as fault:
            raise OutsideFailed(fault.detail, fault.code in NEVER, fault.code) from None
