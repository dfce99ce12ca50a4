"""How python3-saml is told to behave: strict, signed both ways, SHA-256 and nothing older."""

from collections.abc import Mapping, Sequence
from typing import Any

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from demo.provider import Provider


def library_settings(
    provider: Provider,
    idp: Mapping[str, Any],
    *,
    private_key: str,
    asked_classes: Sequence[str] = (),
) -> OneLogin_Saml2_Settings:
    """Settings for one message.

    The library has one private key for everything, so the caller says which:
    the signing key to send, the encryption key to read.
    """
    agency = provider.agency
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {
                "entityId": provider.entity_id,
                "assertionConsumerService": {
                    "url": provider.consumer_url(agency.answer_at),
                    "binding": Saml.BINDING_HTTP_POST,
                },
                "singleLogoutService": {
                    "url": provider.logout_url,
                    "binding": Saml.BINDING_HTTP_REDIRECT,
                },
                "NameIDFormat": agency.name_id_format,
                "x509cert": provider.keys.signing.certificate,
                "privateKey": private_key,
            },
            "idp": dict(idp),
            "security": {
                "authnRequestsSigned": agency.signs_requests,
                "logoutRequestSigned": True,
                "logoutResponseSigned": True,
                "wantAssertionsSigned": True,
                "wantMessagesSigned": True,
                "wantAssertionsEncrypted": agency.has_encryption_key,
                "requestedAuthnContext": list(asked_classes) or False,
                "requestedAuthnContextComparison": agency.comparison,
                "signatureAlgorithm": Saml.RSA_SHA256,
                "digestAlgorithm": Saml.SHA256,
                "rejectDeprecatedAlgorithm": True,
                "allowRepeatAttributeName": False,
            },
        }
    )
