"""The order in which the schema wants the children of an element (M§2.3.2, §2.4).

Elements that are not named here stay behind whatever they follow.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from metadata import names

_BEFORE: Final = ("Signature", "Extensions")
_ROLE: Final = (*_BEFORE, "KeyDescriptor", "Organization", "ContactPerson")
_SSO: Final = (
    *_ROLE,
    "ArtifactResolutionService",
    "SingleLogoutService",
    "ManageNameIDService",
    "NameIDFormat",
)
_ROLES: Final = (
    "RoleDescriptor IDPSSODescriptor SPSSODescriptor AuthnAuthorityDescriptor "
    "AttributeAuthorityDescriptor PDPDescriptor AffiliationDescriptor"
)

# Names that stand together in one string may be mixed.
ORDERS: Final = {
    "EntityDescriptor": (
        *_BEFORE,
        _ROLES,
        "Organization",
        "ContactPerson",
        "AdditionalMetadataLocation",
    ),
    "SPSSODescriptor": (*_SSO, "AssertionConsumerService", "AttributeConsumingService"),
    "IDPSSODescriptor": (
        *_SSO,
        "SingleSignOnService",
        "NameIDMappingService",
        "AssertionIDRequestService",
        "AttributeProfile",
        "Attribute",
    ),
    "KeyDescriptor": ("KeyInfo", "EncryptionMethod"),
    "Organization": (
        "Extensions",
        "OrganizationName",
        "OrganizationDisplayName",
        "OrganizationURL",
    ),
    "ContactPerson": (
        "Extensions",
        "Company",
        "GivenName",
        "SurName",
        "EmailAddress",
        "TelephoneNumber",
    ),
    "AttributeConsumingService": ("ServiceName", "ServiceDescription", "RequestedAttribute"),
}
_RANKS: Final = {
    f"{{{names.MD}}}{parent}": {
        name: rank for rank, together in enumerate(order) for name in together.split()
    }
    for parent, order in ORDERS.items()
}


def ranks(parent: etree._Element) -> list[int]:
    """The place of each child; all alike where the parent's order is not known.

    A comment belongs to the element that follows it, or ends the list.
    """
    order = _RANKS.get(str(parent.tag), {})
    found: list[int] = []
    remarks = 0
    for child in parent:
        if not isinstance(child.tag, str):
            remarks += 1
            continue
        before = found[-1] if found else 0
        rank = order.get(etree.QName(child).localname, before)
        found += [rank] * (remarks + 1)
        remarks = 0
    return found + [max(found, default=0)] * remarks


def misplaced(root: etree._Element) -> Iterator[etree._Element]:
    """The first child that comes too late, of each parent whose children are out of order."""
    for parent in root.iter(*_RANKS):
        places = ranks(parent)
        late = (i for i in range(1, len(places)) if places[i] < places[i - 1])
        if (index := next(late, None)) is not None:
            yield parent[index]


def insert_in_order(parent: etree._Element, child: etree._Element) -> None:
    """Put it in after its like, else before the first that must follow it; indented so too."""
    own = _RANKS[str(parent.tag)][etree.QName(child).localname]
    places = ranks(parent)
    alike = [i for i, rank in enumerate(places) if rank == own]
    following = (i for i, rank in enumerate(places) if rank > own)
    index = alike[-1] + 1 if alike else next(following, len(parent))
    child.tail = parent.text if len(parent) else None
    parent.insert(index, child)


def sort_children(parent: etree._Element) -> None:
    """Stable; the white space stays where it is."""
    tails = [child.tail for child in parent]
    by_rank = sorted(zip(ranks(parent), parent, strict=True), key=lambda pair: pair[0])
    parent[:] = [child for _, child in by_rank]
    for child, tail in zip(parent, tails, strict=True):
        child.tail = tail
