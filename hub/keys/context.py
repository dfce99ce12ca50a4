"""What the commands about keys work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certs.make_key import KeyKind
from hub.keys.room import KeyRoom
from hub.seams.records import AuditEvent, Ledger
from sp_registry.snapshot import Snapshots


@dataclass(frozen=True, slots=True)
class KeyContext:
    """Made by `hub/commands.py` from the settings."""

    directory: Path  # of the key files
    kind: KeyKind  # of a new key, unless another is asked for
    room: KeyRoom
    snapshots: Snapshots
    ledger: Ledger
    clock: Callable[[], datetime]
    who: str
    write_out: Callable[[str], None]

    def record(self, event: str, now: datetime, entity_id: str | None, **details: str) -> None:
        told: Mapping[str, str] = {"by": self.who, **details}
        self.ledger.append(AuditEvent(event, now, entity_id=entity_id, details=told))
