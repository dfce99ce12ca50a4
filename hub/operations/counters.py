"""What a process counts for `/metrics` and for each service, and brings to the database now
and then.

A killed process loses what it counted in the last seconds; its audit rows tell the
exact story.  A process that is asked for metrics brings its own counts first.
"""

import logging
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from hub.errors import HubError
from hub.login_session import LoginSession
from hub.seams.counts import (
    CLOCK,
    FETCHED,
    LOGIN,
    LOGOUT,
    Arrival,
    CounterRoom,
    ServiceCount,
    ServiceDays,
)
from hub.seams.logins import Participant
from hub.seams.records import AuditEvent, Ledger

BRING_EVERY = 5.0  # seconds
EXACT_TO = 10  # seconds of a clock's difference; beyond, tens of seconds
LARGEST_APART = 900  # seconds

# Events that are counted for their service: as what, under which label.
OF_SERVICE = {
    "answered": (LOGIN, ""),
    "artifact-resolved": (FETCHED, ""),
    "logout-confirmed": (LOGOUT, "confirmed"),
    "logout-refused": (LOGOUT, "refused"),
}

log = logging.getLogger("minid")


class Counters:
    """Counts of this process, by name and label.  A label is a code of ours, never a value
    that somebody sent, or the rows would be without end."""

    def __init__(self, room: CounterRoom, days: ServiceDays) -> None:
        self._room = room
        self._days = days
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._of_services: Counter[ServiceCount] = Counter()
        self._latest: dict[str, Arrival] = {}
        self._timer: threading.Timer | None = None

    def count(self, name: str, label: str) -> None:
        with self._lock:
            self._counted[name, label] += 1
            self._wind()

    def service(self, entity_id: str, what: str, label: str, at: datetime) -> None:
        """Count for a registered service, on this day of UTC's."""
        with self._lock:
            self._of_services[ServiceCount(entity_id, at.astimezone(UTC).date(), what, label)] += 1
            self._wind()

    def arrived(self, entity_id: str, issued_at: datetime, at: datetime) -> None:
        """Count how long after its IssueInstant a message of this service came."""
        seconds = seconds_apart(at - issued_at)
        with self._lock:
            self._latest[entity_id] = Arrival(seconds, at)
        self.service(entity_id, CLOCK, str(seconds), at)

    def bring(self) -> None:
        """Add what was counted to the totals; what cannot be brought is kept for next time."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
            of_services, self._of_services = self._of_services, Counter()
            latest, self._latest = self._latest, {}
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        try:
            self._room.add(counted)
            counted = Counter()
            self._days.add(of_services, latest)
        except HubError as fault:
            log.warning("counts not brought: %s: %s", fault.code, fault.detail)
            with self._lock:
                self._counted.update(counted)
                self._of_services.update(of_services)
                self._latest = latest | self._latest

    def _wind(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(BRING_EVERY, self.bring)
            self._timer.daemon = True
            self._timer.start()


def seconds_apart(span: timedelta) -> int:
    """Whole seconds near nothing, tens further off, and no more than a quarter of an hour."""
    seconds = round(span.total_seconds())
    if abs(seconds) > EXACT_TO:
        seconds = round(seconds, -1)
    return max(-LARGEST_APART, min(LARGEST_APART, seconds))


class CountedLedger:
    """The audit log, with its events counted by kind: `hub.seams.records.Ledger`."""

    def __init__(self, ledger: Ledger, counters: Counters) -> None:
        self._ledger = ledger
        self._counters = counters

    def append(self, event: AuditEvent) -> None:
        self._ledger.append(event)
        self._count(event)

    def answered(
        self,
        session: LoginSession,
        entity_id: str,
        name_id_format: str,
        new_name_id: str,
        extends_idle: bool,
        event: AuditEvent,
    ) -> Participant:
        participant = self._ledger.answered(
            session, entity_id, name_id_format, new_name_id, extends_idle, event
        )
        self._count(event)
        return participant

    def _count(self, event: AuditEvent) -> None:
        self._counters.count("events", event.event)
        if event.event == "logged-in":
            self._counters.count("logins", event.details.get("method", ""))
        if event.event in OF_SERVICE and event.entity_id is not None:
            self._counters.service(event.entity_id, *OF_SERVICE[event.event], event.at)
