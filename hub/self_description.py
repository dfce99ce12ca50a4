"""What the hub says of itself in its metadata (Metadata §2.4.3)."""

from collections.abc import Sequence

from certs.certificate import Certificate
from hub.settings import Settings
from metadata.build import IdpDescription
from metadata.description import Contact

NAMES = (("nb", "MinID"), ("nn", "MinID"), ("se", "MinID"), ("en", "MinID"))
DESCRIPTIONS = (
    ("nb", "Én innlogging til offentlige tjenester."),
    ("nn", "Éi innlogging til offentlege tenester."),
    ("en", "One login for public services."),
)


def self_description(settings: Settings, certificates: Sequence[Certificate]) -> IdpDescription:
    """The certificates in the order given: some software reads only the first."""
    contacts: tuple[Contact, ...] = ()
    if settings.support_email:
        contacts = (Contact("support", "MinID", (settings.support_email,)),)
    return IdpDescription(
        entity_id=settings.own_entity_id,
        sso_url=settings.url("/saml/sso"),
        signing_certificates=tuple(certificates),
        artifact_url=settings.url("/saml/artifact"),
        display_names=NAMES,
        descriptions=DESCRIPTIONS,
        contacts=contacts,
        error_url=settings.url("/errors"),
    )
