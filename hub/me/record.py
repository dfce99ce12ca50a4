"""What the hub knows of a person, and what it told to whom: read from the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub import services
from hub.current import outside
from hub.seams.records import AuditEvent
from hub.support.state import HELP
from sp_registry.errors import RegistryError

LOGINS = ("logged-in",)
TOLD = ("answered",)
METHOD_CHANGES = (
    "app-added", "app-removed", "passkey-added", "passkey-renamed", "passkey-removed",
    "methods-removed",
)  # fmt: skip
CHANGES = (
    "registered", "reopened", "closed", "password-changed", "recovered", "recovery-asked",
    "recovery-cancelled", "mobile-registered", "mobile-changed", "email-changed",
    "contact-confirmed",
    "pins-ordered", "pins-blocked", "pins-block-asked", "pins-block-cancelled", "not-me",
    "session-ended", "exported", "number-changed",
    *METHOD_CHANGES,
)  # fmt: skip
STAFF = ("by", "wished_by")  # details that name who of the staff it was
SHOWN = 50
EXPORTED = 10_000


def logins_of(person_id: str) -> Sequence[Mapping[str, Any]]:
    """Time, service and method.  No place: an address says little, and frightens."""
    return [
        {
            "at": event.at,
            "service": name_of(event.entity_id) if event.entity_id else None,
            "method": event.details.get("method", ""),
        }
        for event in outside().store.history.of_person(person_id, LOGINS, SHOWN)
    ]


def told_of(person_id: str) -> Sequence[Mapping[str, Any]]:
    """Which service got which data, and on whose behalf it asked."""
    return [
        {
            "at": event.at,
            "service": name_of(event.entity_id or ""),
            "on_behalf_of": event.details.get("on_behalf_of", ""),
            "attributes": event.details.get("attributes", "").split(),
        }
        for event in outside().store.history.of_person(person_id, TOLD, SHOWN)
    ]


def method_changes_of(person_id: str) -> Sequence[AuditEvent]:
    """When passkeys and an app came and went."""
    return outside().store.history.of_person(person_id, METHOD_CHANGES, SHOWN)


def help_of(person_id: str) -> Sequence[AuditEvent]:
    """What the help desk saw and did, and why; who it was is the help desk's own affair."""
    return outside().store.history.of_person(person_id, HELP, SHOWN)


def name_of(entity_id: str) -> str:
    """The service's name; its entityID if it is no longer registered."""
    try:
        return services.name_of(outside().snapshots.current().find(entity_id))
    except RegistryError:
        return entity_id


def record_of(person_id: str) -> Mapping[str, Any]:
    """Everything in plain values.  The identity number is its owner's, and stays out."""
    store = outside().store
    person = store.people.get(person_id)
    return {
        "mobile": person.mobile,
        "email": person.email,
        "language": person.language,
        "prefers": person.prefers,
        "registered_at": person.registered_at and person.registered_at.isoformat(),
        "pin_sheets": [
            {
                "label": sheet.label,
                "issued_at": sheet.issued_at.isoformat(),
                "codes_left": sheet.codes_left,
            }
            for sheet in store.sheets.held(person_id)
        ],
        "methods": methods_of(person_id),
        "letters": [
            {"state": letter.state, "ordered_at": letter.ordered_at.isoformat()}
            for letter in store.letters.of_person(person_id)
        ],
        "messages": [
            {"kind": sent.kind, "purpose": sent.purpose, "queued_at": sent.queued_at.isoformat()}
            for sent in store.outbox.of_person(person_id)
        ],
        "events": [
            plain(event)
            for event in store.history.of_person(
                person_id, (*LOGINS, *TOLD, *CHANGES, *HELP), EXPORTED
            )
        ],
    }


def methods_of(person_id: str) -> Mapping[str, Any]:
    """Names and dates; no secret and no key."""
    methods = outside().store.methods
    app = methods.app(person_id)
    return {
        "authenticator_app": app and {"added_at": app.added_at.isoformat()},
        "passkeys": [
            {
                "name": each.name,
                "added_at": each.added_at.isoformat(),
                "last_used_at": each.last_used_at and each.last_used_at.isoformat(),
            }
            for each in methods.passkeys(person_id)
        ],
    }


def plain(event: AuditEvent) -> Mapping[str, Any]:
    return {
        "at": event.at.isoformat(),
        "event": event.event,
        "service": event.entity_id,
        # Who of the staff it was is told on request, not in a file.
        "details": {name: text for name, text in event.details.items() if name not in STAFF},
    }
