"""Builders that read as English: requests as service providers send them, and what they meet.

Messages are signed here by `cryptography` and `xmlsec`, never by our own signer, with the
keys in `tests/vectors/keys/`, which are for tests only.
"""

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import xmlsec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from certs.certificate import Certificate
from certs.signing_key import PemSigningKey
from hub.login_session import LoginSession, Proof, ProofKind
from metadata import names
from metadata.description import EncryptionKey, Endpoint, SpDescription
from sp_registry.service_provider import Policy, ServiceProvider

KEYS = Path(__file__).parent / "vectors" / "keys"
HUB = "https://idp.example.no"
SSO = f"{HUB}/saml/sso"
SP = "https://sp.example.no"
CONSUMER = f"{SP}/acs"
MOMENT = datetime(2026, 1, 2, 3, 4, 30, tzinfo=UTC)  # in the middle of the vectors' lives
PASSWORD_AND_SMS = (Proof(ProofKind.PASSWORD, MOMENT), Proof(ProofKind.SMS_CODE, MOMENT))

TEMPLATE = (
    f'<ds:Signature xmlns:ds="{names.DS}"><ds:SignedInfo>'
    f'<ds:CanonicalizationMethod Algorithm="{names.EXCLUSIVE_C14N}"/>'
    f'<ds:SignatureMethod Algorithm="{names.RSA_SHA256}"/>'
    '<ds:Reference URI="#{id}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{names.ENVELOPED}"/>'
    f'<ds:Transform Algorithm="{names.EXCLUSIVE_C14N}"/></ds:Transforms>'
    f'<ds:DigestMethod Algorithm="{names.SHA256}"/><ds:DigestValue/></ds:Reference>'
    "</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"
)


@dataclass(frozen=True)
class KeyPair:
    """A private key of a service provider, for tests only, with its certificate."""

    key_pem: bytes
    certificate_pem: bytes

    @cached_property
    def certificate(self) -> Certificate:
        return Certificate.from_pem(self.certificate_pem)

    @cached_property
    def signing_key(self) -> PemSigningKey:
        return PemSigningKey.from_pem(self.key_pem, self.certificate_pem)

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        key = serialization.load_pem_private_key(self.key_pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key


@cache
def key_pair(name: str) -> KeyPair:
    return KeyPair(
        (KEYS / f"test-only-{name}.key.pem").read_bytes(),
        (KEYS / f"test-only-{name}.crt.pem").read_bytes(),
    )


REGISTERED = key_pair("registered")
STRANGER = key_pair("foreign")


# --- what a service provider sends ------------------------------------------------------


def an_authn_request(
    id: str | None = "_request-1",
    issuer: str | None = SP,
    issued_at: datetime | str = MOMENT,
    destination: str | None = SSO,
    content: str = "",
    before_issuer: str = "",
    root: str = "samlp:AuthnRequest",
    **attributes: str | None,
) -> bytes:
    """The XML of a request; `content` comes after Issuer, and None leaves an attribute out."""
    if isinstance(issued_at, datetime):
        issued_at = issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    given = {
        "ID": id,
        "Version": "2.0",
        "IssueInstant": issued_at,
        "Destination": destination,
    } | attributes
    written = "".join(f" {n}={quoteattr(v)}" for n, v in given.items() if v is not None)
    named = "" if issuer is None else f"<saml:Issuer>{escape(issuer)}</saml:Issuer>"
    return (
        f'<{root} xmlns:samlp="{names.SAMLP}" xmlns:saml="{names.SAML}"{written}>'
        f"{before_issuer}{named}{content}</{root}>"
    ).encode()


def asking_for(*classes: str, comparison: str | None = None) -> str:
    """A RequestedAuthnContext."""
    refs = "".join(f"<saml:AuthnContextClassRef>{c}</saml:AuthnContextClassRef>" for c in classes)
    attribute = "" if comparison is None else f' Comparison="{comparison}"'
    return f"<samlp:RequestedAuthnContext{attribute}>{refs}</samlp:RequestedAuthnContext>"


def on_behalf_of(value: str, is_wrapped: bool = False) -> str:
    """The Extensions that ask for a login on behalf of another, in either published shape."""
    inner = f'<idpe:OnBehalfOf xmlns:idpe="{names.IDPORTEN}">{value}</idpe:OnBehalfOf>'
    if is_wrapped:
        inner = (
            f'<idpe:IDPortenExtensions xmlns:idpe="{names.IDPORTEN}">'
            f"{inner}</idpe:IDPortenExtensions>"
        )
    return f"<samlp:Extensions>{inner}</samlp:Extensions>"


def parsed(xml: bytes) -> etree._Element:
    return etree.fromstring(xml)


def deflated(message: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(message) + compressor.flush()


def escaped(value: str | bytes) -> str:
    return quote(value, safe="")


def lower_escaped(value: str | bytes) -> str:
    """Percent-escapes in lower case, as .NET writes them."""
    parts = escaped(value).split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])


def a_query(
    xml: bytes,
    relay_state: str | bytes | None = None,
    signed_by: KeyPair | None = REGISTERED,
    algorithm: str = names.RSA_SHA256,
    escape: Callable[[str | bytes], str] = escaped,
) -> bytes:
    """The raw query of the Redirect binding (B§3.4.4.1)."""
    parts = [f"SAMLRequest={escape(base64.b64encode(deflated(xml)))}"]
    if relay_state is not None:
        parts.append(f"RelayState={escape(relay_state)}")
    if signed_by is None:
        return "&".join(parts).encode()
    parts.append(f"SigAlg={escape(algorithm)}")
    octets = "&".join(parts).encode()
    signature = signed_by.private.sign(octets, padding.PKCS1v15(), hashes.SHA256())
    return octets + f"&Signature={escape(base64.b64encode(signature))}".encode()


def a_form(
    xml: bytes, relay_state: str | None = None, signed_by: KeyPair | None = REGISTERED
) -> tuple[tuple[str, str], ...]:
    """The fields of the POST binding (B§3.5.4)."""
    message = xml if signed_by is None else enveloped(xml, signed_by)
    fields = [("SAMLRequest", base64.b64encode(message).decode())]
    if relay_state is not None:
        fields.append(("RelayState", relay_state))
    return tuple(fields)


def enveloped(xml: bytes, signed_by: KeyPair) -> bytes:
    """The message with a signature by xmlsec directly after its Issuer."""
    root = parsed(xml)
    signature = etree.fromstring(TEMPLATE.format(id=root.get("ID")))
    root.insert(1, signature)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        signed_by.key_pem, xmlsec.constants.KeyDataFormatPem
    )
    context.sign(signature)
    return etree.tostring(root)


# --- what it is registered as -----------------------------------------------------------


def a_description(entity_id: str = SP, **changes: Any) -> SpDescription:
    given: dict[str, Any] = {
        "entity_id": entity_id,
        "consumers": (
            Endpoint(names.HTTP_POST, f"{entity_id}/acs", 0, True),
            Endpoint(names.HTTP_POST, f"{entity_id}/other", 1),
        ),
        "signing_certificates": (REGISTERED.certificate,),
        "authn_requests_signed": True,
        "display_names": (("nb", "Etaten"), ("en", "The Agency")),
    }
    return SpDescription(**(given | changes))


def a_policy(**changes: Any) -> Policy:
    given: dict[str, Any] = {"legal_basis": "demo", "return_url": f"{SP}/"}
    return Policy(**(given | changes))


def a_service_provider(
    entity_id: str = SP, policy: Policy | None = None, active: bool = True, **changes: Any
) -> ServiceProvider:
    description = a_description(entity_id, **changes)
    return ServiceProvider("sp-1", description, policy or a_policy(), active)


def an_encryption_key(*methods: str) -> EncryptionKey:
    return EncryptionKey(REGISTERED.certificate, methods)


def a_session(**changes: Any) -> LoginSession:
    given: dict[str, Any] = {
        "id": "session-1",
        "person_id": "person-1",
        "proofs": PASSWORD_AND_SMS,
        "started_at": MOMENT,
        "authenticated_at": MOMENT,
        "last_used_at": MOMENT,
        "culture": "nb",
    }
    return LoginSession(**(given | changes))
