"""Two metadata documents beside each other, line by line, each element on a line of its own."""

import difflib

from lxml import etree

from metadata import safe_xml
from metadata.errors import MetadataError


def xml_difference(before: bytes, after: bytes) -> str:
    return "\n".join(difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=3))


def _lines(document: bytes) -> list[str]:
    if not document:
        return []
    try:
        root = safe_xml.parse_metadata(document)
    except MetadataError:
        return document.decode("utf-8", "replace").splitlines()
    etree.indent(root)
    return etree.tostring(root, encoding="unicode").splitlines()
