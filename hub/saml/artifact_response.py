"""An ArtifactResponse around a Response that was signed before (Core §3.5.2).

Signed itself too, so the service provider knows that the whole of it is from
us.  Without a message inside it is still Success: Core §3.5.3 wants no more to
be told of an artifact that is unknown, used or another's.
"""

from dataclasses import dataclass
from datetime import datetime

from hub.saml.assertion import instant
from hub.saml.response import SUCCESS, Signer, status_xml
from metadata import names
from metadata.canonical import attribute as quoted
from metadata.canonical import text

_DECLARED = f' xmlns:samlp="{names.SAMLP}"'.encode()


@dataclass(frozen=True, slots=True)
class ArtifactEnvelope:
    """What an ArtifactResponse says of itself; its connection says where it goes."""

    id: str
    issuer: str
    in_response_to: str
    issued_at: datetime


def signed(envelope: ArtifactEnvelope, message: bytes | None, signer: Signer) -> bytes:
    """The signed ArtifactResponse, in canonical form as its message is."""
    head = (
        f'<samlp:ArtifactResponse xmlns:samlp="{names.SAMLP}" ID="{quoted(envelope.id)}"'
        f' InResponseTo="{quoted(envelope.in_response_to)}"'
        f' IssueInstant="{instant(envelope.issued_at)}" Version="2.0">'
        f'<saml:Issuer xmlns:saml="{names.SAML}">{text(envelope.issuer)}</saml:Issuer>'
    ).encode()
    tail = status_xml(SUCCESS).encode() + embedded(message) + b"</samlp:ArtifactResponse>"
    return signer.signed(head, tail, envelope.id)


def embedded(message: bytes | None) -> bytes:
    """The message as canonicalisation writes it inside ours: what is declared is not said anew.

    Its own signature stays good, for its digest is over it standing alone.
    """
    return b"" if message is None else message.replace(_DECLARED, b"", 1)
