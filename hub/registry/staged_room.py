"""What is kept of logins while a version is staged: a Protocol, beside `hub.seams`."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sp_registry.traffic import Tallies

ASKED_AGAIN = "asked again"  # the same browser within 30 seconds: the answer was not taken
REFUSED = "refused"  # a message that the other version would take
TOLD_NO = "told no"  # the answer was a status, where the other version would serve


@dataclass(frozen=True, slots=True)
class StagedLogin:
    """One login of a service of which a version is staged, under either version."""

    rollout: int
    is_new: bool  # under the staged version
    entity_id: str
    request_id: str
    session_id: str | None
    browser: str | None = field(repr=False)  # hash of the browser's cookie
    at: datetime
    failed: str | None = None
    sender: str | None = field(default=None, repr=False)  # hash of whom it counts for, once


class StagedRoom(Protocol):
    def add(self, login: StagedLogin) -> None: ...

    def asked_again(self, entity_id: str, browser: str, now: datetime) -> bool:
        """Note as failed what this browser was answered a moment ago; True if it was one."""

    def newest_of(self, entity_id: str, session_ids: Collection[str]) -> StagedLogin | None:
        """The latest login that these sessions had at the service."""

    def tallies(self, rollout: int) -> Tallies:
        """How it went for those who tried: each counts once under either version."""
