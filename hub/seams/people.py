"""People and what they prove themselves with, as the database keeps them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hub.person import NationalId, Person


class People(Protocol):
    def find(self, number: NationalId) -> Person | None: ...

    def get(self, person_id: str) -> Person:
        """The person; raises HubError `person-unknown`."""

    def current_number(self, person_id: str) -> str:
        """The digits of the number now in force, deciphered for an answer."""

    def create(self, number: NationalId, now: datetime) -> Person:
        """A new person with this number, not registered; the same person if it is known."""

    def add_number(self, person_id: str, number: NationalId, now: datetime) -> bool:
        """Give the person another number: from now on it is the one in force.

        Those before it still find the person.  False, and nothing done, if it is the one
        in force already, or another person's.
        """

    def set_password(self, person_id: str, password_hash: str, now: datetime) -> None:
        """Set or replace the password; the first time makes the person registered."""

    def set_mobile(self, person_id: str, mobile: str | None, now: datetime) -> None: ...

    def set_email(self, person_id: str, email: str | None, now: datetime) -> None: ...

    def set_preferences(
        self, person_id: str, language: str | None, prefers: str | None, now: datetime
    ) -> None:
        """How the hub speaks to the person, and which second factor is asked for first."""

    def require_new_password(self, person_id: str, now: datetime) -> None:
        """The next login chooses a new password; `set_password` is the end of it."""

    def confirm_contact(self, person_id: str, now: datetime) -> None:
        """The person says that mobile and e-mail are still theirs."""

    def close(self, person_id: str, now: datetime) -> None:
        """Forget password, contacts and methods: as before the first registration."""


@dataclass(frozen=True, slots=True)
class AskedCodes:
    """Which codes of which sheet a person is asked for; fixed until they are used."""

    sheet_id: str  # empty for a decoy, shown to no one
    sheet_label: str  # such as "4K"
    issued_at: datetime
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet that is made, and not stored yet."""

    id: str
    label: str
    person_id: str
    issued_at: datetime
    codes: Mapping[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeldSheet:
    """What its owner may see of a sheet."""

    label: str
    issued_at: datetime
    codes_left: int
    is_in_use: bool  # a code of it has been used


class Sheets(Protocol):
    def issue(self, person_id: str, codes: Mapping[int, str], now: datetime) -> str:
        """Store a sheet's verifiers and give its label back; the codes are kept nowhere."""

    def make(self, person_id: str, codes: Mapping[int, str], now: datetime) -> NewSheet:
        """A sheet with its label, to be printed; `keep` stores it."""

    def keep(self, sheet: NewSheet) -> None:
        """Store the verifiers of a sheet that was made; the codes are kept nowhere."""

    def asked(self, person_id: str, how_many: int, other: bool = False) -> AskedCodes | None:
        """The next unused codes of the sheet in use, or of the newest; None without one.

        `other`: of the next sheet instead, where there is one with codes enough.
        """

    def decoy(
        self, number: NationalId, how_many: int, now: datetime, other: bool = False
    ) -> AskedCodes:
        """What an unknown person is asked for: made up, the same each time."""

    def use(
        self, person_id: str, asked: AskedCodes, codes: Sequence[str], now: datetime
    ) -> bool:
        """True if all codes are right and unused; then they are used up, all or none."""

    def block(self, person_id: str, now: datetime) -> int:
        """Put every sheet of the person out of use for good; how many there were."""

    def held(self, person_id: str) -> Sequence[HeldSheet]:
        """The valid sheets, the one in use first."""

    def expire(self, issued_before: datetime, now: datetime) -> int:
        """Put sheets out of use that were issued before then and never used; how many."""


class CodeVerdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"  # five wrong tries, used already, or past its ten minutes


class OneTimeCodes(Protocol):
    """SMS codes, each bound to its flow, person and purpose."""

    def issue(
        self, flow: str, purpose: str, person_id: str, code: str, now: datetime, life: timedelta
    ) -> bool:
        """Keep a verifier for this code; False if a live one is there already."""

    def use(
        self, flow: str, purpose: str, person_id: str, code: str, now: datetime
    ) -> CodeVerdict:
        """Try a code: one conditional UPDATE spends it or counts the failure."""

    def withdraw(self, flow: str, purpose: str, person_id: str) -> None:
        """Forget a code that could not be sent, so that another can be issued."""


@dataclass(frozen=True, slots=True)
class AuthenticatorApp:
    id: str
    secret: bytes = field(repr=False)
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """The public half of a passkey, as its authenticator told of it."""

    id: bytes
    public_key: bytes = field(repr=False)  # COSE
    sign_count: int
    verifies_user: bool  # by finger, face or PIN, when it was made: so it has to each time
    is_syncable: bool  # it may be on more than one device
    is_backed_up: bool
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passkey:
    id: str
    name: str = field(repr=False)  # its owner's
    credential: Credential
    added_at: datetime
    last_used_at: datetime | None = None


class Methods(Protocol):
    """Second factors that a person has added: one authenticator app, and passkeys."""

    def app(self, person_id: str) -> AuthenticatorApp | None: ...

    def add_app(self, person_id: str, secret: bytes, step: int, now: datetime) -> bool:
        """Keep an app whose code of this time step was right; False if there is one already."""

    def use_step(self, app_id: str, step: int) -> bool:
        """Use up a time step and all before it, in one act; False if it was used up already."""

    def remove_app(self, person_id: str) -> bool: ...

    def passkeys(self, person_id: str) -> Sequence[Passkey]:
        """The person's passkeys, the oldest first."""

    def add_passkey(
        self, person_id: str, name: str, credential: Credential, most: int, now: datetime
    ) -> bool:
        """Count and keep in one act.

        False if the credential is registered already, with anybody, or if the person has
        `most` already.
        """

    def use_passkey(
        self, passkey_id: str, sign_count: int, is_backed_up: bool, now: datetime
    ) -> bool:
        """Store the counter in one act; False unless it grew, or stays 0 (WebAuthn §6.1.1)."""

    def rename_passkey(self, person_id: str, passkey_id: str, name: str) -> bool: ...

    def remove_passkey(self, person_id: str, passkey_id: str) -> bool: ...

    def remove_since(self, person_id: str, since: datetime) -> int:
        """Remove what was added then or later; how many."""


class Waiting(StrEnum):
    """What somebody has asked for who could not prove enough for it to happen at once."""

    RECOVERY = "recovery"  # a new password without the registered mobile
    PINS_BLOCK = "pins-block"


@dataclass(frozen=True, slots=True)
class Wait:
    person_id: str
    what: Waiting
    due_at: datetime


class Waits(Protocol):
    """At most one of each kind per person; a login of the person cancels them all."""

    def ask(
        self, person_id: str, what: Waiting, due_at: datetime, until: datetime, now: datetime
    ) -> bool:
        """Keep it, worth nothing after `until`; False, and unchanged, if one waits already."""

    def find(self, person_id: str, what: Waiting, now: datetime) -> Wait | None: ...

    def take(self, person_id: str, what: Waiting, now: datetime) -> bool:
        """Remove one that is due, in one act; False if none is."""

    def cancel(self, person_id: str) -> Collection[Waiting]:
        """Remove all of the person's; which there were."""

    def due(self, what: Waiting, most: int, now: datetime) -> Sequence[Wait]:
        """Those that are due, the longest due first."""
