"""Which attributes a service provider gets, and in which form.

Pure.  What may be told is the policy's choice, frozen with the published
registry; a request and the metadata can narrow it and never widen it.  So what
one service provider gets does not depend on any other.  The legacy attributes
of ID-porten's profile carry no NameFormat; `pairwise-id` and `subject-id` carry
the uri format (SAML subject identifiers §3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import HubError
from hub.login_session import Proof, ProofKind
from hub.seams.registers import Contact, ContactStatus
from metadata import names
from metadata.description import AttributeService
from metadata.level import Level
from sp_registry.attribute_profiles import CONTACT, PAIRWISE, SUBJECT_ID
from sp_registry.service_provider import ServiceProvider

METHODS = {
    ProofKind.SMS_CODE: "Minid-OTC",
    ProofKind.LETTER_PIN: "Minid-PIN",
    ProofKind.TOTP: "Minid-TOTP",
    ProofKind.PASSKEY: "Minid-WEBAUTHN",
}
SAML_NAMES = {PAIRWISE: names.PAIRWISE_ID, SUBJECT_ID: names.SUBJECT_ID}
# What the metadata says that it needs (subject-id:req), and which of ours it makes needless.
NEEDLESS = {
    "none": {PAIRWISE, SUBJECT_ID},
    PAIRWISE: {SUBJECT_ID},
    "any": {SUBJECT_ID},
    SUBJECT_ID: {PAIRWISE},
}


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    value: str = field(repr=False)
    name_format: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that could be told about a login; what is told is the policy's choice."""

    uid: str = field(repr=False)
    level: Level
    culture: str
    method: str
    on_behalf_of: str | None = None
    pairwise_id: str | None = None
    subject_id: str | None = None
    contact: Contact | None = None


def method_of(proofs: Sequence[Proof]) -> str:
    """The AuthMethod of a login: the second factor proved last."""
    seconds = [proof for proof in proofs if proof.kind in METHODS]
    return METHODS[max(seconds, key=lambda proof: proof.at).kind]


def requested(sp: ServiceProvider, index: int | None) -> AttributeService | None:
    """The AttributeConsumingService of this index; no index asked: none, and no narrowing.

    A service marked as the default narrows nothing by itself: many list what
    their software showed as an example.
    """
    if index is None:
        return None
    for service in sp.description.attribute_services:
        if service.index == index:
            return service
    raise HubError(
        f"AttributeConsumingServiceIndex {index} is not among the registered "
        f"{[service.index for service in sp.description.attribute_services]}",
        "attribute-index",
    )


def to_release(sp: ServiceProvider, index: int | None) -> tuple[str, ...]:
    """The policy's attributes, in its order, without those that were not asked for."""
    service = requested(sp, index)
    released = list(sp.policy.attributes)
    if service is not None:
        asked = {attribute.name for attribute in service.attributes}
        released = [name for name in released if {name, saml_name(name)} & asked]
    return tuple(name for name in released if name not in needless(sp, released))


def needless(sp: ServiceProvider, released: Sequence[str]) -> set[str]:
    """The subject identifiers that it says it has no use for, another being there."""
    required = sp.description.subject_id_requirement or ""
    gets_another = required in ("none", "any") or required in released
    return NEEDLESS.get(required, set()) if gets_another else set()


def wants_contact(released: Sequence[str]) -> bool:
    return any(name in CONTACT for name in released)


def released(
    sp: ServiceProvider, facts: Facts, index: int | None = None
) -> tuple[Attribute, ...]:
    """The attributes of this answer, in the order of the policy."""
    values = values_of(facts, sp.policy.legal_basis is not None) | contact_values(facts.contact)
    chosen = [
        Attribute(saml_name(name), value, name_format(name))
        for name in to_release(sp, index)
        if (value := values.get(name)) is not None
    ]
    if facts.on_behalf_of is not None:
        chosen.append(Attribute("OnBehalfOf", facts.on_behalf_of))
    return tuple(chosen)


def values_of(facts: Facts, with_number: bool) -> dict[str, str | None]:
    return {
        "uid": facts.uid if with_number else None,
        "SecurityLevel": str(int(facts.level)),
        "Culture": facts.culture,
        "AuthMethod": facts.method,
        PAIRWISE: facts.pairwise_id,
        SUBJECT_ID: facts.subject_id,
    }


def contact_values(contact: Contact | None) -> dict[str, str | None]:
    """What the contact register says; where it failed, its status alone."""
    if contact is None:
        return {}
    if contact.status is ContactStatus.FAILED:
        return {"status": contact.status.value}
    return {
        "epostadresse": contact.email,
        "mobiltelefonnummer": contact.mobile,
        "reservasjon": "JA" if contact.is_reserved else "NEI",
        "status": contact.status.value,
        "postkasseleverandoerNavn": contact.mailbox,
    }


def saml_name(name: str) -> str:
    return SAML_NAMES.get(name, name)


def name_format(name: str) -> str | None:
    return names.URI_NAME_FORMAT if name in SAML_NAMES else None
