"""The SOAP binding's envelope around one SAML message (Bindings §3.2, SOAP 1.1).

The Header is passed over, except that a block which must be understood is
refused (SOAP 1.1 §4.2.3): we understand none.  Nothing in the envelope is
signed, so only the one message in the Body is handed on, and nothing outside
it is believed.  HTTP and whose message it is are not looked at here.
"""

from lxml import etree

from hub.errors import RejectedRequest
from metadata import names
from metadata.safe_xml import parse_message

ENVELOPE = f"{{{names.SOAP}}}Envelope"
HEADER = f"{{{names.SOAP}}}Header"
BODY = f"{{{names.SOAP}}}Body"
FAULT = f"{{{names.SOAP}}}Fault"
MUST_UNDERSTAND = f"{{{names.SOAP}}}mustUnderstand"

CONTENT_TYPE = "text/xml; charset=utf-8"

_BEFORE = (
    f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{names.SOAP}"><SOAP-ENV:Body>'
).encode()
_AFTER = b"</SOAP-ENV:Body></SOAP-ENV:Envelope>"
_FAULT = (
    b"<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode>"
    b"<faultstring>The message was refused.</faultstring></SOAP-ENV:Fault>"
)


def body_of(envelope: bytes) -> etree._Element:
    """The root of the one message in the Body; raises RejectedRequest or UnsafeXml."""
    root = parse_message(envelope)
    if root.tag != ENVELOPE:
        raise RejectedRequest(f"the root is {root.tag}, expected soap:Envelope", "soap-envelope")
    parts = list(root)
    if parts and parts[0].tag == HEADER:
        _require_nothing_to_understand(parts.pop(0))
    if [part.tag for part in parts] != [BODY]:
        raise RejectedRequest(
            f"the Envelope holds {[str(part.tag) for part in parts]}, expected one soap:Body",
            "soap-envelope",
        )
    return _only_message(parts[0])


def enveloped_message(message: bytes) -> bytes:
    """The envelope around a message of ours, which stands in it as the very bytes given."""
    return _BEFORE + message + _AFTER


def fault() -> bytes:
    """The one fault that everybody gets: why a message was refused is told to the trace."""
    return enveloped_message(_FAULT)


def _require_nothing_to_understand(header: etree._Element) -> None:
    for block in header:
        if block.get(MUST_UNDERSTAND, "0") not in ("0", "false"):
            raise RejectedRequest(
                f"the Header's {block.tag} must be understood, and no header is",
                "soap-must-understand",
            )


def _only_message(body: etree._Element) -> etree._Element:
    texts = [body.text, *(child.tail for child in body)]
    if len(body) != 1 or any(text and text.strip() for text in texts):
        raise RejectedRequest(
            f"the Body holds {len(body)} elements, expected one and no text", "soap-body"
        )
    if body[0].tag == FAULT:
        raise RejectedRequest("the Body holds a Fault instead of a message", "soap-fault")
    return body[0]
