"""Read where a service provider listens: consumers and logout.

Metadata §2.2.2, §2.2.3, §2.4.4.  An endpoint with an address that nobody may
be sent to is left out with a warning.
"""

from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from metadata import names
from metadata.description import Endpoint
from metadata.parse_values import address_fault, boolean, integer, tag

# Ours to send: an address that carries one itself would give the reader two.
MESSAGE_PARAMETERS = frozenset(
    {"SAMLRequest", "SAMLResponse", "SAMLart", "RelayState", "SigAlg", "Signature"}
)


def consumers_of(role: etree._Element, warnings: list[str]) -> tuple[Endpoint, ...]:
    """AssertionConsumerService, each with its index, in document order."""
    found = _endpoints(role, "AssertionConsumerService", warnings)
    indexes = [one.index for one in found]
    for missing in (one for one in found if one.index is None):
        warnings.append(f"AssertionConsumerService {missing.url} has no index")
    for index in sorted({i for i in indexes if i is not None and indexes.count(i) > 1}):
        warnings.append(f"AssertionConsumerService index {index} stands more than once")
    return found


def logout_of(role: etree._Element, warnings: list[str]) -> tuple[Endpoint, ...]:
    """SingleLogoutService, in document order."""
    return _endpoints(role, "SingleLogoutService", warnings)


def _endpoints(role: etree._Element, name: str, warnings: list[str]) -> tuple[Endpoint, ...]:
    read = (_endpoint(one, warnings) for one in role.iterchildren(f"{{{names.MD}}}{name}"))
    return tuple(one for one in read if one is not None)


def _endpoint(element: etree._Element, warnings: list[str]) -> Endpoint | None:
    binding = element.get("Binding", "").strip()
    url = _address(element, "Location", warnings)
    if url is None or not binding:
        if not binding:
            warnings.append(f"{tag(element)} {url} has no Binding and is left out")
        return None
    return Endpoint(
        binding,
        url,
        integer(element, "index", warnings),
        boolean(element, "isDefault", warnings),
        _address(element, "ResponseLocation", warnings)
        if element.get("ResponseLocation") is not None
        else None,
    )


def _address(element: etree._Element, name: str, warnings: list[str]) -> str | None:
    url = element.get(name, "").strip()
    fault = address_fault(url) or _parameter_fault(url)
    if fault is None:
        return url
    warnings.append(f"{tag(element)}: {name} {url[:200]!r} {fault}; it is left out")
    return None


def _parameter_fault(url: str) -> str | None:
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    taken = [name for name, _ in query if name in MESSAGE_PARAMETERS]
    return f"has a query parameter {taken[0]} of its own" if taken else None
