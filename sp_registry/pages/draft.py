"""What the form of a registration holds: as it was typed, so that nothing of it is lost.

`Draft.options` are the same wishes that `minid sp add` makes of its arguments.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from certs.certificate import Certificate, NotACertificate
from metadata.algorithms import EXCEPTIONS, NAME_OF_EXCEPTION
from metadata.description import Contact
from sp_registry.attribute_profiles import CONTACT, LOGIN, PAIRWISE, PROFILES, SUBJECT_ID, UID
from sp_registry.compose import Facts, certificates_in
from sp_registry.environment import Environment
from sp_registry.lint.document_rules import OPERATING
from sp_registry.onboarding import LONGEST_NAME, Options, Refused
from sp_registry.service_provider import Policy
from sp_registry.wishes import MOST_CONTACTS, NAME_LANGUAGES

PSEUDONYMOUS: Final = (PAIRWISE, *LOGIN[1:])
OWN_LIST: Final = "own"  # the attributes that are ticked
RELEASES: Final = (*PROFILES, PAIRWISE, OWN_LIST)
ATTRIBUTES: Final = (*LOGIN, *CONTACT, PAIRWISE, SUBJECT_ID)
PERSONAL: Final = (UID, *CONTACT)  # what a legal basis is asked for

# What no XML may hold (XML 1.0 §2.2), and nobody means to type.
NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TypedContact:
    kind: str = "technical"
    name: str = ""
    email: str = ""  # several with commas between

    @property
    def contact(self) -> Contact:
        emails = (one.strip() for one in self.email.split(","))
        return Contact(self.kind, self.name, tuple(one for one in emails if one))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds."""

    sp: str = ""  # opaque id of the service provider that the form was opened for
    begins: bool = False  # the form asked for metadata alone, its first step
    environment: str = ""  # empty: the installation's own
    document: str = ""
    earlier: str = ""  # the document before the latest quick fix, to go back to
    names: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""
    release: str = "V1"
    attributes: tuple[str, ...] = PROFILES["V1"]  # ticked
    bases: Mapping[str, str] = field(default_factory=dict)
    minimum: str = "3"
    demand_signed: bool = False
    encrypt: bool = True
    read_as_minimum: bool = False
    idp_initiated: bool = False
    logout_wish: str = "any"
    return_url: str = ""
    on_behalf_of: str = ""  # VALUE=Name, a line each
    exceptions: Mapping[str, str] = field(default_factory=dict)  # last day by name
    contacts: tuple[TypedContact, ...] = (TypedContact(),)
    source_url: str = ""
    source_pins: str = ""  # certificates in PEM
    logo: str = ""  # the name of a picture that was uploaded before
    build: Mapping[str, str] = field(default_factory=dict)  # of a service without metadata

    @property
    def said_beside(self) -> frozenset[str]:
        """Codes of what a document need not say: the form does."""
        said = set()
        if any(name.strip() for name in self.names.values()):
            said.add("display-name-missing")
        if any(one.kind in OPERATING and one.contact.emails for one in self.contacts):
            said.add("contact-missing")
        return frozenset(said)

    @property
    def options(self) -> Options:
        """The wishes beside the metadata; raises Refused for what cannot be read."""
        return Options(
            environment=self.asked_environment,
            attributes=self._listed,
            profile=self.release if self.release in PROFILES else None,
            legal_basis=self.bases.get(UID, ""),
            bases=tuple((name, basis) for name, basis in self.bases.items() if name != UID),
            minimum=int(self.minimum) if self.minimum.isdecimal() else 0,
            demand_signed=self.demand_signed,
            encrypt=self.encrypt,
            read_as_minimum=self.read_as_minimum,
            idp_initiated=self.idp_initiated,
            logout_wish=self.logout_wish,
            return_url=self.return_url,
            on_behalf_of=self._registered,
            exceptions=self._dated,
            display_names=tuple((code, name) for code, name in self.names.items() if name),
            organisation_number=self.organisation,
            contacts=self.given_contacts,
            source_url=self.source_url,
            source_pins=self.pins,
            logo=self.logo,
        )

    @property
    def asks_for_metadata_alone(self) -> bool:
        return self.begins and not self.document

    @property
    def releases_uid(self) -> bool:
        """Whether the identity number is asked for."""
        listed = self._listed
        return UID in (PROFILES[self.release] if listed is None else listed)

    @property
    def asked_environment(self) -> Environment | None:
        """Raises Refused for one that there is not."""
        if not self.environment:
            return None
        if self.environment not in set(Environment):
            raise Refused("environment", f"There is no environment {self.environment[:20]!r}.")
        return Environment(self.environment)

    @property
    def pins(self) -> tuple[Certificate, ...]:
        """Whose signature is asked for; raises Refused."""
        try:
            return certificates_in(self.source_pins)
        except NotACertificate as fault:
            sentence = f"The pinned certificate cannot be read: {fault.detail}."
            raise Refused("source-pin", sentence) from None

    @property
    def facts(self) -> Facts:
        """What a document for a service without metadata is made of."""
        built = {name: self.build.get(name, "") for name in BUILT}
        told = tuple((code, name) for code, name in self.names.items() if name)
        return Facts(**built, names=told, contacts=self.given_contacts)

    @property
    def given_contacts(self) -> tuple[Contact, ...]:
        return tuple(one.contact for one in self.contacts if one.name or one.email)

    @property
    def _listed(self) -> tuple[str, ...] | None:
        if self.release in PROFILES:
            return None
        return self.attributes if self.release == OWN_LIST else PSEUDONYMOUS

    @property
    def _registered(self) -> tuple[tuple[str, str], ...]:
        pairs = (line.partition("=") for line in self.on_behalf_of.splitlines() if line.strip())
        return tuple((value.strip(), name.strip()) for value, _, name in pairs)

    @property
    def _dated(self) -> tuple[tuple[str, date], ...]:
        try:
            return tuple(
                (name, date.fromisoformat(day)) for name, day in self.exceptions.items() if day
            )
        except ValueError as fault:
            raise Refused("exception-date", f"{fault}; wanted YYYY-MM-DD.") from None


BUILT: Final = ("entity_id", "consumer_url", "logout_url", "certificates")


def typed_in(form: Typed, uploaded: str) -> Draft:
    """What was typed; an uploaded document takes the place of what was pasted."""
    typed = {name: NOT_IN_XML.sub("", value).strip() for name, value in form.items()}

    def of_each(prefix: str, names: tuple[str, ...]) -> dict[str, str]:
        return {name: typed.get(f"{prefix}_{name}", "") for name in names}

    brought = Draft(
        sp=typed.get("sp", ""),
        begins="begins" in typed,
        environment=typed.get("environment", ""),
        # A browser sends each line of a text with CR LF, whatever it was before.
        document=(uploaded or typed.get("metadata", "")).replace("\r\n", "\n"),
        earlier=typed.get("earlier", "").replace("\r\n", "\n"),
        organisation=typed.get("organisation", "").replace(" ", ""),
        source_url=typed.get("source_url", ""),
        source_pins=typed.get("source_pins", ""),
        build=of_each("build", BUILT),
    )
    if brought.begins:
        return brought
    return replace(
        brought,
        names={code: name[:LONGEST_NAME] for code, name in of_each("name", NAME_LANGUAGES).items()},
        release=typed.get("release", "V1"),
        attributes=tuple(name for name in ATTRIBUTES if f"attribute_{name}" in typed),
        bases=of_each("basis", CONTACT) | {UID: typed.get("legal_basis", "")},
        minimum=typed.get("minimum", "3"),
        demand_signed="demand_signed" in typed,
        encrypt="encrypt" in typed,
        read_as_minimum="read_as_minimum" in typed,
        idp_initiated="idp_initiated" in typed,
        logout_wish=typed.get("logout_wish", "any"),
        return_url=typed.get("return_url", ""),
        on_behalf_of=typed.get("on_behalf_of", ""),
        exceptions=of_each("exception", tuple(EXCEPTIONS)),
        contacts=_contacts(typed),
        logo="" if "remove_logo" in typed else typed.get("logo", ""),
    )


def of_policy(policy: Policy, **more: Any) -> Draft:
    """What the form shows of a service provider that is known."""
    days = {NAME_OF_EXCEPTION.get(uri, uri): str(day) for uri, day in policy.algorithm_exceptions}
    return Draft(
        environment=policy.environment,
        names=dict(policy.display_names),
        release=release_of(policy),
        attributes=policy.attributes,
        bases=dict(policy.bases) | {UID: policy.legal_basis or ""},
        minimum=str(int(policy.minimum)),
        demand_signed=policy.demand_signed_requests,
        encrypt=policy.encrypt,
        read_as_minimum=policy.read_as_minimum,
        idp_initiated=policy.idp_initiated,
        logout_wish=policy.logout_wish,
        return_url=policy.return_url or "",
        on_behalf_of="\n".join(f"{value}={name}" for value, name in policy.on_behalf_of),
        exceptions=days,
        contacts=(
            *(TypedContact(one.kind, one.name, ", ".join(one.emails)) for one in policy.contacts),
            TypedContact(),
        ),
        source_url=policy.source_url or "",
        logo=policy.logo or "",
        source_pins="".join(one.pem for one in policy.source_pins),
        **more,
    )


def release_of(policy: Policy) -> str:
    if policy.profile is not None:
        return policy.profile
    return PAIRWISE if policy.attributes == PSEUDONYMOUS else OWN_LIST


def _contacts(typed: Typed) -> tuple[TypedContact, ...]:
    """The rows that hold anything, and an empty one for another."""
    rows = [_contact(typed, f"contact_{number}") for number in range(1, MOST_CONTACTS + 1)]
    return (*(one for one in rows if one.name or one.email), TypedContact())


def _contact(typed: Typed, row: str) -> TypedContact:
    return TypedContact(*(typed.get(f"{row}_{part}", "") for part in ("kind", "name", "email")))
