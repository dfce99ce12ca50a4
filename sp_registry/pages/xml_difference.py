"""Two metadata documents beside each other, line by line, each element on a line of its own."""

import difflib

from lxml import etree

from metadata import safe_xml
from metadata.errors import MetadataError


def xml_difference(before: bytes, after: bytes, names: tuple[str, str] = ("", "")) -> list[str]:
    """The lines of a unified difference, under these names; none where they say the same."""
    return list(difflib.unified_diff(_lines(before), _lines(after), *names, lineterm="", n=3))


def _lines(document: bytes) -> list[str]:
    """The document in canonical form."""
    if not document:
        return []
    try:
        root = safe_xml.parse_metadata(document)
    except MetadataError:
        return document.decode("utf-8", "replace").splitlines()
    canonical = safe_xml.parse_metadata(etree.tostring(root, method="c14n"))
    etree.indent(canonical)
    return etree.tostring(canonical, encoding="unicode").splitlines()
