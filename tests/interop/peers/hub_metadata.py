"""The hub's metadata as the operators of service providers take it in.

They got the certificate of its metadata key by another way, and check the signature with it.
"""

from dataclasses import dataclass
from pathlib import Path

import requests
import xmlsec
from lxml import etree

from hub.settings import Settings

DS = "{http://www.w3.org/2000/09/xmldsig#}"
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
PATIENCE = 60.0  # seconds; a hub that has just started may be slow
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


@dataclass(frozen=True, slots=True)
class HubMetadata:
    """The document, and the certificate that its signature was checked with."""

    document: bytes
    certificate: Path

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.document)

    def signing_certificates(self) -> list[str]:
        keys = self.root.iter(f"{MD}KeyDescriptor")
        texts = [key.findtext(f".//{DS}X509Certificate") for key in keys]
        return ["".join(text.split()) for text in texts if text]

    def address(self, service: str, binding: str) -> str:
        """Where the hub serves this; KeyError if it does not."""
        for found in self.root.iter(f"{MD}{service}"):
            if found.get("Binding") == binding:
                return found.get("Location", "")
        raise KeyError(service, binding)

    def serves(self, service: str) -> bool:
        return any(True for _ in self.root.iter(f"{MD}{service}"))

    def without_redirect_login(self) -> bytes:
        """As an operator would cut it to have requests sent by POST; its signature is gone."""
        root = self.root
        for found in list(root.iter(f"{MD}SingleSignOnService", f"{DS}Signature")):
            parent = found.getparent()
            if parent is not None and found.get("Binding") in (REDIRECT, None):
                parent.remove(found)
        return etree.tostring(root)


def fetched(settings: Settings, certificate: Path) -> HubMetadata:
    answer = requests.get(settings.url("/saml/metadata"), timeout=PATIENCE)
    answer.raise_for_status()
    require_signed(answer.content, certificate)
    return HubMetadata(answer.content, certificate)


def require_signed(document: bytes, certificate: Path) -> None:
    """Raises xmlsec.VerificationError unless this certificate's key signed the whole of it."""
    root = etree.fromstring(document)
    signature = root.find(f"{DS}Signature")
    assert signature is not None
    reference = signature.find(f".//{DS}Reference")
    assert reference is not None and reference.get("URI") == f"#{root.get('ID')}"
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(str(certificate), xmlsec.constants.KeyDataFormatCertPem)
    context.register_id(root, "ID", None)
    context.verify(signature)
