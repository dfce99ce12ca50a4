"""An authenticator in software: makes passkeys and signs with them, as browsers would."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Authenticator:
    """One key on one device.  What is changed here is what a test wants to be wrong."""

    origin: str
    counter: int = 0
    flags: int = PRESENT | VERIFIED
    attestation: str = "none"
    id: bytes = b"a credential of sixteen and more"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    def create(self, options: str) -> dict[str, str]:
        """What the page's script sends back for `navigator.credentials.create`."""
        asked = json.loads(options)
        made = len(self.id).to_bytes(2, "big") + self.id + self.public_key()
        data = self.data(asked["rp"]["id"], self.flags | ATTESTED) + bytes(16) + made
        statement = {"fmt": self.attestation, "attStmt": {}, "authData": data}
        return {
            "credential_id": base64url(self.id),
            "client_data": base64url(self.client_data("webauthn.create", asked)),
            "attestation": base64url(encode_cbor(statement)),
            "transports": "internal hybrid bogus",
        }

    def get(self, options: str) -> dict[str, str]:
        """What the page's script sends back for `navigator.credentials.get`."""
        asked = json.loads(options)
        data = self.data(asked["rpId"], self.flags)
        client_data = self.client_data("webauthn.get", asked)
        signed = data + hashlib.sha256(client_data).digest()
        return {
            "credential_id": base64url(self.id),
            "client_data": base64url(client_data),
            "authenticator_data": base64url(data),
            "signature": base64url(self.key.sign(signed, ec.ECDSA(SHA256()))),
        }

    def data(self, rp_id: str, flags: int) -> bytes:
        of_party = hashlib.sha256(rp_id.encode()).digest()
        return of_party + bytes([flags]) + self.counter.to_bytes(4, "big")

    def client_data(self, kind: str, asked: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def public_key(self) -> bytes:
        """COSE: EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
