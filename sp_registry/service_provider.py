"""A service provider as the hub acts on it: its metadata, and our policy beside it.

Pure.  SAML Metadata §2.4.4; choice of consumer: Core §3.4.1 and Metadata §2.2.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from certs.certificate import Certificate
from metadata import names
from metadata.description import EncryptionKey, Endpoint, SpDescription
from metadata.level import Level
from sp_registry.errors import RegistryError

# Consumers that we can answer to, best first.
SERVED_BINDINGS = (names.HTTP_POST,)


class UnknownConsumer(RegistryError):
    """The request names an address that is not in the service provider's metadata."""

    code = "consumer-unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """What administrators have decided about one service provider."""

    attributes: tuple[str, ...] = ("uid", "SecurityLevel", "Culture", "AuthMethod")
    legal_basis: str | None = None  # why the identity number may be released
    minimum: Level = Level.SUBSTANTIAL
    demand_signed_requests: bool = False  # beyond what the metadata says; never less
    encrypt: bool = True  # False only by an approver's decision
    read_as_minimum: bool = False  # reads RequestedAuthnContext as ID-porten does
    display_names: tuple[tuple[str, str], ...] = ()  # wins over the metadata's names
    organisation_number: str | None = None
    return_url: str | None = None  # where "back to the service" leads
    on_behalf_of: tuple[tuple[str, str], ...] = ()  # (registered value, display name)
    algorithm_exceptions: tuple[tuple[str, date], ...] = ()  # (algorithm URI, last day)


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
        """The registered consumer that this request asks for, or raise UnknownConsumer.

        Byte-for-byte comparison: anything looser lets an assertion out to an
        address that nobody approved.
        """
        if url is not None and index is not None:
            raise UnknownConsumer(
                "the request has both AssertionConsumerServiceURL and "
                "AssertionConsumerServiceIndex; Core §3.4.1 allows one"
            )
        served = [c for c in self.description.consumers if c.binding in SERVED_BINDINGS]
        if index is not None:
            return self._by_index(index)
        if url is not None:
            served = [c for c in served if c.url == url]
        if binding is not None:
            served = [c for c in served if c.binding == binding]
        if not served:
            raise UnknownConsumer(
                f"AssertionConsumerServiceURL {url!r} with binding {binding!r} is not among "
                f"the registered {[c.url for c in self.description.consumers]}"
            )
        return default_of(served)

    def _by_index(self, index: int) -> Endpoint:
        for consumer in self.description.consumers:
            if consumer.index == index and consumer.binding in SERVED_BINDINGS:
                return consumer
        raise UnknownConsumer(
            f"AssertionConsumerServiceIndex {index} is not among the registered "
            f"{[c.index for c in self.description.consumers]}"
        )


def default_of(endpoints: Sequence[Endpoint]) -> Endpoint:
    """The default among indexed endpoints (M§2.2.3): first marked, else first unmarked."""
    for wanted in (True, None):
        for endpoint in endpoints:
            if endpoint.is_default is wanted:
                return endpoint
    return endpoints[0]
