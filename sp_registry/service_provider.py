"""A service provider as the hub acts on it: its metadata, and our policy beside it.

Pure.  SAML Metadata §2.4.4; choice of consumer: Core §3.4.1 and Metadata §2.2.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from certs.certificate import Certificate
from metadata import names
from metadata.description import Contact, EncryptionKey, Endpoint, SpDescription
from metadata.level import Level
from sp_registry.attribute_profiles import PROFILES, UID
from sp_registry.environment import Environment, key_of
from sp_registry.errors import RegistryError

# Bindings that a consumer is answered by; which one is the metadata's choice, not ours.
SERVED_BINDINGS = (names.HTTP_POST, names.HTTP_ARTIFACT)

# How a service provider wishes to be told of a logout that began elsewhere.
LOGOUT_WISHES = ("any", "browser", "soap", "none")


class UnknownConsumer(RegistryError):
    """The request names an address that is not in the service provider's metadata."""

    code = "consumer-unknown"


class UnservedBinding(RegistryError):
    """The consumer asked for is registered, but not for a binding that it can be answered by.

    `told_at` is where the service provider can be told so.
    """

    code = "binding-unserved"

    def __init__(self, detail: str, told_at: Endpoint) -> None:
        super().__init__(detail)
        self.told_at = told_at


@dataclass(frozen=True, slots=True)
class Policy:
    """What administrators have decided about one service provider."""

    attributes: tuple[str, ...] = PROFILES["V1"]
    profile: str | None = "V1"  # the bundle that `attributes` came from; None: listed one by one
    legal_basis: str | None = None  # why the identity number may be released
    minimum: Level = Level.SUBSTANTIAL
    demand_signed_requests: bool = False  # beyond what the metadata says; never less
    encrypt: bool = True  # False only by an approver's decision
    read_as_minimum: bool = False  # reads RequestedAuthnContext as ID-porten does
    display_names: tuple[tuple[str, str], ...] = ()  # wins over the metadata's names
    organisation_number: str | None = None
    return_url: str | None = None  # where "back to the service" leads
    on_behalf_of: tuple[tuple[str, str], ...] = ()  # (registered value, display name)
    idp_initiated: bool = False  # may be logged in to without a request of its own
    algorithm_exceptions: tuple[tuple[str, date], ...] = ()  # (algorithm URI, last day)
    bases: tuple[tuple[str, str], ...] = ()  # (attribute, legal basis) of all but the number
    contacts: tuple[Contact, ...] = ()  # beside the metadata's own
    logo: str | None = None  # hash of a picture in `logos`; the metadata's is never fetched
    logout_wish: str = "any"  # one of LOGOUT_WISHES
    source_url: str | None = None  # where its metadata are fetched anew
    source_pins: tuple[Certificate, ...] = ()  # one of these must have signed what is fetched
    environment: Environment = Environment.PRODUCTION  # which hubs answer it; part of its key

    def basis_of(self, attribute: str) -> str | None:
        """The legal basis of releasing this attribute; None if none is given."""
        return self.legal_basis if attribute == UID else dict(self.bases).get(attribute)


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """One approved service provider.  Only a published snapshot makes these."""

    id: str  # an opaque name for URLs, files and sheets
    description: SpDescription
    policy: Policy = field(default_factory=Policy)
    active: bool = True  # False: suspended, refused at every endpoint

    @property
    def entity_id(self) -> str:
        return self.description.entity_id

    @property
    def key(self) -> str:
        """What the registry's tables know it by."""
        return key_of(self.entity_id, self.policy.environment)

    @property
    def signing_certificates(self) -> tuple[Certificate, ...]:
        return self.description.signing_certificates

    @property
    def must_sign_requests(self) -> bool:
        """True if its metadata says that it signs, or if our policy demands it of it."""
        return self.description.authn_requests_signed or self.policy.demand_signed_requests

    @property
    def encryption_key(self) -> EncryptionKey | None:
        """The key to encrypt to; None if it publishes none or its policy says no."""
        keys = self.description.encryption_keys
        return keys[0] if keys and self.policy.encrypt else None

    def name(self, languages: Sequence[str]) -> str:
        """Its name in the first of these languages that it has, else any, else its host."""
        for known in (self.policy.display_names, self.description.display_names):
            by_language = dict(reversed(known))
            for language in languages:
                if language in by_language:
                    return by_language[language]
            if known:
                return known[0][1]
        return self.entity_id

    def is_trusted_at(self, now: datetime) -> bool:
        """False once it is suspended or its metadata's validUntil has passed."""
        valid_until = self.description.valid_until
        return self.active and (valid_until is None or now < valid_until)

    def consumer_for(
        self, url: str | None, index: int | None, binding: str | None
    ) -> Endpoint:
        """The registered consumer that this request asks for.

        Byte-for-byte comparison: anything looser lets an assertion out to an
        address that nobody approved.  Raises UnknownConsumer for an address or
        index that is not registered, UnservedBinding for one that is, but not
        with the binding asked for or with none that we serve.
        """
        if url is not None and index is not None:
            raise UnknownConsumer(
                "the request has both AssertionConsumerServiceURL and "
                "AssertionConsumerServiceIndex; Core §3.4.1 allows one"
            )
        asked = [
            each
            for each in self.description.consumers
            if url in (None, each.url) and index in (None, each.index)
        ]
        if not asked:
            raise UnknownConsumer(
                f"AssertionConsumerServiceURL {url!r}, index {index} is not among the registered "
                f"{[(each.index, each.url) for each in self.description.consumers]}"
            )
        can_be_served = served(self.description)
        fit = [each for each in asked if each in can_be_served and binding in (None, each.binding)]
        if fit:
            return default_of(fit)
        raise UnservedBinding(
            f"ProtocolBinding {binding!r} asked for; the consumers meant have "
            f"{[each.binding for each in asked]}, and {list(SERVED_BINDINGS)} are served",
            default_of([each for each in asked if each in can_be_served] or can_be_served),
        )


def served(description: SpDescription) -> list[Endpoint]:
    """The consumers that it can be answered at; a registered one has at least one.

    An answer by artifact is fetched by a signed message, so without a signing
    key it could never be had.
    """
    return [
        each
        for each in description.consumers
        if each.binding == names.HTTP_POST
        or (each.binding == names.HTTP_ARTIFACT and description.signing_certificates)
    ]


def default_of(endpoints: Sequence[Endpoint]) -> Endpoint:
    """The default among indexed endpoints (M§2.2.3): first marked, else first unmarked."""
    for wanted in (True, None):
        for endpoint in endpoints:
            if endpoint.is_default is wanted:
                return endpoint
    return endpoints[0]
