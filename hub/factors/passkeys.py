"""Passkeys (Web Authentication, Level 2) as a second factor, after the password.

Pure; py_webauthn checks origin, challenge, rp id, flags and signature.  Names of things
are the specification's.  Attestation is not asked for: any authenticator will do.
Whether a challenge is fresh and used once, and the counter kept, is not decided here.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.seams.people import Credential

RP_NAME = "MinID"
CHALLENGE_BYTES = 32
TIMEOUT = 120_000  # milliseconds that the browser waits for the person
# Browsers strip every other statement when none is asked for (§5.1.3, self attestation stays).
FORMATS = ("none", "packed")
TRANSPORTS = frozenset(each.value for each in AuthenticatorTransport)
# What py_webauthn lets out of malformed keys and statements beside its own.
MALFORMED = (
    WebAuthnException, AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError
)  # fmt: skip


class PasskeyRefused(ValueError):
    """The authenticator's answer does not prove what was asked; its text is for the trace."""


OUR_WORDS = (PasskeyRefused, WebAuthnException)  # they say what was found, and no secret


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks: as browsers see us, from the settings and never from a Host header."""

    id: str
    origin: str

    @classmethod
    def at(cls, base_url: str) -> "RelyingParty":
        return cls(urlsplit(base_url).hostname or "", base_url)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back: the parts of a PublicKeyCredential, in base64url."""

    credential_id: str
    client_data: str = field(repr=False)
    attestation: str = field(default="", repr=False)  # of one that was just made
    transports: str = ""
    authenticator_data: str = field(default="", repr=False)  # of one that was used
    signature: str = field(default="", repr=False)


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def creation_options(
    party: RelyingParty, challenge: bytes, user_handle: bytes, known: Sequence[Credential]
) -> str:
    """What `navigator.credentials.create` is asked for, as JSON."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=RP_NAME,
        user_id=user_handle,
        user_name=RP_NAME,  # authenticators show it, so it names nobody
        challenge=challenge,
        timeout=TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[descriptor(each) for each in known],
    )
    return options_to_json(options)


def request_options(party: RelyingParty, challenge: bytes, known: Sequence[Credential]) -> str:
    """What `navigator.credentials.get` is asked for, as JSON."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=TIMEOUT,
        allow_credentials=[descriptor(each) for each in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def descriptor(known: Credential) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(each) for each in known.transports]
    return PublicKeyCredentialDescriptor(known.id, transports=transports or None)


def created(party: RelyingParty, challenge: bytes, answer: Answer) -> Credential:
    """The credential that was made for this challenge; raises PasskeyRefused."""
    try:
        attestation = from_base64url(answer.attestation)
        if (found := parse_attestation_object(attestation).fmt) not in FORMATS:
            raise PasskeyRefused(f"attestation {found!r}, wanted none")
        made = verify_registration_response(
            credential=RegistrationCredential(
                answer.credential_id,
                from_base64url(answer.credential_id),
                AuthenticatorAttestationResponse(from_base64url(answer.client_data), attestation),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
        # Or a key that nothing can be verified with would be found out at a login.
        key = made.credential_public_key
        require_id(answer, made.credential_id)
        decoded_public_key_to_cryptography(decode_credential_public_key(key))
    except MALFORMED as fault:
        raise PasskeyRefused(reason(fault)) from fault
    return Credential(
        id=made.credential_id,
        public_key=key,
        sign_count=made.sign_count,
        verifies_user=made.user_verified,
        is_syncable=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        is_backed_up=made.credential_backed_up,
        transports=tuple(sorted(TRANSPORTS.intersection(answer.transports.split()))),
    )


def used(
    party: RelyingParty, challenge: bytes, answer: Answer, known: Credential
) -> tuple[int, bool]:
    """The new counter, and whether it is backed up now; raises PasskeyRefused.

    One that verified its user when it was made has to do so each time.
    """
    try:
        require_id(answer, known.id)
        found = verify_authentication_response(
            credential=AuthenticationCredential(
                answer.credential_id,
                from_base64url(answer.credential_id),
                AuthenticatorAssertionResponse(
                    from_base64url(answer.client_data),
                    from_base64url(answer.authenticator_data),
                    from_base64url(answer.signature),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=known.verifies_user,
        )
    except MALFORMED as fault:
        raise PasskeyRefused(reason(fault)) from fault
    return found.new_sign_count, found.credential_backed_up


def require_id(answer: Answer, id: bytes) -> None:
    if from_base64url(answer.credential_id) != id:
        raise PasskeyRefused("it answers for another credential")


def from_base64url(text: str) -> bytes:
    """Strictly: what is not of its alphabet is no answer of a browser."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        decoded = b""
    if not decoded or bytes_to_base64url(decoded) != text:
        raise PasskeyRefused("a part is not base64url")
    return decoded


def reason(fault: Exception) -> str:
    return str(fault) if isinstance(fault, OUR_WORDS) else type(fault).__name__
