"""Ask the hub for a login: an AuthnRequest by Redirect or POST (C§3.4.1, B§3.4, B§3.5)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from demo.agencies import HIGH, SUBSTANTIAL, Agency
from demo.asked import Asked
from demo.hub import Hub
from demo.provider import Provider
from demo.settings import library_settings

_CONSUMER_BY_URL = re.compile(r'ProtocolBinding="[^"]*"\s+AssertionConsumerServiceURL="[^"]*"')


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request ready to be carried to the hub by the browser."""

    url: str
    fields: tuple[tuple[str, str], ...] = ()  # for a form; empty when the URL says it all


def authn_request(
    provider: Provider, hub: Hub, asked: Asked, relay_state: str, now: datetime
) -> Outgoing:
    """The request, with the ID that `asked` remembers, as the agency's software sends it."""
    agency = provider.agency
    binding = Saml.BINDING_HTTP_POST if agency.sends_by_post else Saml.BINDING_HTTP_REDIRECT
    settings = library_settings(
        provider,
        hub.described(binding, now),
        private_key=provider.keys.signing.private_key,
        asked_classes=_asked_classes(agency, asked.service),
    )
    request = OneLogin_Saml2_Authn_Request(settings)
    xml = request.get_xml().replace(request.get_id(), asked.request_id)
    if agency.asks_by_index:
        xml = _CONSUMER_BY_URL.sub(f'AssertionConsumerServiceIndex="{agency.answer_at}"', xml)
    carry = _by_post if agency.sends_by_post else _by_redirect
    return carry(xml, settings, agency, relay_state)


def _asked_classes(agency: Agency, key: str) -> list[str]:
    service = agency.service(key)
    if service is not None and service.level == 4:
        return [HIGH]
    return [SUBSTANTIAL] if agency.asks_for_level else []


def _by_redirect(
    xml: str, settings: OneLogin_Saml2_Settings, agency: Agency, relay_state: str
) -> Outgoing:
    parameters: dict[str, Any] = {
        "SAMLRequest": OneLogin_Saml2_Utils.deflate_and_base64_encode(xml),
        "RelayState": relay_state,
    }
    if agency.signs_requests:
        OneLogin_Saml2_Auth({}, settings).add_request_signature(parameters, Saml.RSA_SHA256)
    if agency.locale:
        parameters["locale"] = agency.locale  # outside the signature
    sso_url = settings.get_idp_sso_url()
    return Outgoing(OneLogin_Saml2_Utils.redirect(sso_url, parameters))


def _by_post(
    xml: str, settings: OneLogin_Saml2_Settings, agency: Agency, relay_state: str
) -> Outgoing:
    signed = OneLogin_Saml2_Utils.add_sign(
        xml,
        settings.get_sp_key(),
        settings.get_sp_cert(),
        sign_algorithm=Saml.RSA_SHA256,
        digest_algorithm=Saml.SHA256,
    )
    fields = (
        ("SAMLRequest", OneLogin_Saml2_Utils.b64encode(signed)),
        ("RelayState", relay_state),
    )
    return Outgoing(settings.get_idp_sso_url(), fields)
