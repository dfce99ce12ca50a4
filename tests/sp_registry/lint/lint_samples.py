"""Documents with one fault each, and what the linter says of them, for the tests of the linter."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

from metadata import names
from metadata.signature import enveloped
from sp_registry.lint.finding import Finding, LintContext
from sp_registry.lint.linter import lint
from tests.metadata.sample_keys import ec_key, raw_rsa, rsa_key
from tests.metadata.sample_metadata import FORMAT, LOGOUT, POST, a_key, a_role, an_entity

NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
CONTEXT = LintContext(NOW)
PRODUCTION = LintContext(NOW, production=True)
SIGNS = ' AuthnRequestsSigned="true" WantAssertionsSigned="true"'
NAME = (
    f'<md:Extensions><mdui:UIInfo xmlns:mdui="{names.MDUI}"><mdui:DisplayName xml:lang="nb">'
    "Prøve</mdui:DisplayName></mdui:UIInfo></md:Extensions>"
)
CONTACT = (
    '<md:ContactPerson contactType="technical">'
    "<md:EmailAddress>mailto:drift@sp.example.no</md:EmailAddress></md:ContactPerson>"
)
SHA256_OID = bytes.fromhex("2a864886f70d01010b")  # sha256WithRSAEncryption
SHA1_OID = bytes.fromhex("2a864886f70d010105")
EXPIRED = ' validUntil="2026-11-01T00:00:00Z"'


def a_document(
    keys: str | None = None,
    consumers: str = POST,
    logout: str = LOGOUT,
    formats: str = FORMAT,
    signs: str = SIGNS,
    extensions: str = NAME,
    after: str = CONTACT,
    attributes: str = "",
    **entity: str,
) -> bytes:
    """A document without a fault, apart from the parts given."""
    role = a_role(keys, consumers, logout, formats, signs, extensions)
    return an_entity(role, attributes=attributes, after=after, **entity).encode()


def codes(document: bytes, context: LintContext = CONTEXT) -> list[str]:
    return [finding.code for finding in lint(document, context)]


def only(document: bytes, context: LintContext = CONTEXT) -> Finding:
    (finding,) = lint(document, context)
    return finding


def a_consumer(url: str, binding: str = names.HTTP_POST, index: int = 0) -> str:
    return (
        f'<md:AssertionConsumerService Binding="{binding}" Location="{url}" index="{index}"/>'
    )


def methods(*algorithms: str) -> str:
    return "".join(f'<md:EncryptionMethod Algorithm="{one}"/>' for one in algorithms)


def keys_with(*algorithms: str) -> str:
    return a_key("signing") + a_key("encryption", methods=methods(*algorithms))


def algorithms_extension(*algorithms: str) -> str:
    listed = "".join(f'<alg:SigningMethod Algorithm="{one}"/>' for one in algorithms)
    return NAME.replace(
        "</md:Extensions>", f"{listed}</md:Extensions>"
    ).replace("<md:Extensions>", f'<md:Extensions xmlns:alg="{names.ALG}">')


def ec_base64() -> str:
    return ec_key().certificate.base64


@cache
def dsa_base64() -> str:
    return _issued(dsa.generate_private_key(1024).public_key(), "sp")


@cache
def small_base64() -> str:
    return _issued(rsa.generate_private_key(65537, 1024).public_key(), "sp")


@cache
def certificate_base64(
    number: str = "123456789", days: int = 365, old: bool = False
) -> str:
    """A certificate for this organisation number that ends so many days from NOW."""
    return _issued(raw_rsa().public_key(), number, days, old)


def _issued(
    key: CertificatePublicKeyTypes, number: str, days: int = 365, old: bool = False
) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, number)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key)
        .serial_number(7)
        .not_valid_before(NOW + timedelta(days=days - 400))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(raw_rsa(), hashes.SHA256())
    )
    der = built.public_bytes(serialization.Encoding.DER)
    # No library signs with SHA-1 any more, and nobody checks this signature.
    return base64.b64encode(der.replace(SHA256_OID, SHA1_OID) if old else der).decode()


def signed_document() -> bytes:
    """The smallest one in canonical form, so that our own signer can sign it."""
    head = (
        f'<md:EntityDescriptor xmlns:md="{names.MD}" ID="_1" entityID="https://sp.example.no">'
    ).encode()
    tail = (
        f'<md:SPSSODescriptor protocolSupportEnumeration="{names.SAMLP}">'
        f'<md:AssertionConsumerService Binding="{names.HTTP_POST}" '
        'Location="https://sp.example.no/acs" index="0"></md:AssertionConsumerService>'
        "</md:SPSSODescriptor></md:EntityDescriptor>"
    ).encode()
    return enveloped(head, tail, "_1", rsa_key())
