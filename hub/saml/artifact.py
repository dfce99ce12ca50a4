"""Artifacts of type 4, and how the browser carries one (Bindings §3.6.3 and §3.6.4).

The handle is random and means nothing; who may fetch what lies under it is
decided when it is fetched, never by the artifact.
"""

import base64
import binascii
import hashlib
import secrets
from urllib.parse import quote, urlsplit

from hub.saml.post_binding import PostForm

HANDLE_BYTES = 20
TYPE_AND_INDEX = b"\x00\x04\x00\x00"  # type 4; index 0, our only ArtifactResolutionService
LONGEST_ADDRESS = 7000  # many servers take request lines of 8 kB and no more


def new_handle() -> bytes:
    return secrets.token_bytes(HANDLE_BYTES)


def source_id(entity_id: str) -> bytes:
    """SHA-1 of the entityID, as the type prescribes: a name, not a protection."""
    return hashlib.sha1(entity_id.encode("utf-8"), usedforsecurity=False).digest()


def of_handle(handle: bytes, entity_id: str) -> str:
    return base64.b64encode(TYPE_AND_INDEX + source_id(entity_id) + handle).decode("ascii")


def handle_in(artifact: str, entity_id: str) -> bytes | None:
    """The handle, if this is an artifact that we could have made."""
    beginning = TYPE_AND_INDEX + source_id(entity_id)
    try:
        octets = base64.b64decode("".join(artifact.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(octets) != len(beginning) + HANDLE_BYTES or not octets.startswith(beginning):
        return None
    return octets[len(beginning) :]


def address(consumer_url: str, artifact: str, relay_state: str | None) -> str:
    """The consumer with the artifact in its query; parameters of its own stay as they are.

    An address whose query holds SAML names is not taken in with metadata, so
    nothing stands twice.
    """
    parameters = f"SAMLart={quote(artifact, safe='')}"
    if relay_state is not None:
        parameters += f"&RelayState={quote(relay_state, safe='')}"
    if not urlsplit(consumer_url).query:
        return f"{consumer_url.rstrip('?')}?{parameters}"
    return f"{consumer_url.rstrip('&')}&{parameters}"


def form(consumer_url: str, artifact: str, relay_state: str | None) -> PostForm:
    fields = [("SAMLart", artifact)]
    if relay_state is not None:
        fields.append(("RelayState", relay_state))
    return PostForm(consumer_url, tuple(fields))
