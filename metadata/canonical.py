"""Text and attribute values as they stand in canonical XML.

Exclusive XML Canonicalization 1.0 writes them as Canonical XML 1.0 §2.3 does.
With these two a message can be written directly in the form that is signed.
The order of attributes and the place of name space declarations are up to
whoever writes the elements.
"""

import re

from metadata.errors import MetadataError

# Everything that XML 1.0 §2.2 (Char) leaves out.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOUCHED_IN_TEXT = re.compile("[^\t\n -%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOUCHED_IN_ATTRIBUTE = re.compile("[^ !#-%'-;=-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_IN_ATTRIBUTE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        '"': "&quot;",
        "\t": "&#x9;",
        "\n": "&#xA;",
        "\r": "&#xD;",
    }
)


class UnwritableText(MetadataError):
    """The text has a character that no XML document can hold."""


def text(value: str) -> str:
    """The value as character data of an element."""
    return _escaped(value, _IN_TEXT) if _TOUCHED_IN_TEXT.search(value) else value


def attribute(value: str) -> str:
    """The value as it stands between the double quotes of an attribute."""
    return _escaped(value, _IN_ATTRIBUTE) if _TOUCHED_IN_ATTRIBUTE.search(value) else value


def _escaped(value: str, table: dict[int, str]) -> str:
    if found := _FORBIDDEN.search(value):
        raise UnwritableText(
            "xml-character", f"character U+{ord(found[0]):04X} cannot stand in XML"
        )
    return value.translate(table)
