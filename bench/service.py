"""The service providers of the bench: their metadata, and fresh AuthnRequests by Redirect."""

import base64
import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from certs.make_key import KeyKind, make_key
from certs.signing_key import SigningKey
from metadata import names
from metadata.algorithms import URI_OF
from metadata.description import SpDescription
from metadata.parse import parse

RELAY_STATE = "a-relay-state-of-forty-characters-long-1"


@dataclass(frozen=True, slots=True)
class Service:
    """One service provider: with an encryption key or without."""

    entity_id: str
    consumer: str
    is_sealed: bool
    key: SigningKey
    key_file: Path

    def metadata(self) -> str:
        uses = ("signing", "encryption") if self.is_sealed else ("signing",)
        keys = "".join(
            f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="{names.DS}"><ds:X509Data>'
            f"<ds:X509Certificate>{self.key.certificate.base64}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for use in uses
        )
        return (
            f'<md:EntityDescriptor xmlns:md="{names.MD}" entityID="{self.entity_id}">'
            f'<md:SPSSODescriptor protocolSupportEnumeration="{names.SAMLP}">{keys}'
            f'<md:AssertionConsumerService Binding="{names.HTTP_POST}"'
            f' Location="{self.consumer}" index="0" isDefault="true"/>'
            "</md:SPSSODescriptor></md:EntityDescriptor>"
        )

    def description(self) -> SpDescription:
        """What the hub reads in its metadata."""
        return parse(self.metadata().encode())

    def path_of_request(self, hub: str, signed: bool) -> tuple[str, str]:
        """(ID, path with query) of a request that was never sent before."""
        id = "_" + secrets.token_hex(20)
        message = self._request(id, f"{hub}/saml/sso")
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = deflater.compress(message.encode()) + deflater.flush()
        query = (
            f"SAMLRequest={quote(base64.b64encode(packed), safe='')}"
            f"&RelayState={quote(RELAY_STATE, safe='')}"
        )
        if signed:
            algorithm = self.key.algorithm
            query += f"&SigAlg={quote(URI_OF[algorithm], safe='')}"
            value = base64.b64encode(self.key.sign(algorithm, query.encode()))
            query += f"&Signature={quote(value, safe='')}"
        return id, f"/saml/sso?{query}"

    def _request(self, id: str, destination: str) -> str:
        issued = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return (
            f'<samlp:AuthnRequest xmlns:samlp="{names.SAMLP}" xmlns:saml="{names.SAML}"'
            f' ID="{id}" Version="2.0" IssueInstant="{issued}" Destination="{destination}"'
            f' AssertionConsumerServiceURL="{self.consumer}"'
            f' ProtocolBinding="{names.HTTP_POST}"><saml:Issuer>{self.entity_id}</saml:Issuer>'
            '<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>'
            "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
            "</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>"
        )


def make_service(directory: Path, name: str, is_sealed: bool) -> Service:
    """A service provider with an RSA-2048 key of its own, as most real ones have."""
    key = make_key(directory, name, KeyKind.RSA_2048, f"bench {name}", datetime.now(UTC))
    return Service(
        entity_id=f"https://{name}.bench.test/metadata",
        consumer=f"https://{name}.bench.test/acs",
        is_sealed=is_sealed,
        key=key,
        key_file=directory / f"{name}-1.key.pem",
    )
