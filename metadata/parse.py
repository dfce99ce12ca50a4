"""Read a service provider's metadata document.

Metadata §2.4.4 (SPSSODescriptor) and §2.3.2 (EntityDescriptor).  A document is
refused only for what makes a login impossible or unsafe; every other fault is
read past with a warning, for real federations are full of them.  What depends
on the time or on the hub's mode is judged in `validate`; whose document it is,
and whether the right hand signed it, is judged in the registry.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime

from lxml import etree

from metadata import names, parse_presentation, safe_xml
from metadata.description import AttributeService, Endpoint, RequestedAttribute, SpDescription
from metadata.errors import MetadataError
from metadata.parse_endpoints import consumers_of, logout_of
from metadata.parse_keys import Keys, keys_of
from metadata.parse_values import boolean, integer, moment, plain_text, tag
from metadata.safe_xml import UnsafeXml

MAX_ENTITY_ID = 1024  # M§2.2.1
SERVED_BINDINGS = (names.HTTP_POST, names.HTTP_ARTIFACT)
SUBJECT_ID_REQUIREMENTS = ("subject-id", "pairwise-id", "any", "none")
ENTITY = f"{{{names.MD}}}EntityDescriptor"
ENTITIES = f"{{{names.MD}}}EntitiesDescriptor"


class BadMetadata(MetadataError):
    """The document cannot be taken in; `detail` is a sentence that says exactly why."""


def parse(document: bytes, served: Collection[str] = SERVED_BINDINGS) -> SpDescription:
    """The one service provider of this document; raises BadMetadata.

    `served` are the bindings of which it must have a consumer.
    """
    root = _root(document)
    role = _only_role(root)
    entity = role.getparent()
    if entity is None:
        raise BadMetadata("metadata-no-entity", "The SPSSODescriptor has no EntityDescriptor.")
    warnings: list[str] = []
    consumers = consumers_of(role, warnings)
    _require_consumer(consumers, served)
    keys = keys_of(role, warnings)
    signs = boolean(role, "AuthnRequestsSigned", warnings) or False
    _require_signing_key(keys, signs)
    return SpDescription(
        entity_id=_entity_id(entity),
        consumers=consumers,
        logout=logout_of(role, warnings),
        signing_certificates=keys.signing,
        encryption_keys=keys.encryption,
        authn_requests_signed=signs,
        want_assertions_signed=boolean(role, "WantAssertionsSigned", warnings) or False,
        name_id_formats=tuple(plain_text(one) for one in _md(role, "NameIDFormat")),
        attribute_services=_attribute_services(role, warnings),
        subject_id_requirement=_subject_id_requirement(entity),
        display_names=parse_presentation.display_names(entity, role),
        descriptions=parse_presentation.descriptions(role),
        information_urls=parse_presentation.information_urls(role, warnings),
        logo_urls=parse_presentation.logo_urls(role, warnings),
        organisation_names=parse_presentation.organisation_names(entity, role),
        contacts=parse_presentation.contacts(entity, role),
        signing_methods=_algorithms(entity, role, "SigningMethod"),
        digest_methods=_algorithms(entity, role, "DigestMethod"),
        valid_until=_valid_until(role, warnings),
        warnings=tuple(warnings),
    )


def _root(document: bytes) -> etree._Element:
    try:
        root = safe_xml.parse_metadata(document)
    except UnsafeXml as error:
        raise BadMetadata(error.code, f"The document is not read: {error.detail}.") from error
    if root.tag not in (ENTITY, ENTITIES):
        raise BadMetadata(
            "metadata-no-entity",
            f"The document is a {tag(root)[:60]}; wanted an EntityDescriptor of SAML 2.0.",
        )
    return root


def _only_role(root: etree._Element) -> etree._Element:
    """The SPSSODescriptor of the only entity that has one."""
    entities = list(root.iter(ENTITY))
    found = [roles for roles in (_saml2_roles(one) for one in entities) if roles]
    if len(found) > 1:
        raise BadMetadata(
            "metadata-several-entities",
            f"The document describes {len(found)} service providers; wanted one.",
        )
    if not found:
        raise BadMetadata(
            "metadata-no-sp-role",
            "The document has no SPSSODescriptor whose protocolSupportEnumeration "
            f"names {names.SAMLP}.",
        )
    return found[0][0]


def _saml2_roles(entity: etree._Element) -> list[etree._Element]:
    return [
        role
        for role in _md(entity, "SPSSODescriptor")
        if names.SAMLP in role.get("protocolSupportEnumeration", "").split()
    ]


def _entity_id(entity: etree._Element) -> str:
    entity_id = str(entity.get("entityID", ""))
    if not entity_id:
        raise BadMetadata("metadata-entity-id", "The EntityDescriptor has no entityID.")
    if len(entity_id) > MAX_ENTITY_ID:
        raise BadMetadata(
            "metadata-entity-id",
            f"The entityID has {len(entity_id)} characters; at most {MAX_ENTITY_ID} are allowed.",
        )
    if re.search(r"\s", entity_id):
        raise BadMetadata("metadata-entity-id", f"The entityID {entity_id!r} holds white space.")
    return entity_id


def _require_consumer(consumers: tuple[Endpoint, ...], served: Collection[str]) -> None:
    if not any(one.binding in served for one in consumers):
        raise BadMetadata(
            "metadata-no-consumer",
            "No usable AssertionConsumerService has a binding that is served here: "
            f"{', '.join(served)}.",
        )


def _require_signing_key(keys: Keys, signs: bool) -> None:
    if signs and not keys.signing:
        raise BadMetadata(
            "metadata-no-signing-key",
            "AuthnRequestsSigned is true, but no usable signing key is given.",
        )


def _attribute_services(
    role: etree._Element, warnings: list[str]
) -> tuple[AttributeService, ...]:
    return tuple(
        AttributeService(
            integer(service, "index", warnings) or 0,
            boolean(service, "isDefault", warnings),
            tuple(_requested(one, warnings) for one in _md(service, "RequestedAttribute")),
        )
        for service in _md(role, "AttributeConsumingService")
    )


def _subject_id_requirement(entity: etree._Element) -> str | None:
    """The entity attribute that says which subject identifier it needs, if it is plain."""
    path = f"{{{names.MD}}}Extensions/{{{names.MDATTR}}}EntityAttributes/{{{names.SAML}}}Attribute"
    values = [
        plain_text(value)
        for attribute in entity.iterfind(path)
        if attribute.get("Name") == names.SUBJECT_ID_REQ
        for value in attribute.iterchildren(f"{{{names.SAML}}}AttributeValue")
    ]
    return values[0] if len(values) == 1 and values[0] in SUBJECT_ID_REQUIREMENTS else None


def _requested(attribute: etree._Element, warnings: list[str]) -> RequestedAttribute:
    return RequestedAttribute(
        attribute.get("Name", ""),
        attribute.get("NameFormat"),
        boolean(attribute, "isRequired", warnings) or False,
    )


def _algorithms(entity: etree._Element, role: etree._Element, name: str) -> tuple[str, ...]:
    """The role's list wins over the entity's (Algorithm Support §2.3)."""
    path = f"{{{names.MD}}}Extensions/{{{names.ALG}}}{name}"
    found = role.findall(path) or entity.findall(path)
    return tuple(one.get("Algorithm", "").strip() for one in found)


def _valid_until(role: etree._Element, warnings: list[str]) -> datetime | None:
    """The earliest validUntil of the role and of all that it stands in (M§2.3.1)."""
    moments = []
    for element in (role, *role.iterancestors()):
        value = element.get("validUntil")
        if value is None:
            continue
        read = moment(value)
        if read is None:
            warnings.append(f"{tag(element)}: validUntil is {value[:40]!r}, not a time")
        else:
            moments.append(read)
    return min(moments, default=None)


def _md(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return parent.iterchildren(f"{{{names.MD}}}{name}")
