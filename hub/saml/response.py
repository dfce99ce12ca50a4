"""A Response: signed, with its assertion signed and, where it must be, encrypted.

Core §3.3.3 and §5.4, XML Encryption through `metadata.encryption`.
The Response is signed too, since some service providers check InResponseTo and
Destination on it and nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from certs.signing_key import SignatureAlgorithm, SigningKey
from hub.saml import assertion as assertions
from hub.saml.assertion import Assertion, instant
from metadata import names
from metadata.canonical import attribute as quoted
from metadata.canonical import text
from metadata.description import EncryptionKey
from metadata.encryption import encrypted_assertion
from metadata.signature import enveloped


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that answers one service provider, and the algorithm agreed on."""

    key: SigningKey
    algorithm: SignatureAlgorithm

    def signed(self, head: bytes, tail: bytes, element_id: str) -> bytes:
        return enveloped(head, tail, element_id, self.key, self.algorithm)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a Response says of itself, whatever is inside."""

    id: str
    issuer: str
    destination: str
    in_response_to: str | None
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """C§3.2.2.2: a top-level code, mostly a second one, and words for the developer."""

    top: str
    second: str | None = None
    message: str | None = None


SUCCESS = Status(names.SUCCESS)


def with_assertion(
    envelope: Envelope,
    assertion: Assertion,
    encrypt_to: EncryptionKey | None,
    signer: Signer,
    weak_contents: Collection[str] = (),
) -> bytes:
    """The Response that carries an assertion; `weak_contents` are ciphers by exception."""
    head, tail = assertions.head_and_tail(assertion)
    content = signer.signed(head, tail, assertion.id)
    if encrypt_to is not None:
        content = encrypted_assertion(content, encrypt_to, weak_contents)
    return signed(envelope, SUCCESS, content, signer)


def with_status(envelope: Envelope, status: Status, signer: Signer) -> bytes:
    """The Response that says why there is no assertion."""
    return signed(envelope, status, b"", signer)


def signed(envelope: Envelope, status: Status, content: bytes, signer: Signer) -> bytes:
    answered = ""
    if envelope.in_response_to is not None:
        answered = f' InResponseTo="{quoted(envelope.in_response_to)}"'
    head = (
        f'<samlp:Response xmlns:samlp="{names.SAMLP}"'
        f' Destination="{quoted(envelope.destination)}" ID="{quoted(envelope.id)}"{answered}'
        f' IssueInstant="{instant(envelope.issued_at)}" Version="2.0">'
        f'<saml:Issuer xmlns:saml="{names.SAML}">{text(envelope.issuer)}</saml:Issuer>'
    ).encode()
    tail = status_xml(status).encode() + content + b"</samlp:Response>"
    return signer.signed(head, tail, envelope.id)


def status_xml(status: Status) -> str:
    second = message = ""
    if status.second is not None:
        second = f'<samlp:StatusCode Value="{status.second}"></samlp:StatusCode>'
    if status.message is not None:
        message = f"<samlp:StatusMessage>{text(status.message)}</samlp:StatusMessage>"
    return (
        f'<samlp:Status><samlp:StatusCode Value="{status.top}">{second}</samlp:StatusCode>'
        f"{message}</samlp:Status>"
    )
