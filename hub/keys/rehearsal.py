"""One login signed with the next key, and what came of it.  Pure.

What happens at a service after our POST is invisible to us: that it took the key
is known only by later signed evidence, or because its contact says so.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

ASKS_AGAIN = timedelta(seconds=30)  # the same browser, so soon: the answer was not taken


class Evidence(StrEnum):
    """What spoke for a rehearsal."""

    LOGOUT = "logout-request"  # names a SessionIndex that stood inside the assertion alone
    ARTIFACT = "artifact-resolve"  # the answer was fetched; whether it was taken is not shown
    CONFIRMED = "confirmed"  # by the service's contact

    @property
    def proves_the_key(self) -> bool:
        """True where the service must have verified our signature, or a person says it did."""
        return self is not Evidence.ARTIFACT


class Outcome(StrEnum):
    ARMED = "armed"  # the next login is the one
    NOT_KNOWN = "not known"  # signed, and nothing was heard since
    COMPLETED = "completed"
    FAILED = "probably failed"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    entity_id: str
    fingerprint: str
    armed_at: datetime
    signed_at: datetime | None = None
    request_id: str | None = None  # of the answer that it was
    session_index: str | None = field(default=None, repr=False)
    browser: str | None = field(default=None, repr=False)
    proved_at: datetime | None = None
    evidence: Evidence | None = None
    failed_at: datetime | None = None

    @property
    def outcome(self) -> Outcome:
        if self.failed_at is not None and not self._is_proved:
            return Outcome.FAILED
        if self.proved_at is not None:
            return Outcome.COMPLETED
        return Outcome.ARMED if self.signed_at is None else Outcome.NOT_KNOWN

    @property
    def takes_key_since(self) -> datetime | None:
        """Since when the service is known to take the key; None where that is not known."""
        return self.proved_at if self._is_proved else None

    @property
    def is_open(self) -> bool:
        """True while something may still be heard of it."""
        return not self._is_proved

    def may_fail_at(self, now: datetime) -> bool:
        """True while the same browser's next request would tell against it.

        One that is only marked counts too: another process may have signed it just now.
        """
        if self.failed_at is not None or self._is_proved:
            return False
        return self.signed_at is None or now <= self.signed_at + ASKS_AGAIN

    @property
    def _is_proved(self) -> bool:
        return self.evidence is not None and self.evidence.proves_the_key
