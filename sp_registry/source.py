"""Metadata that an agency publishes at an address: what is fetched, and what of it is believed.

Fetching itself is the hub's (`seams.Fetch`).  Where a certificate is pinned, only what its
key has signed is read; without one, https alone speaks for the document.  Nothing that is
fetched is in force before somebody has approved it.
"""

from collections.abc import Sequence

from lxml import etree

from certs.certificate import Certificate
from metadata import safe_xml
from metadata.description import SpDescription
from metadata.errors import MetadataError
from metadata.signature import has_signature, signed_part
from sp_registry.errors import RegistryError


class SourceFault(RegistryError):
    """The metadata could not be fetched, or not be believed; `code` says which and why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def believed(fetched: bytes, pins: Sequence[Certificate]) -> bytes:
    """The document: all of it without a pin, else what one of the pinned keys has signed.

    Raises SourceFault `source-signature`, and what `metadata.safe_xml` raises.
    """
    if not pins:
        return fetched
    root = safe_xml.parse_metadata(fetched)
    if not has_signature(root):
        raise SourceFault("source-signature", "The metadata is not signed, and a key is pinned.")
    try:
        part = signed_part(root, pins)
    except MetadataError as fault:
        sentence = f"The signature is not good: {fault.detail}."
        raise SourceFault("source-signature", sentence) from fault
    return etree.tostring(part.element, encoding="UTF-8", xml_declaration=True)


def require_entity(description: SpDescription, entity_id: str) -> None:
    """Raise SourceFault if the document speaks of another service than this."""
    found = description.entity_id
    if found != entity_id:
        raise SourceFault(
            "source-other-entity", f"The metadata is of {found!r}, not of {entity_id!r}."
        )
