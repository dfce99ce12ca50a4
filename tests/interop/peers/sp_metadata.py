"""What a service provider of these tests writes of itself (Metadata §2.4.4).

Written as its operator would write it by hand: nothing of the hub's own code is used here.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tests.interop.peers.identity import Identity

BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
POST, REDIRECT, ARTIFACT, SOAP = (
    BINDINGS + name for name in ("HTTP-POST", "HTTP-Redirect", "HTTP-Artifact", "SOAP")
)
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@dataclass(frozen=True, slots=True)
class SpMetadata:
    """One service provider.  Each endpoint is (binding, address)."""

    entity_id: str
    identity: Identity
    consumer: tuple[str, str]
    logout: tuple[tuple[str, str], ...] = ()
    signs: bool = True
    wants_encryption: bool = True
    name_id_format: str = TRANSIENT

    def xml(self) -> str:
        return (
            f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
            f"entityID={quoteattr(self.entity_id)}>"
            f'<SPSSODescriptor AuthnRequestsSigned="{str(self.signs).lower()}" '
            f'WantAssertionsSigned="true" '
            f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            f"{self._keys()}{self._logout()}"
            f"<NameIDFormat>{escape(self.name_id_format)}</NameIDFormat>"
            f"{endpoint('AssertionConsumerService', *self.consumer, index=0)}"
            "</SPSSODescriptor></EntityDescriptor>"
        )

    def _keys(self) -> str:
        uses = ["signing", "encryption"] if self.wants_encryption else ["signing"]
        return "".join(
            f'<KeyDescriptor use="{use}"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">'
            f"<X509Data><X509Certificate>{self.identity.certificate_base64}</X509Certificate>"
            "</X509Data></KeyInfo></KeyDescriptor>"
            for use in uses
        )

    def _logout(self) -> str:
        return "".join(endpoint("SingleLogoutService", *one) for one in self.logout)


def endpoint(name: str, binding: str, address: str, index: int | None = None) -> str:
    indexed = "" if index is None else f' index="{index}" isDefault="true"'
    return f'<{name} Binding="{binding}" Location={quoteattr(address)}{indexed}/>'
