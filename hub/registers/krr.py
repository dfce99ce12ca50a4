"""The contact register's JSON, read.  Pure."""

from collections.abc import Mapping
from typing import Any

from hub.seams.registers import Contact, ContactStatus

MAILBOXES = {"984661185": "Digipost", "996460320": "e-Boks"}  # by organisation number


def contact(answer: Mapping[str, Any]) -> Contact:
    """The one person of an answer of `POST /rest/v2/personer`."""
    (person,) = answer["personer"]
    is_reserved = person.get("reservasjon") == "JA"
    if person["status"] != "AKTIV":  # deleted is as good as never registered
        return Contact(ContactStatus.NOT_REGISTERED, is_reserved=is_reserved)
    reached = person.get("kontaktinformasjon") or {}
    post = person.get("digital_post") or {}
    provider = post.get("postkasseleverandoeradresse") or ""
    return Contact(
        ContactStatus.ACTIVE,
        email=reached.get("epostadresse"),
        mobile=reached.get("mobiltelefonnummer"),
        is_reserved=is_reserved,
        mailbox=MAILBOXES.get(provider, provider) or None,
    )
