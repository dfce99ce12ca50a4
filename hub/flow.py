"""A login on its way: what it is for, what has been proved, what it waits for.

Pure.  The store keeps it as sealed bytes and reads nothing of it.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hub.login_session import Proof, ProofKind
from hub.saml.accept_request import AcceptedRequest
from hub.saml.authn_request import AuthnRequest

LIFE = timedelta(minutes=60)  # from its beginning, or since its person asked for more time
LONGEST = timedelta(minutes=120)


class Awaiting(StrEnum):
    """The page that a flow waits at.  A page of another step sends the person back here."""

    START = "start"  # number and password, or the number of a first registration
    SMS_CODE = "sms-code"
    LETTER_PIN = "letter-pin"
    TOTP = "totp"
    PASSKEY = "passkey"
    REGISTER_PINS = "register-pins"
    REGISTER_SMS = "register-sms"  # a registered person's own mobile, before a new password
    NEW_PASSWORD = "new-password"
    MOBILE = "mobile"
    CONFIRM_MOBILE = "confirm-mobile"
    PINS_BLOCK = "pins-block"  # what a stranger could not do at once is to be proved
    PINS_SMS = "pins-sms"
    OWN_MOBILE = "own-mobile"  # a new mobile, changed at the person's own pages
    OWN_EMAIL = "own-email"
    CONTACT = "contact"  # logged in: is the contact data still right?
    NEW_SHEET = "new-sheet"  # logged in, with few codes left: is a new sheet wanted?
    OWN_APP = "own-app"  # an authenticator app, being added
    OWN_PASSKEY = "own-passkey"
    ANSWER = "answer"  # all is proved; the answer has not left yet


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """An accepted request while its person logs in.  Its service provider is read anew."""

    request: AuthnRequest
    entity_id: str
    relay_state: str | None
    signed_by: str | None
    snapshot: int  # which published registry it was accepted under
    rollout: int | None = None  # which was going on for its service provider
    staged: str | None = None  # the staged version, if that was drawn; it is kept
    posted: str | None = field(default=None, repr=False)  # the message, until a version is drawn

    @classmethod
    def of(cls, accepted: AcceptedRequest, snapshot: int) -> "HeldRequest":
        return cls(
            accepted.request,
            accepted.sp.entity_id,
            accepted.relay_state,
            accepted.signed_by,
            snapshot,
        )


@dataclass(frozen=True, slots=True)
class Challenge:
    """What an authenticator is to sign: good for this flow, once, and not for long."""

    value: bytes = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class LoginFlow:
    """One login in one tab."""

    held: HeldRequest | None = None  # None: the person logs in at the hub's own page
    locale: str | None = None  # what the service provider asked the pages to speak
    claimed_number: str | None = field(default=None, repr=False)  # typed, proved by nothing
    person_id: str | None = None  # set by the first proof
    proofs: tuple[Proof, ...] = ()
    new_mobile: str | None = field(default=None, repr=False)  # typed, not yet confirmed
    session_id: str | None = None  # the session that this very flow logged in to
    is_recovery: bool = False  # begun as a forgotten password: other words on the same pages
    has_chosen: bool = False  # a password, in this very flow
    without_mobile: bool = False  # the 72 hours of a lost mobile are over
    new_email: str | None = field(default=None, repr=False)  # typed, not yet confirmed
    then: str | None = None  # the page of ours that asked for this login, or for this change
    may_skip: bool = False  # the question about contact data may be put off once more
    new_secret: bytes | None = field(default=None, repr=False)  # of an app, not yet confirmed
    challenge: Challenge | None = None  # of the passkey that is asked for
    reference: str | None = None  # of the request it began with: one story for the whole login

    def proved(self, kind: ProofKind, at: datetime) -> "LoginFlow":
        """The flow with one proof more; a newer one of the same kind takes the older's place."""
        others = tuple(proof for proof in self.proofs if proof.kind != kind)
        return dataclasses.replace(self, proofs=(*others, Proof(kind, at)))

    def to_bytes(self) -> bytes:
        return json.dumps(dataclasses.asdict(self), default=as_text).encode()

    @classmethod
    def from_bytes(cls, payload: bytes) -> "LoginFlow":
        known: dict[str, Any] = json.loads(payload)
        known["held"] = held_from(known["held"]) if known["held"] else None
        known["proofs"] = tuple(
            Proof(ProofKind(proof["kind"]), datetime.fromisoformat(proof["at"]))
            for proof in known["proofs"]
        )
        known["new_secret"] = bytes_from(known.get("new_secret"))
        known["challenge"] = challenge_from(known.get("challenge"))
        return cls(**known)


def as_text(value: datetime | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else value.isoformat()


def bytes_from(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def challenge_from(known: dict[str, str] | None) -> Challenge | None:
    if known is None:
        return None
    return Challenge(bytes.fromhex(known["value"]), datetime.fromisoformat(known["until"]))


def held_from(known: dict[str, Any]) -> HeldRequest:
    request: dict[str, Any] = known["request"]
    request["issued_at"] = datetime.fromisoformat(request["issued_at"])
    for name in ("asked_classes", "requester_ids", "subject_qualifiers", "idp_list"):
        request[name] = tuple(request[name])
    return HeldRequest(**{**known, "request": AuthnRequest(**request)})
