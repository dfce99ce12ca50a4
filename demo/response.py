"""Read the hub's answer (C§3.2.2, P§4.1.4.3); a login comes of it only if every check holds.

python3-saml checks the schema, both signatures, issuer, audience, destination,
recipient, InResponseTo and times.  It lets an absent InResponseTo and an absent
audience pass, and reads a status before any signature; those three are checked
here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import xmlsec
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from demo.agencies import LEVEL_OF
from demo.asked import Asked
from demo.hub import Hub
from demo.provider import Provider
from demo.settings import library_settings

_STATUS = "/samlp:Response/samlp:Status"
_BAD_SIGNATURE = "Signature validation failed"
_FAULTS = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    etree.LxmlError,
    xmlsec.Error,
    ValueError,  # base64, DOCTYPE and entities
)


class BadResponse(Exception):
    """The message is not an answer to our request, or not from our hub."""

    code = "response-refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class BadSignature(BadResponse):
    """Signed with a key that we do not know: the hub may have a new one."""


class NotLoggedIn(Exception):
    """The hub says, signed, that there is no login; `statuses` are its codes, outermost first."""

    code = "not-logged-in"

    def __init__(self, statuses: tuple[str, ...], message: str | None) -> None:
        super().__init__(" / ".join(statuses))
        self.statuses = statuses
        self.message = message


@dataclass(frozen=True, slots=True)
class Login:
    """What an agency knows of a person who is logged in: what the assertion said."""

    name_id: str = field(repr=False)
    name_id_format: str | None
    session_index: str | None
    context_classes: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...] = field(repr=False)
    was_encrypted: bool
    xml: str = field(repr=False)

    def attribute(self, name: str) -> str | None:
        return dict(self.attributes).get(name)

    @property
    def level(self) -> int:
        """The level that the authentication context states; 0 if it is none that we know."""
        return max((LEVEL_OF.get(name, 0) for name in self.context_classes), default=0)


def read_response(
    provider: Provider, hub: Hub, asked: Asked, path: str, message: str, now: datetime
) -> Login:
    """The login that this message states; NotLoggedIn, BadResponse or HubUnreachable if none."""
    try:
        return _read(provider, hub, asked, path, message, now)
    except BadSignature:
        if not hub.refetch(now):
            raise
        return _read(provider, hub, asked, path, message, now)


def _read(
    provider: Provider, hub: Hub, asked: Asked, path: str, message: str, now: datetime
) -> Login:
    idp = hub.described(Saml.BINDING_HTTP_REDIRECT, now)
    own = provider.keys.encryption or provider.keys.signing
    settings = library_settings(provider, idp, private_key=own.private_key)
    try:
        response = OneLogin_Saml2_Response(settings, message)
        _require_answer_to(response, asked.request_id)
        _require_success(response, idp["x509certMulti"]["signing"])
        _require_valid(response, as_received(provider, path), asked.request_id)
        if provider.entity_id not in response.get_audiences():
            raise BadResponse("the assertion names no audience")
        return _login(response)
    except _FAULTS as fault:
        raise BadResponse(str(fault)) from fault


def _require_answer_to(response: OneLogin_Saml2_Response, request_id: str) -> None:
    if response.get_in_response_to() != request_id:
        raise BadResponse("InResponseTo is not the ID of the request that was sent")


def _require_success(response: OneLogin_Saml2_Response, certificates: list[str]) -> None:
    codes = response.document.xpath(f"{_STATUS}//samlp:StatusCode/@Value", namespaces=Saml.NSMAP)
    if codes[:1] == [Saml.STATUS_SUCCESS]:
        return
    signed = f"{{{Saml.NS_SAMLP}}}Response" in response.process_signed_elements()
    if not signed or not OneLogin_Saml2_Utils.validate_sign(
        response.document,
        xpath=OneLogin_Saml2_Utils.RESPONSE_SIGNATURE_XPATH,
        multicerts=certificates,
    ):
        raise BadSignature(f"{_BAD_SIGNATURE}: the status is not signed by the hub")
    message = response.document.findtext(
        "samlp:Status/samlp:StatusMessage", namespaces=Saml.NSMAP
    )
    raise NotLoggedIn(tuple(str(code) for code in codes), message)


def _require_valid(
    response: OneLogin_Saml2_Response, received: dict[str, object], request_id: str
) -> None:
    if response.is_valid(received, request_id):
        return
    reason = str(response.get_error())
    raise (BadSignature if _BAD_SIGNATURE in reason else BadResponse)(reason)


def as_received(
    provider: Provider, path: str, query: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The address as it is configured, never as the Host header says."""
    base = urlsplit(provider.base_url)
    return {
        "https": "on" if base.scheme == "https" else "off",
        "http_host": base.netloc,
        "script_name": path,
        "get_data": dict(query or {}),
        "post_data": {},
    }


def _login(response: OneLogin_Saml2_Response) -> Login:
    attributes = response.get_attributes().items()
    return Login(
        name_id=response.get_nameid(),
        name_id_format=response.get_nameid_format(),
        session_index=response.get_session_index(),
        context_classes=tuple(response.get_authn_contexts()),
        attributes=tuple((name, ", ".join(map(str, values))) for name, values in attributes),
        was_encrypted=bool(response.encrypted),
        xml=etree.tostring(
            response.get_xml_document(), encoding="unicode", pretty_print=True
        ),
    )
