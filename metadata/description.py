"""What a service provider's metadata says, read once and frozen.

SAML Metadata §2.4.4 (SPSSODescriptor).  Nothing here is policy: what the hub
makes of it stands in `sp_registry.service_provider`.
"""

from dataclasses import dataclass
from datetime import datetime

from certs.certificate import Certificate

LocalisedText = tuple[tuple[str, str], ...]  # (language, text), in document order


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that the service provider listens on, and how to speak to it."""

    binding: str
    url: str
    index: int | None = None
    is_default: bool | None = None  # None: the attribute is absent, which is not "false"
    response_url: str | None = None


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A key that assertions may be encrypted to, with the methods it lists (may be none)."""

    certificate: Certificate
    methods: tuple[str, ...] = ()
    oaep_digests: tuple[str, ...] = ()
    has_use: bool = True  # False: a KeyDescriptor without `use`, which counts for both


@dataclass(frozen=True, slots=True)
class RequestedAttribute:
    name: str
    name_format: str | None
    is_required: bool


@dataclass(frozen=True, slots=True)
class AttributeService:
    """An AttributeConsumingService (M§2.4.4.1)."""

    index: int
    is_default: bool | None
    attributes: tuple[RequestedAttribute, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    kind: str  # technical, support, administrative, billing, other
    name: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpDescription:
    """One service provider as its metadata describes it."""

    entity_id: str
    consumers: tuple[Endpoint, ...]
    logout: tuple[Endpoint, ...] = ()
    signing_certificates: tuple[Certificate, ...] = ()
    encryption_keys: tuple[EncryptionKey, ...] = ()
    authn_requests_signed: bool = False
    want_assertions_signed: bool = False
    name_id_formats: tuple[str, ...] = ()
    attribute_services: tuple[AttributeService, ...] = ()
    subject_id_requirement: str | None = None  # subject-id, pairwise-id, any or none
    display_names: LocalisedText = ()  # mdui:DisplayName, else ServiceName, else organisation
    descriptions: LocalisedText = ()
    information_urls: LocalisedText = ()
    logo_urls: tuple[str, ...] = ()
    organisation_names: LocalisedText = ()
    contacts: tuple[Contact, ...] = ()
    signing_methods: tuple[str, ...] = ()  # alg:SigningMethod, in order of preference
    digest_methods: tuple[str, ...] = ()  # alg:DigestMethod
    valid_until: datetime | None = None
    warnings: tuple[str, ...] = ()  # faults that were read past, one sentence each
