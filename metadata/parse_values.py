"""Read single values of a metadata document: truth, numbers, moments, texts, addresses.

XML Schema Part 2.  A value that cannot be read gives None and a warning.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree

from metadata import safe_xml
from metadata.description import LocalisedText

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UNKNOWN_LANGUAGE = "und"
MAX_URL = 2048

MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def boolean(element: etree._Element, name: str, warnings: list[str]) -> bool | None:
    """The attribute as xs:boolean, also spelt `True` or `False`; None if it is absent."""
    value = element.get(name)
    if value is None:
        return None
    truth = _TRUTH.get(value.strip().lower())
    if truth is None:
        warnings.append(f"{tag(element)}: {name} is {value[:40]!r}, neither true nor false")
    return truth


def integer(element: etree._Element, name: str, warnings: list[str]) -> int | None:
    """The attribute as xs:unsignedShort; None if it is absent or not one."""
    value = element.get(name)
    if value is None:
        return None
    digits = value.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) <= 65535:
        return int(digits)
    warnings.append(f"{tag(element)}: {name} is {value[:40]!r}, not a number from 0 to 65535")
    return None


def moment(value: str) -> datetime | None:
    """An xs:dateTime in UTC; one without a zone is UTC (Core §1.3.3)."""
    if not MOMENT.fullmatch(value.strip()):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def plain_text(element: etree._Element) -> str:
    """The element's text with each run of white space as one space."""
    return " ".join(safe_xml.text_of(element).split())


def localised(elements: Iterable[etree._Element]) -> LocalisedText:
    """Language and text of each, without the empty ones."""
    pairs = ((one.get(XML_LANG, UNKNOWN_LANGUAGE).strip(), plain_text(one)) for one in elements)
    return tuple((language, text) for language, text in pairs if text)


def address_fault(url: str) -> str | None:
    """What is wrong with an address that a browser may be sent to; None if nothing is.

    Whether http is good enough is asked in `validate`.
    """
    if len(url) > MAX_URL:
        return f"is longer than {MAX_URL} characters"
    if not URL_CHARACTERS.fullmatch(url):
        return "is empty or holds characters that no URL may hold"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "cannot be read as a URL"
    if parts.scheme.lower() not in ("https", "http"):
        return f"has the scheme {parts.scheme[:20]!r}; wanted https"
    if not parts.hostname or port == 0:
        return "names no host"
    if "@" in parts.netloc:
        return "holds a user name"
    if "#" in url:
        return "holds a fragment"
    return None


def tag(element: etree._Element) -> str:
    return etree.QName(element).localname
