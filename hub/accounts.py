"""Close an account; who may, is for the pages and the commands to find out."""

from collections.abc import Mapping
from datetime import datetime

from hub.person import Person
from hub.seams.records import AuditEvent
from hub.seams.store import Store
from hub.sending import notices
from hub.sending.notices import Contacts, Notice
from hub.settings import Settings


def close(
    store: Store,
    settings: Settings,
    person: Person,
    request_id: str | None,
    now: datetime,
    details: Mapping[str, str] | None = None,
) -> None:
    """Only a new letter, and a registration with it, opens it again."""

    def act() -> None:
        event = AuditEvent(
            "closed", now, person_id=person.id, request_id=request_id, details=details or {}
        )
        store.ledger.append(event)
        formerly = Contacts(person.mobile, person.email)
        notices.put(store, settings, person.id, Notice.ACCOUNT_CLOSED, now, formerly)
        put_out(store, person.id, now)

    store.together(act)


def put_out(store: Store, person_id: str, now: datetime) -> None:
    """Nothing that opened the account opens it any more; to be in a transaction with its event."""
    store.sheets.block(person_id, now)
    store.waits.cancel(person_id)
    store.people.close(person_id, now)
    store.sessions.end_all(person_id, now)
