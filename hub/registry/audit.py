"""Put the registry's deeds into the hub's audit log."""

from collections.abc import Mapping
from datetime import datetime

from hub.seams.records import AuditEvent, Ledger
from sp_registry.seams import Audit


def registry_audit(ledger: Ledger) -> Audit:
    """The registry's way to the ledger; who did it is a name of staff or of a shell user."""

    def on_record(event: str, by: str, now: datetime, details: Mapping[str, str]) -> None:
        told = {"by": by, **details}
        of = details.get("entity_id")
        ledger.append(AuditEvent(event=event, at=now, entity_id=of, details=told))

    return on_record
