"""A login session, the proofs it stands on, and how long it lives.  Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
LONGEST = timedelta(minutes=120)


class ProofKind(StrEnum):
    """What a step has shown.  What it is worth is for `levels` to say."""

    PASSWORD = "password"
    SMS_CODE = "sms-code"
    LETTER_PIN = "letter-pin"
    TOTP = "totp"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Proof:
    kind: ProofKind
    at: datetime


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A person logged in at one browser."""

    id: str
    person_id: str
    proofs: tuple[Proof, ...]
    started_at: datetime
    authenticated_at: datetime  # the latest login or step-up; AuthnInstant (C§2.7.2)
    last_used_at: datetime
    culture: str  # the language of the login: nb, nn, se or en

    def is_alive(self, now: datetime) -> bool:
        """False after 30 minutes idle, and after 120 minutes in any case."""
        return now < self.ends_at(self.last_used_at)

    def ends_at(self, used_at: datetime) -> datetime:
        """When it ends if it is used for the last time then."""
        return min(used_at + IDLE, self.latest_end)

    @property
    def latest_end(self) -> datetime:
        return self.started_at + LONGEST
