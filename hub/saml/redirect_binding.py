"""Receive a message by the HTTP-Redirect binding (Bindings §3.4).

The raw query string is parsed once, and the signature is checked over the very
octets that were sent: a query built anew fails honest senders with lower-case
escapes, and obeys dishonest ones with doubled parameters.
"""

import base64
import binascii
from urllib.parse import unquote_to_bytes

from hub.errors import RejectedRequest
from hub.saml.received import MOST_RELAY_STATE, DetachedSignature, Received
from metadata import names
from metadata.safe_xml import inflate, parse_message

DEFLATE_ENCODING = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"
SAML_PARAMETERS = (
    "SAMLRequest",
    "SAMLResponse",
    "RelayState",
    "SigAlg",
    "Signature",
    "SAMLEncoding",
)


def receive(raw_query: bytes, at_url: str, parameter: str = "SAMLRequest") -> Received:
    """The message in a raw query string; raises RejectedRequest or UnsafeXml."""
    sent = saml_parameters(raw_query)
    if parameter not in sent:
        raise RejectedRequest(f"the query has no {parameter}", "request-missing")
    if "SAMLEncoding" in sent and decoded(sent["SAMLEncoding"]) != DEFLATE_ENCODING:
        raise RejectedRequest("SAMLEncoding is not DEFLATE", "request-encoding")
    message = inflate(from_base64(parameter, unquote_to_bytes(sent[parameter])))
    return Received(
        binding=names.HTTP_REDIRECT,
        at_url=at_url,
        root=parse_message(message),
        raw=raw_query,
        relay_state=relay_state(sent.get("RelayState")),
        detached=detached_signature(sent, parameter),
    )


def saml_parameters(raw_query: bytes) -> dict[str, str]:
    """The SAML parameters as sent, still escaped; each may come once only."""
    try:
        query = raw_query.decode("ascii")
    except UnicodeDecodeError:
        raise RejectedRequest("the query is not ASCII", "request-encoding") from None
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name = unquote_to_bytes(name).decode("latin-1")
        if name not in SAML_PARAMETERS:
            continue
        if name in found:
            raise RejectedRequest(f"{name} comes twice", "request-parameter-twice")
        found[name] = value
    return found


def detached_signature(sent: dict[str, str], parameter: str) -> DetachedSignature | None:
    """The signature with the octets it covers, in the order of the specification."""
    if "Signature" not in sent and "SigAlg" not in sent:
        return None
    if "Signature" not in sent or "SigAlg" not in sent:
        raise RejectedRequest(
            "Signature and SigAlg come together or not at all", "signature-incomplete"
        )
    covered = [name for name in (parameter, "RelayState", "SigAlg") if name in sent]
    return DetachedSignature(
        signed="&".join(f"{name}={sent[name]}" for name in covered).encode("ascii"),
        algorithm=decoded(sent["SigAlg"]),
        value=from_base64("Signature", unquote_to_bytes(sent["Signature"])),
    )


def relay_state(sent: str | None) -> str | None:
    if sent is None:
        return None
    octets = unquote_to_bytes(sent.replace("+", " "))
    return checked_relay_state(octets)


def checked_relay_state(octets: bytes) -> str:
    """RelayState as text, or refused: we give back every byte or none."""
    if len(octets) > MOST_RELAY_STATE:
        raise RejectedRequest(
            f"RelayState has {len(octets)} bytes, at most {MOST_RELAY_STATE} are kept",
            "request-relay-state",
        )
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise RejectedRequest("RelayState is not UTF-8", "request-relay-state") from None


def from_base64(what: str, text: bytes) -> bytes:
    """Base64 with line breaks tolerated; a bare + of a careless sender stays a +."""
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as fault:
        raise RejectedRequest(f"{what} is not base64: {fault}", "request-encoding") from None


def decoded(escaped: str) -> str:
    return unquote_to_bytes(escaped).decode("latin-1")
