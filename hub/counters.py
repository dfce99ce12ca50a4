"""What a process counts for `/metrics`, and brings to the database now and then.

A killed process loses what it counted in the last seconds; its audit rows tell the
exact story.  A process that is asked for metrics brings its own counts first.
"""

import logging
import threading
from collections import Counter

from hub.errors import HubError
from hub.login_session import LoginSession
from hub.seams import AuditEvent, CounterRoom, Ledger, Participant

BRING_EVERY = 5.0  # seconds

log = logging.getLogger("minid")


class Counters:
    """Counts of this process, by name and label.  A label is a code of ours, never a value
    that somebody sent, or the rows would be without end."""

    def __init__(self, room: CounterRoom) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, name: str, label: str) -> None:
        with self._lock:
            self._counted[name, label] += 1
            if self._timer is None:
                self._timer = threading.Timer(BRING_EVERY, self.bring)
                self._timer.daemon = True
                self._timer.start()

    def bring(self) -> None:
        """Add what was counted to the totals; what cannot be brought is kept for next time."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        try:
            self._room.add(counted)
        except HubError as fault:
            log.warning("counts not brought: %s: %s", fault.code, fault.detail)
            with self._lock:
                self._counted.update(counted)


class CountedLedger:
    """The audit log, with its events counted by kind: `hub.seams.Ledger`."""

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
