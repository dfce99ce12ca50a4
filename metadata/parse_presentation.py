"""Read what a service provider says of itself to people: names, logos, contacts.

Metadata §2.3.2.1, §2.3.2.2; SAML V2.0 Metadata Extensions for Login and
Discovery User Interface (mdui).  All of it is a stranger's text: whoever shows
it escapes it.
"""

from collections.abc import Iterable
from itertools import chain

from lxml import etree

from metadata import names
from metadata.description import Contact, LocalisedText
from metadata.parse_values import address_fault, localised, plain_text


def display_names(entity: etree._Element, role: etree._Element) -> LocalisedText:
    """mdui:DisplayName, else the first ServiceName, else the organisation's name."""
    return (
        localised(_ui(role, "DisplayName"))
        or localised(_first_service_names(role))
        or organisation_names(entity, role)
    )


def descriptions(role: etree._Element) -> LocalisedText:
    return localised(_ui(role, "Description"))


def information_urls(role: etree._Element, warnings: list[str]) -> LocalisedText:
    """mdui:InformationURL by language, those with an address that can be linked to."""
    found = localised(_ui(role, "InformationURL"))
    return tuple(pair for pair in found if _may_link("InformationURL", pair[1], warnings))


def logo_urls(role: etree._Element, warnings: list[str]) -> tuple[str, ...]:
    found = (plain_text(one) for one in _ui(role, "Logo"))
    return tuple(url for url in found if _may_link("Logo", url, warnings))


def organisation_names(entity: etree._Element, role: etree._Element) -> LocalisedText:
    """OrganizationDisplayName, else OrganizationName; the role's before the entity's."""
    for owner in (role, entity):
        for name in ("OrganizationDisplayName", "OrganizationName"):
            path = f"{{{names.MD}}}Organization/{{{names.MD}}}{name}"
            if found := localised(owner.iterfind(path)):
                return found
    return ()


def contacts(entity: etree._Element, role: etree._Element) -> tuple[Contact, ...]:
    path = f"{{{names.MD}}}ContactPerson"
    return tuple(_contact(one) for one in chain(entity.iterfind(path), role.iterfind(path)))


def _contact(person: etree._Element) -> Contact:
    def texts(*wanted: str) -> list[str]:
        paths = (f"{{{names.MD}}}{name}" for name in wanted)
        return [plain_text(one) for path in paths for one in person.iterfind(path)]

    name = " ".join(texts("GivenName", "SurName")) or " ".join(texts("Company"))
    emails = (one.removeprefix("mailto:") for one in texts("EmailAddress"))
    return Contact(person.get("contactType", "other"), name, tuple(one for one in emails if one))


def _ui(role: etree._Element, name: str) -> Iterable[etree._Element]:
    return role.iterfind(
        f"{{{names.MD}}}Extensions/{{{names.MDUI}}}UIInfo/{{{names.MDUI}}}{name}"
    )


def _first_service_names(role: etree._Element) -> Iterable[etree._Element]:
    service = role.find(f"{{{names.MD}}}AttributeConsumingService")
    return () if service is None else service.iterfind(f"{{{names.MD}}}ServiceName")


def _may_link(what: str, url: str, warnings: list[str]) -> bool:
    fault = address_fault(url)
    if fault is not None:
        warnings.append(f"{what} {url[:100]!r} {fault}; it is left out")
    return fault is None
