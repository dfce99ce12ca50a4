"""The parts of the registration form, and where each of them stands.  Pure.

A part that stands badly stops nobody: what may be put forward, `onboarding` alone decides.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from metadata.description import SpDescription
from sp_registry.attribute_profiles import UID
from sp_registry.lint.finding import Finding, Severity
from sp_registry.pages.draft import Draft


class Part(StrEnum):
    METADATA = "metadata"
    SERVICE = "service"
    CONTACTS = "contacts"
    RELEASE = "release"
    RARE = "rare"  # what most services leave as it is


class Standing(StrEnum):
    DONE = "done"
    LEFT = "left"  # worth a look
    WRONG = "wrong"
    USUAL = "usual"  # left as most leave it


# Which field a refusal is about, and in which part that stands; the rest is the document's.
FIELDS: Final[Mapping[str, tuple[Part, str]]] = {
    "organisation": (Part.SERVICE, "organisation"),
    "organisation-number": (Part.SERVICE, "organisation"),
    "sp-of-another": (Part.SERVICE, "organisation"),
    "return-url": (Part.SERVICE, "return_url"),
    "logo-unreadable": (Part.SERVICE, "logo_file"),
    "logo-unknown": (Part.SERVICE, "logo_file"),
    "logo-large": (Part.SERVICE, "logo_file"),
    "logo-size": (Part.SERVICE, "logo_file"),
    "contact": (Part.CONTACTS, "contact_1_email"),
    "legal-basis": (Part.RELEASE, "legal_basis"),
    "on-behalf-of": (Part.RARE, "on_behalf_of"),
    "exception-past": (Part.RARE, "exceptions"),
    "exception-date": (Part.RARE, "exceptions"),
}
OF_THE_DOCUMENT: Final = (Part.METADATA, "metadata")
BLANK: Final = Draft()


def place_of(code: str) -> tuple[Part, str]:
    """The part and the field that a refusal leads to."""
    return FIELDS.get(code, OF_THE_DOCUMENT)


def standings(
    draft: Draft, read: SpDescription | None, findings: Sequence[Finding], refused: str | None
) -> Mapping[Part, Standing]:
    """Where each part stands; `read` is what the metadata say, None if they cannot be read."""
    found = {
        Part.METADATA: _metadata(read, findings),
        Part.SERVICE: _filled(any(draft.names.values()) or read and read.display_names),
        Part.CONTACTS: _filled(draft.given_contacts or read and read.contacts),
        Part.RELEASE: _filled(not draft.releases_uid or draft.bases.get(UID)),
        Part.RARE: Standing.USUAL if _is_usual(draft) else Standing.DONE,
    }
    wrong = {} if refused is None else {place_of(refused)[0]: Standing.WRONG}
    return found | wrong


def _metadata(read: SpDescription | None, findings: Sequence[Finding]) -> Standing:
    severities = {one.severity for one in findings}
    if read is None or Severity.BREAKS in severities:
        return Standing.WRONG
    return _filled(Severity.WEAKENS not in severities)


def _filled(there: object) -> Standing:
    return Standing.DONE if there else Standing.LEFT


def _is_usual(draft: Draft) -> bool:
    return all(
        getattr(draft, name) == getattr(BLANK, name)
        for name in (
            "minimum", "demand_signed", "encrypt", "read_as_minimum", "idp_initiated",
            "on_behalf_of", "logout_wish",
        )
    ) and not any(draft.exceptions.values())  # fmt: skip
