"""`pairwise-id` and `subject-id` (SAML subject identifier attributes §3.3 and §3.4).

Pure.  Made anew each time from the person's id, so nothing is stored and two
service providers cannot find out that they know the same person.  Base32, since
the comparison of these identifiers ignores case.
"""

import base64
from urllib.parse import urlsplit

from hub.keys.ring import KeyRing


def pairwise_id(ring: KeyRing, person_id: str, entity_id: str, base_url: str) -> str:
    """The same for a person at one service provider, always."""
    return scoped(ring.pseudonym("pairwise-id", person_id, entity_id), base_url)


def subject_id(ring: KeyRing, person_id: str, base_url: str) -> str:
    """The same for a person at all service providers that get it, always."""
    return scoped(ring.pseudonym("subject-id", person_id), base_url)


def scoped(octets: bytes, base_url: str) -> str:
    unique = base64.b32encode(octets).decode("ascii").rstrip("=")
    return f"{unique}@{scope_of(base_url)}"


def scope_of(base_url: str) -> str:
    """What stands after the @, and in our metadata as shibmd:Scope."""
    return urlsplit(base_url).hostname or ""
