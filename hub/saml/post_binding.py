"""The HTTP-POST binding: receive a message, and make the form that carries ours.

Bindings §3.5.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import RejectedRequest
from hub.saml.received import Received
from hub.saml.redirect_binding import checked_relay_state, from_base64
from metadata import names
from metadata.safe_xml import parse_message


@dataclass(frozen=True, slots=True)
class PostForm:
    """A form that the citizen's browser sends to the service provider."""

    action: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)


def receive(
    fields: Sequence[tuple[str, str]], at_url: str, parameter: str = "SAMLRequest"
) -> Received:
    """The message in a posted form; raises RejectedRequest or UnsafeXml."""
    sent: dict[str, str] = {}
    for name, value in fields:
        if name in (parameter, "RelayState"):
            if name in sent:
                raise RejectedRequest(f"{name} comes twice", "request-parameter-twice")
            sent[name] = value
    if parameter not in sent:
        raise RejectedRequest(f"the form has no {parameter}", "request-missing")
    text = sent[parameter].encode("utf-8")
    state = sent.get("RelayState")
    return Received(
        binding=names.HTTP_POST,
        at_url=at_url,
        root=parse_message(from_base64(parameter, text)),
        raw=text,
        relay_state=None if state is None else checked_relay_state(state.encode("utf-8")),
    )


def form(
    action: str, message: bytes, relay_state: str | None, parameter: str = "SAMLResponse"
) -> PostForm:
    """A form with our message; RelayState goes back as it came (B§3.5.3)."""
    fields = [(parameter, base64.b64encode(message).decode("ascii"))]
    if relay_state is not None:
        fields.append(("RelayState", relay_state))
    return PostForm(action, tuple(fields))
