"""Which registers an installation has, by its settings.

Development without one has a made-up population, and knows the contact data that people
have registered here; production without one prints no letters.
"""

from pathlib import Path

from certs.signing_key import PemSigningKey, SigningKey
from hub.errors import HubError
from hub.outside.contact_register import NationalContacts
from hub.outside.folkeregisteret import Folkeregisteret
from hub.outside.maskinporten import Maskinporten
from hub.outside.own_contacts import OwnContacts
from hub.outside.register_client import RegisterClient
from hub.outside.synthetic_register import NoRegister, SyntheticRegister
from hub.registers.access import CONTACT, POPULATION, TokenAccess
from hub.seams.outbox import Breakers
from hub.seams.outside import Clock
from hub.seams.people import People
from hub.seams.registers import ContactRegister, PopulationRegister
from hub.settings import Settings


def has_one(settings: Settings) -> bool:
    return bool(settings.register_url) or settings.is_development


def register_of(settings: Settings, clock: Clock, breakers: Breakers) -> PopulationRegister:
    if settings.register_url:
        client = client_of(
            POPULATION, settings.register_url, settings.register_scope, settings, clock, breakers
        )
        return Folkeregisteret(client, clock)
    return SyntheticRegister(settings, clock) if settings.is_development else NoRegister()


def contacts_of(
    settings: Settings, clock: Clock, breakers: Breakers, people: People
) -> ContactRegister:
    if not settings.contact_register_url:
        return OwnContacts(people)
    url, scope = settings.contact_register_url, settings.contact_register_scope
    return NationalContacts(client_of(CONTACT, url, scope, settings, clock, breakers), people)


def client_of(
    name: str, url: str, scope: str, settings: Settings, clock: Clock, breakers: Breakers
) -> RegisterClient:
    return RegisterClient(name, url, maskinporten_of(settings, scope, clock), breakers, clock)


def maskinporten_of(settings: Settings, scope: str, clock: Clock) -> Maskinporten:
    access = settings.register_access
    return Maskinporten(access, enterprise_key(access), scope, clock)


def enterprise_key(access: TokenAccess) -> SigningKey:
    try:
        pems = Path(access.key).read_bytes(), Path(access.certificate).read_bytes()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise HubError(f"the enterprise key cannot be read: {reason}", "enterprise-key") from None
    key = PemSigningKey.from_pem(*pems)
    if key.certificate.key_kind != "RSA":
        raise HubError("the enterprise key is no RSA key, which RS256 needs", "enterprise-key")
    return key
