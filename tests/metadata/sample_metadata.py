"""A service provider's metadata, with the parts that a test wants changed."""

from metadata import names
from tests.metadata.sample_keys import rsa_key

ENTITY_ID = "https://sp.example.no/metadata"
POST = (
    f'<md:AssertionConsumerService Binding="{names.HTTP_POST}" '
    'Location="https://sp.example.no/acs" index="0"/>'
)
LOGOUT = (
    f'<md:SingleLogoutService Binding="{names.HTTP_REDIRECT}" '
    'Location="https://sp.example.no/slo" ResponseLocation="https://sp.example.no/slo-done"/>'
)
FORMAT = f"<md:NameIDFormat>{names.TRANSIENT}</md:NameIDFormat>"


def a_key(use: str = "", certificate: str | None = None, methods: str = "") -> str:
    body = certificate if certificate is not None else rsa_key().certificate.base64
    named = f' use="{use}"' if use else ""
    return (
        f'<md:KeyDescriptor{named}><ds:KeyInfo xmlns:ds="{names.DS}"><ds:X509Data>'
        f"<ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        f"{methods}</md:KeyDescriptor>"
    )


def a_role(
    keys: str | None = None,
    consumers: str = POST,
    logout: str = LOGOUT,
    formats: str = FORMAT,
    signs: str = ' AuthnRequestsSigned="true"',
    extensions: str = "",
    services: str = "",
    protocol: str = names.SAMLP,
) -> str:
    keys = a_key("signing") + a_key("encryption") if keys is None else keys
    return (
        f'<md:SPSSODescriptor protocolSupportEnumeration="{protocol}"{signs}>'
        f"{extensions}{keys}{logout}{formats}{consumers}{services}</md:SPSSODescriptor>"
    )


def an_entity(
    role: str | None = None, entity_id: str = ENTITY_ID, attributes: str = "", after: str = ""
) -> str:
    return (
        f'<md:EntityDescriptor xmlns:md="{names.MD}" entityID="{entity_id}"{attributes}>'
        f"{a_role() if role is None else role}{after}</md:EntityDescriptor>"
    )
