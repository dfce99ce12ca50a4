"""What the hub says of itself in its metadata (Metadata §2.4.3)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from certs.certificate import Certificate
from hub.keys.room import MetadataFetch
from hub.keys.running import SigningKeys
from hub.pseudonyms import scope_of
from hub.settings import Settings
from metadata import names
from metadata.algorithms import PREFERRED_DIGESTS, PREFERRED_SIGNATURES
from metadata.build import IdpDescription, Logo
from metadata.description import Contact, Endpoint, LocalisedText
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import Snapshots, UnknownServiceProvider

NAMES = (("nb", "MinID"), ("nn", "MinID"), ("se", "MinID"), ("en", "MinID"))
DESCRIPTIONS = (
    ("nb", "Én innlogging til offentlige tjenester."),
    ("nn", "Éi innlogging til offentlege tenester."),
    ("se", "Okta sisaloggen almmolaš bálvalusaide."),
    ("en", "One login for public services."),
)
LANGUAGES = tuple(language for language, _ in NAMES)
LOGO = Logo("/static/minid.svg", 32, 32)
NOTED_EVERY = timedelta(minutes=1)  # a fetch by the same service provider


def self_description(
    settings: Settings, certificates: Sequence[Certificate], served: Collection[str]
) -> IdpDescription:
    """The certificates in the order given: some software reads only the first.

    `served` are the addresses that there are; no other is told.
    """

    def urls(path: str) -> LocalisedText:
        address = settings.url(path)
        return tuple((one, address) for one in LANGUAGES) if path in served else ()

    contacts: tuple[Contact, ...] = ()
    if settings.support_email:
        emails = (settings.support_email,)
        contacts = tuple(Contact(kind, "MinID", emails) for kind in ("technical", "support"))
    return IdpDescription(
        entity_id=settings.own_entity_id,
        sso_url=settings.url("/saml/sso"),
        artifact_url=settings.url("/saml/artifact"),
        signing_certificates=tuple(certificates),
        logout=(
            Endpoint(names.HTTP_REDIRECT, settings.url("/saml/slo")),
            Endpoint(names.HTTP_POST, settings.url("/saml/slo")),
            Endpoint(names.SOAP_BINDING, settings.url("/saml/slo/soap")),
        ),
        display_names=NAMES,
        descriptions=DESCRIPTIONS,
        information_urls=urls("/about"),
        privacy_urls=urls("/privacy"),
        logo=replace(LOGO, url=settings.url(LOGO.url)),
        signing_methods=PREFERRED_SIGNATURES,
        digest_methods=PREFERRED_DIGESTS,
        scopes=(scope_of(settings.base_url),),
        contacts=contacts,
        error_url=settings.url("/errors"),
    )


@dataclass(frozen=True, slots=True)
class OneByOne:
    """The hub as each service provider sees it: `metadata.publish.ForOne`."""

    settings: Settings
    keys: SigningKeys
    snapshots: Snapshots
    now: Callable[[], datetime]
    served: Collection[str]
    _noted: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def describe(self, id: str, all_keys: bool) -> IdpDescription | None:
        now = self.now()
        sp = self._find(id)
        if sp is None or not sp.active:
            return None
        if all_keys:
            certificates = self.keys.published(now)
        else:
            certificates = (self.keys.plan(now).key_of(sp.entity_id, now).certificate,)
        general = self_description(self.settings, certificates, self.served)
        return replace(general, want_authn_requests_signed=sp.must_sign_requests)

    def fetched(self, id: str, etag: str, shown: IdpDescription) -> None:
        """Anybody may ask, so at most a line a minute is written for each."""
        now, sp = self.now(), self._find(id)
        at, known = self._noted.get(id, (None, ""))
        if sp is None or (at is not None and known == etag and now < at + NOTED_EVERY):
            return
        self._noted[id] = now, etag
        fingerprints = tuple(one.fingerprint for one in shown.signing_certificates)
        self.keys.room.fetched(MetadataFetch(sp.entity_id, now, etag, fingerprints))

    def _find(self, id: str) -> ServiceProvider | None:
        try:
            return self.snapshots.current().by_id(id)
        except UnknownServiceProvider:
            return None
