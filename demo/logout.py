"""Single logout as an agency's software does it: by HTTP-Redirect, both ways (P§4.4, B§3.4).

python3-saml writes the messages and checks schema, signature, issuer, destination and
times of the hub's.  It lets an absent InResponseTo pass, which is checked here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xmlsec
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request
from onelogin.saml2.logout_response import OneLogin_Saml2_Logout_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from demo.hub import Hub, HubUnreachable
from demo.provider import Provider
from demo.response import BadResponse, BadSignature, Login, as_received
from demo.settings import library_settings

_FAULTS = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    etree.LxmlError,
    xmlsec.Error,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class HubAsks:
    """Whom the hub wants logged out here; no index means all sessions of this name."""

    name_id: str = field(repr=False)
    session_indexes: tuple[str, ...]
    answer_url: str = field(repr=False)  # with our signed LogoutResponse in it

    def means(self, login: Login) -> bool:
        return login.name_id == self.name_id and (
            not self.session_indexes or login.session_index in self.session_indexes
        )


def logout_request(
    provider: Provider, hub: Hub, login: Login, request_id: str, relay_state: str, now: datetime
) -> str:
    """The address with a LogoutRequest of this ID; HubUnreachable if the hub takes none."""
    settings = _settings(provider, hub, now)
    request = OneLogin_Saml2_Logout_Request(
        settings,
        name_id=login.name_id,
        name_id_format=login.name_id_format,
        session_index=login.session_index,
    )
    xml = request.get_xml().replace(request.id, request_id)
    message = OneLogin_Saml2_Utils.deflate_and_base64_encode(xml)
    return _signed(settings, "SAMLRequest", message, relay_state)


def read_request(provider: Provider, hub: Hub, query: "Query", now: datetime) -> HubAsks:
    """The hub's LogoutRequest with our answer to it; BadResponse if it is not to be obeyed."""
    settings = _settings(provider, hub, now)
    try:
        request = OneLogin_Saml2_Logout_Request(settings, query.fields["SAMLRequest"])
        _require_signed(settings, provider, query, "SAMLRequest")
        request.is_valid(as_received(provider, query.path, query.fields), raise_exceptions=True)
        answer = OneLogin_Saml2_Logout_Response(settings)
        answer.build(request.id)
        return HubAsks(
            OneLogin_Saml2_Logout_Request.get_nameid(request.get_xml()),
            tuple(OneLogin_Saml2_Logout_Request.get_session_indexes(request.get_xml())),
            _signed(
                settings, "SAMLResponse", answer.get_response(), query.fields.get("RelayState")
            ),
        )
    except _FAULTS as fault:
        raise BadResponse(str(fault)) from fault


def read_answer(
    provider: Provider, hub: Hub, query: "Query", request_id: str, now: datetime
) -> tuple[str, ...]:
    """The status codes of the hub's LogoutResponse, outermost first; BadResponse if none."""
    settings = _settings(provider, hub, now)
    try:
        answer = OneLogin_Saml2_Logout_Response(settings, query.fields["SAMLResponse"])
        _require_signed(settings, provider, query, "SAMLResponse")
        received = as_received(provider, query.path, query.fields)
        answer.is_valid(received, request_id, raise_exceptions=True)
        if answer.get_in_response_to() != request_id:
            raise BadResponse("InResponseTo is not the ID of the request that was sent")
        codes = answer.document.xpath("//samlp:StatusCode/@Value", namespaces=Saml.NSMAP)
        return tuple(str(code) for code in codes)
    except _FAULTS as fault:
        raise BadResponse(str(fault)) from fault


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it came: the signature is over its very characters."""

    path: str
    raw: str = field(repr=False)
    fields: dict[str, str] = field(repr=False)


def _settings(provider: Provider, hub: Hub, now: datetime) -> OneLogin_Saml2_Settings:
    described = hub.described(Saml.BINDING_HTTP_REDIRECT, now)
    if "singleLogoutService" not in described:
        raise HubUnreachable("the hub's metadata has no SingleLogoutService by Redirect")
    return library_settings(
        provider, described, private_key=provider.keys.signing.private_key
    )


def _signed(
    settings: OneLogin_Saml2_Settings, parameter: str, message: str, relay_state: str | None
) -> str:
    fields: dict[str, Any] = {parameter: message}
    if relay_state is not None:
        fields["RelayState"] = relay_state
    auth = OneLogin_Saml2_Auth({}, settings)
    sign = (
        auth.add_request_signature if parameter == "SAMLRequest" else auth.add_response_signature
    )
    sign(fields, Saml.RSA_SHA256)
    return str(OneLogin_Saml2_Utils.redirect(settings.get_idp_slo_url(), fields))


def _require_signed(
    settings: OneLogin_Saml2_Settings, provider: Provider, query: Query, parameter: str
) -> None:
    received = as_received(provider, query.path, query.fields)
    received |= {"query_string": query.raw, "validate_signature_from_qs": True}
    auth = OneLogin_Saml2_Auth(received, settings)
    check = (
        auth.validate_request_signature
        if parameter == "SAMLRequest"
        else auth.validate_response_signature
    )
    if not check(query.fields):
        raise BadSignature(f"the {parameter} is not signed by the hub")
