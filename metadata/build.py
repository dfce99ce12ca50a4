"""Write the hub's own metadata: what agencies' software needs to use it.

Metadata §2.4.3 (IDPSSODescriptor), with mdui for its name, alg for what it
verifies and shibmd for the scope of its subject identifiers.  pysaml2's classes
hold the elements, lxml puts them in canonical form, and our own signature goes
over it.  Only what is given is advertised; how it is handed out is not known
here.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree
from saml2 import ExtensionElement, SamlBase, element_to_extension_element, md, xmldsig
from saml2.extension import algsupport, mdui, shibmd

from certs.certificate import Certificate
from certs.signing_key import SigningKey
from metadata import names, signature
from metadata.description import Contact, Endpoint, LocalisedText

VALID_FOR: Final = timedelta(days=14)
CACHE_DURATION: Final = "PT6H"
SSO_BINDINGS: Final = (names.HTTP_REDIRECT, names.HTTP_POST)
_PREFIXES: Final = {
    "md": names.MD,
    "mdui": names.MDUI,
    "alg": names.ALG,
    "shibmd": names.SHIBMD,
    "minid": names.MINID,
    "ds": names.DS,
}


@dataclass(frozen=True, slots=True)
class Logo:
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class IdpDescription:
    """What the hub says of itself.  Languages are those of xml:lang: nb, nn, se, en."""

    entity_id: str
    sso_url: str
    signing_certificates: tuple[Certificate, ...]  # all that may sign now or soon
    logout: tuple[Endpoint, ...] = ()
    artifact_url: str | None = None
    name_id_formats: tuple[str, ...] = (names.TRANSIENT, names.PERSISTENT)
    display_names: LocalisedText = ()
    descriptions: LocalisedText = ()
    information_urls: LocalisedText = ()
    privacy_urls: LocalisedText = ()
    logo: Logo | None = None
    signing_methods: tuple[str, ...] = ()  # that we verify, the preferred first
    digest_methods: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()  # of the subject identifiers that we give
    organisation_names: LocalisedText = ()
    organisation_urls: LocalisedText = ()
    contacts: tuple[Contact, ...] = ()
    error_url: str | None = None
    next_metadata_certificate: Certificate | None = None  # that will sign this document
    want_authn_requests_signed: bool | None = None  # None: left out, for policies differ


@dataclass(frozen=True, slots=True)
class UnsignedMetadata:
    """Our EntityDescriptor in canonical form, open where the signature goes."""

    id: str
    head: bytes
    tail: bytes

    def signed(self, key: SigningKey) -> bytes:
        return signature.enveloped(self.head, self.tail, self.id, key)


def build(idp: IdpDescription, now: datetime) -> UnsignedMetadata:
    """The document of this day: the same bytes at every moment of a day, in every worker.

    Its ID is drawn from its content, so it changes with it and not otherwise.
    """
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    entity = _entity(idp, midnight + VALID_FOR)
    entity.id = "_" + hashlib.sha256(_canonical(_tree(entity))).hexdigest()[:40]
    root = _tree(entity)
    whole = _canonical(root)
    root[:] = []
    head = _canonical(root).removesuffix(b"</md:EntityDescriptor>")
    return UnsignedMetadata(entity.id, head, whole.removeprefix(head))


def _tree(entity: SamlBase) -> etree._Element:
    return etree.fromstring(entity.to_string_force_namespace(_PREFIXES))


def _canonical(root: etree._Element) -> bytes:
    return etree.tostring(root, method="c14n", exclusive=True, with_comments=False)


def _entity(idp: IdpDescription, valid_until: datetime) -> SamlBase:
    return md.EntityDescriptor(
        entity_id=idp.entity_id,
        valid_until=f"{valid_until:%Y-%m-%dT%H:%M:%SZ}",
        cache_duration=CACHE_DURATION,
        extensions=_next_key(idp),
        idpsso_descriptor=[_role(idp)],
        organization=_organisation(idp),
        contact_person=[_contact(one) for one in idp.contacts],
    )


def _next_key(idp: IdpDescription) -> SamlBase | None:
    """The next metadata certificate, under the signature of the present one."""
    if idp.next_metadata_certificate is None:
        return None
    text = idp.next_metadata_certificate.base64
    element = ExtensionElement("NextSigningCertificate", names.MINID, text=text)
    return md.Extensions(extension_elements=[element])


def _role(idp: IdpDescription) -> SamlBase:
    signed = idp.want_authn_requests_signed
    return md.IDPSSODescriptor(
        protocol_support_enumeration=names.SAMLP,
        error_url=idp.error_url,
        want_authn_requests_signed=None if signed is None else str(signed).lower(),
        extensions=_extensions(idp),
        key_descriptor=[_key(one) for one in idp.signing_certificates],
        artifact_resolution_service=_artifact(idp),
        single_logout_service=[_logout(one) for one in idp.logout],
        name_id_format=[md.NameIDFormat(text=one) for one in idp.name_id_formats],
        single_sign_on_service=[
            md.SingleSignOnService(binding=one, location=idp.sso_url) for one in SSO_BINDINGS
        ],
    )


def _key(certificate: Certificate) -> SamlBase:
    data = xmldsig.X509Data(x509_certificate=xmldsig.X509Certificate(text=certificate.base64))
    return md.KeyDescriptor(use="signing", key_info=xmldsig.KeyInfo(x509_data=[data]))


def _artifact(idp: IdpDescription) -> list[SamlBase]:
    if idp.artifact_url is None:
        return []
    return [
        md.ArtifactResolutionService(
            binding=names.SOAP_BINDING, location=idp.artifact_url, index="0", is_default="true"
        )
    ]


def _logout(endpoint: Endpoint) -> SamlBase:
    return md.SingleLogoutService(
        binding=endpoint.binding,
        location=endpoint.url,
        response_location=endpoint.response_url,
    )


def _extensions(idp: IdpDescription) -> SamlBase | None:
    scopes = (shibmd.Scope(text=one, regexp="false") for one in idp.scopes)
    elements = (*_algorithms(idp), *scopes, *_user_interface(idp))
    if not elements:
        return None
    return md.Extensions(
        extension_elements=[element_to_extension_element(one) for one in elements]
    )


def _algorithms(idp: IdpDescription) -> tuple[SamlBase, ...]:
    """What we verify (Metadata Profile for Algorithm Support 1.0 §2.3 and §2.4)."""
    return (
        *(algsupport.DigestMethod(algorithm=one) for one in idp.digest_methods),
        *(algsupport.SigningMethod(algorithm=one) for one in idp.signing_methods),
    )


def _user_interface(idp: IdpDescription) -> tuple[SamlBase, ...]:
    told = (idp.display_names, idp.descriptions, idp.information_urls, idp.privacy_urls, idp.logo)
    if not any(told):
        return ()
    logo = idp.logo
    logos = []
    if logo is not None:
        size = {"width": str(logo.width), "height": str(logo.height)}
        logos = [mdui.Logo(text=logo.url, **size)]
    return (
        mdui.UIInfo(
            display_name=_localised(mdui.DisplayName, idp.display_names),
            description=_localised(mdui.Description, idp.descriptions),
            information_url=_localised(mdui.InformationURL, idp.information_urls),
            privacy_statement_url=_localised(mdui.PrivacyStatementURL, idp.privacy_urls),
            logo=logos,
        ),
    )


def _localised(element: Callable[..., SamlBase], told: LocalisedText) -> list[SamlBase]:
    return [element(lang=lang, text=text) for lang, text in told]


def _organisation(idp: IdpDescription) -> SamlBase | None:
    """M§2.3.2.1 wants a name and an address, or nothing."""
    if not idp.organisation_names or not idp.organisation_urls:
        return None
    named = idp.organisation_names
    return md.Organization(
        organization_name=[md.OrganizationName(lang=lang, text=text) for lang, text in named],
        organization_display_name=[
            md.OrganizationDisplayName(lang=lang, text=text) for lang, text in named
        ],
        organization_url=[
            md.OrganizationURL(lang=lang, text=url) for lang, url in idp.organisation_urls
        ],
    )


def _contact(contact: Contact) -> SamlBase:
    return md.ContactPerson(
        contact_type=contact.kind,
        given_name=md.GivenName(text=contact.name) if contact.name else None,
        email_address=[md.EmailAddress(text=f"mailto:{one}") for one in contact.emails],
    )
