"""Everything that the hub asks of the world, as Protocols.

Adapters in `hub/outside/` (gateways, clock) and `hub/store/` (the database)
keep them; `hub/app.py` alone puts them together.  They raise our errors only.
Times are aware and in UTC.  Every method that writes has committed durably
when it returns, unless it says otherwise.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import Protocol, TypeVar

from hub.keys.room import KeyRoom
from hub.login_session import LoginSession, Proof
from hub.operations.upkeep import Upkeep
from hub.person import NationalId, Person
from hub.population import EventPage, RegisteredPerson
from hub.registry.staged_room import StagedRoom
from hub.support.cases import CaseRoom

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Sms:
    """A message to one telephone."""

    to: str = field(repr=False)  # E.164
    text: str = field(repr=False)
    reference: str  # the id of its row: the gateway's to keep, where the protocol has room


class SmsSender(Protocol):
    @property
    def gateways(self) -> Sequence[str]:
        """The names of the gateways, the first choice first; none in an installation without."""

    def send(self, sms: Sms, gateway: str) -> str:
        """Hand a message to this gateway; its own id for it, or an empty text.

        Raises OutsideFailed if it was not taken, and OutcomeUnknown if it may have been.
        """


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter by electronic mail, in plain text."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    reference: str  # makes its Message-ID


class MailSender(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand a mail to the mail server; raises OutsideFailed or OutcomeUnknown."""


# --- messages seen ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a request first came: enough to tell a reload from a replay."""

    digest: str  # SHA-256 of the message as it was sent, hexadecimal
    flow: str  # handle of the flow that was to hold it
    browser: str | None  # hash of the browser's cookie; None if it came by cross-site POST


class SeenRequests(Protocol):
    def add(
        self, issuer: str, request_id: str, sighting: Sighting, until: datetime
    ) -> Sighting | None:
        """Remember a request in one atomic act: None if new, else its first sighting."""


# --- held flows -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldFlow:
    """A login on its way, as the store keeps it."""

    handle: str  # in the URL, so that two tabs do not mix
    awaiting: str  # name of the step it waits for; guards against skipped steps
    version: int  # guards against two tabs of the same flow
    payload: bytes = field(repr=False)  # sealed at rest
    held_at: datetime = field(compare=False)
    ends_at: datetime = field(compare=False)


class Flows(Protocol):
    def hold(
        self, handle: str, browser: str | None, awaiting: str, payload: bytes, now: datetime
    ) -> None:
        """Keep a new flow; `browser` None: unclaimed, the first browser within 60 s gets it."""

    def claim(self, handle: str, browser: str, now: datetime) -> None:
        """Give an unclaimed flow to this browser in one UPDATE; nothing if it has an owner."""

    def find(self, handle: str, browser: str, now: datetime) -> HeldFlow:
        """The open flow of this browser.

        Raises FlowError with code `flow-unknown` (no such, or past its time),
        `flow-foreign` (another browser's), or FlowOver (already answered).
        """

    def extend(self, handle: str, browser: str, now: datetime) -> None:
        """60 minutes more for this browser's open flow, two hours in all; else nothing."""

    def move(self, flow: HeldFlow, awaiting: str, payload: bytes, now: datetime) -> HeldFlow:
        """Store the flow's next state if nobody moved it since it was read.

        Raises NotAwaited if its `awaiting` or `version` is another by now.
        """

    def finish(self, flow: HeldFlow, leads_to: str | None, now: datetime) -> None:
        """Close the flow; NotAwaited if it was moved or closed.

        Of its payload only `leads_to` is kept, the service's entityID, so that whoever
        comes Back finds the way on.
        """

    def is_open(self, handle: str, now: datetime) -> bool:
        """True while the flow waits for its person."""


# --- people, sheets, codes ----------------------------------------------------------


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
class PostalAddress:
    """Where the population register says that a person's letters go, line by line."""

    name: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


class PopulationRegister(Protocol):
    """Folkeregisteret.  Every method raises OutsideFailed; no fault of its own is permanent."""

    def person(self, number: NationalId) -> RegisteredPerson | None:
        """Whoever has or had this number; None if the register knows it not."""

    def postal_address(self, number: NationalId) -> PostalAddress:
        """The address to print, a protected person's too; it is kept and shown nowhere.

        Raises OutsideFailed; a permanent one says that this person gets no letter.
        """

    def many(self, numbers: Sequence[NationalId]) -> Sequence[RegisteredPerson]:
        """At most a thousand at once; those that the register does not know are left out."""

    def events(self, after: int) -> EventPage:
        """What changed after this event of the feed, a page of it."""

    def latest_event(self) -> int:
        """How far the feed goes now."""

    def residents_born_in(self, year: int) -> Iterator[Sequence[NationalId]]:
        """Everybody living in Norway who was born in that year, some at a time."""


class Typesetter(Protocol):
    def pdf(self, letter: str, template: str) -> bytes:
        """A tagged PDF of what a kind of letter gives as JSON; raises Unprintable."""


class ContactStatus(StrEnum):
    """What the contact register knows of a person, in ID-porten's words."""

    ACTIVE = "AKTIV"
    NOT_REGISTERED = "IKKE_REGISTRERT"
    FAILED = "SYSTEMFEIL"


@dataclass(frozen=True, slots=True)
class Contact:
    """How public services may reach a person."""

    status: ContactStatus
    email: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    is_reserved: bool = False  # against digital post
    mailbox: str | None = None  # the name of their digital mailbox's provider


class ContactRegister(Protocol):
    def find(self, person_id: str) -> Contact:
        """The person's contact data; raises OutsideFailed."""


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


# --- authenticator apps and passkeys --------------------------------------------------


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


# --- limits -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """How often a thing may fail.  Delays grow 2, 4, 8 … seconds after `free` failures."""

    name: str
    free: int  # failures that cost nothing
    longest: timedelta  # the longest delay
    window: timedelta  # failures older than this are forgotten
    most: int | None = None  # failures within the window after which nothing passes


@dataclass(frozen=True, slots=True)
class Standing:
    """What is counted against somebody."""

    failures: int
    until: datetime | None  # nothing passes before that; None: the next try does


class Attempts(Protocol):
    """Counters of failures.  A try is charged before the secret is looked at and
    refunded when it was right, so that a hundred guesses at once count as a hundred."""

    def charge(self, limit: Limit, subject: str, now: datetime) -> datetime | None:
        """Count a try in one atomic statement: None if it may go on, else when it may."""

    def refund(self, limit: Limit, subject: str, now: datetime) -> None:
        """Take back the charge of a try that was right."""

    def standing(self, limit: Limit, subject: str, now: datetime) -> Standing | None:
        """How this subject stands, for staff; None if nothing is counted."""

    def forget(self, limit: Limit, subject: str) -> None:
        """Count from nothing again."""


# --- sessions and answers -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Participant:
    """A service provider that has been given an assertion in a session."""

    session_id: str
    entity_id: str
    name_id: str
    name_id_format: str
    session_index: str
    answered_at: datetime


class Sessions(Protocol):
    def start(
        self, person_id: str, proofs: Sequence[Proof], culture: str, now: datetime
    ) -> tuple[LoginSession, str]:
        """A new session and the cookie's value, of which only a hash is kept."""

    def renew(
        self, session_id: str, proofs: Sequence[Proof], now: datetime
    ) -> tuple[LoginSession, str]:
        """The same session after a new login of the same person: new cookie and AuthnInstant.

        Participants, SessionIndexes and the 120-minute limit stay.  SessionEnded if it is over.
        """

    def find(self, cookie: str, now: datetime) -> LoginSession | None:
        """The living session of this cookie."""

    def touch(self, session_id: str, now: datetime) -> None:
        """Put the idle limit off."""

    def end(self, session_id: str, now: datetime) -> None: ...

    def end_all(self, person_id: str, now: datetime) -> None:
        """End every session of this person, in whatever browser."""

    def end_others(self, person_id: str, session_id: str, now: datetime) -> None:
        """End every session of this person but this one."""

    def living(self, person_id: str, now: datetime) -> Sequence[LoginSession]:
        """The person's living sessions, the newest login first."""

    def participants(self, session_id: str) -> Sequence[Participant]: ...


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the audit log.  No number, code, password or address is in it."""

    event: str  # such as "answered", "logged-in", "registered"
    at: datetime
    person_id: str | None = None
    entity_id: str | None = None
    request_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Ledger(Protocol):
    """What must be on record before it happens."""

    def append(self, event: AuditEvent) -> None: ...

    def answered(
        self,
        session: LoginSession,
        entity_id: str,
        name_id_format: str,
        new_name_id: str,
        extends_idle: bool,
        event: AuditEvent,
    ) -> Participant:
        """In one transaction: the session lives, the participant is in it, the audit row is kept.

        The participant of the same session, SP and format is given back as it was;
        a new one gets `new_name_id` and a random SessionIndex.  Raises SessionEnded.
        """


class History(Protocol):
    """What the audit log has of a person, for the person to see, and of services in sum."""

    def of_person(
        self, person_id: str, events: Collection[str], most: int
    ) -> Sequence[AuditEvent]:
        """The latest of these events, the newest first."""

    def answered_since(self, since: datetime) -> Mapping[str, int]:
        """How many assertions have left for each service provider."""


# --- what waits before it takes effect ------------------------------------------------


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


# --- letters on paper ------------------------------------------------------------------


class LetterKind(StrEnum):
    PINS = "pins"  # a sheet of codes
    NOTICE = "notice"  # to somebody with neither mobile nor e-mail; holds no codes


class LetterState(StrEnum):
    ORDERED = "ordered"
    RENDERED = "rendered"  # its codes are stored, its letter is sealed to the printer
    PRINTED = "printed"  # handed over to the printer
    POSTED = "posted"
    RETURNED = "returned"  # came back: its sheet is void
    MANUAL = "manual"  # cannot be printed as it is: somebody must look at it
    WITHDRAWN = "withdrawn"  # its codes died before it was posted: it was taken out


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """An order for a sheet of PIN codes by post; or a notice, which is born rendered."""

    id: str
    person_id: str
    reason: str
    state: LetterState
    ordered_at: datetime
    told_at: datetime  # when its state became what it is
    sheet_id: str | None = None  # of the sheet in it, once that is made
    fault: str | None = None  # code of what held it up last
    is_void: bool = False  # its sheet has been blocked, or a newer one is in use
    kind: LetterKind = LetterKind.PINS


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """A letter that the print provider alone can open."""

    id: str  # of its order
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is handed over at once; the same letters and bytes each time."""

    name: str
    letters: Sequence[SealedLetter]
    withdrawn: Sequence[str] = ()  # letters that are not to be posted, if the printer has them


class LetterOrders(Protocol):
    def order(
        self, person_id: str, reason: str, now: datetime, beyond_limits: bool = False
    ) -> tuple[LetterOrder, bool]:
        """Order a sheet.  False: one was ordered lately, and that is given back unchanged.

        `beyond_limits`: two of the staff have decided that it goes all the same.
        """

    def of_person(self, person_id: str) -> Sequence[LetterOrder]:
        """The person's orders of sheets, the newest first."""

    def waiting(self, most: int) -> Sequence[LetterOrder]:
        """Orders that nobody has printed, the oldest first."""

    def tell(self, order_id: str, state: LetterState, now: datetime) -> None:
        """How far a letter has come."""

    def find(self, order_id: str) -> LetterOrder | None: ...

    def due(self, most: int, now: datetime) -> Sequence[LetterOrder]:
        """Orders to be printed now, the oldest first; those put off come later."""

    def put_off(self, order_id: str, until: datetime, fault: str) -> None:
        """Try this order again then."""

    def set_aside(self, order_id: str, fault: str, now: datetime) -> None:
        """The order waits for somebody to look at it."""

    def rendered(self, order_id: str, sheet_id: str, sealed: bytes, now: datetime) -> bool:
        """Keep its letter, sealed to the printer; False if the order is not waiting any more.

        To be in the transaction that stores the sheet (`Store.together`).
        """

    def keep_notice(self, notice: LetterOrder, sealed: bytes | None) -> None:
        """A notice's letter, RENDERED; or MANUAL without one.

        To be in the transaction that takes it out of the outbox (`Store.together`).
        """

    def withdraw_void(self, now: datetime) -> Sequence[LetterOrder]:
        """Take out the letters that are in no batch and whose sheets are out of use."""

    def make_batch(self, batch: str, most: int, now: datetime) -> int:
        """Put rendered letters that are in no batch into this one; how many.

        If there are any, it also takes back what was handed over and is out of use since.
        """

    def to_take_back(self, now: datetime) -> Mapping[str, datetime]:
        """Letters that the printer may have, that no manifest takes back yet and whose sheets
        are out of use: since when, by letter id."""

    def taken_back(self, letters: Collection[str], batch: str) -> None:
        """The printer has a manifest of this name that takes them back."""

    def open_batches(self) -> Sequence[str]:
        """Batches that may not have been handed over, the oldest first."""

    def batch(self, name: str) -> Batch:
        """What was put into it, in a fixed order."""

    def handed_over(self, batch: str, now: datetime) -> int:
        """Its letters are with the printer; how many.  They are kept until their receipt."""

    def receipt(self, order_id: str, state: LetterState, now: datetime) -> bool:
        """What the printer tells of a letter: PRINTED, POSTED, RETURNED, MANUAL or WITHDRAWN.

        The sealed letter is wiped, and one that came back or was not posted takes its sheet
        out of use.  False, and nothing done, if it tells nothing new.
        """

    def wipe(self, handed_over_before: datetime) -> int:
        """Forget sealed letters whose receipt never came; how many."""

    def kept(self, most: int) -> Sequence[tuple[LetterOrder, SealedLetter]]:
        """The letters that are not wiped yet, the newest first."""

    def set_aside_orders(self) -> Sequence[LetterOrder]:
        """The orders that wait for somebody to look at them, the oldest first."""

    def counts(self) -> Mapping[LetterState, int]:
        """How many orders are in each state."""


# --- logouts ------------------------------------------------------------------------


class LegState(StrEnum):
    """How far one participant of an ended session has come."""

    ASKING = "asking"  # its service asked for the logout itself; it is not told again
    WAITING = "waiting"  # not told yet
    ASKED = "asked"  # our LogoutRequest is on its way
    CONFIRMED = "confirmed"  # its signed LogoutResponse says Success
    REFUSED = "refused"  # its signed LogoutResponse says something else
    SILENT = "silent"  # no answer within its time
    UNREACHABLE = "unreachable"  # no connection, or no message in the answer


@dataclass(frozen=True, slots=True)
class LogoutLeg:
    """One participant to be told, or the one that asked."""

    handle: str
    number: int
    session_id: str
    entity_id: str
    name_id: str = field(repr=False)
    name_id_format: str
    session_index: str
    state: LegState
    channel: str | None = None  # the binding it was asked by last
    request_id: str | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldLogout:
    """A logout on its way: the hub's own session is over already."""

    handle: str
    payload: bytes | None = field(repr=False)  # None once it is answered
    started_at: datetime
    answered_at: datetime | None
    legs: tuple[LogoutLeg, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose sessions a service provider wants to end; no index: all of this pair's."""

    entity_id: str
    name_id: str = field(repr=False)
    name_id_format: str | None
    session_indexes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewLogout:
    """How a logout is to be kept."""

    handle: str
    browser: str | None  # None: unclaimed, the first browser within 60 s gets it
    payload: bytes = field(repr=False)  # sealed at rest
    event: AuditEvent  # its person is filled in by the store


class Logouts(Protocol):
    """Logouts and their legs.  Participants outlive their session by 24 hours, and so do
    these: a session that is over by then can still be ended at its services."""

    def end_sought(self, new: NewLogout, sought: Sought, now: datetime) -> HeldLogout | None:
        """In one transaction: sessions found and ended, participants read, legs and audit kept.

        A participant that another logout has told, and that confirmed, is left out.
        None, and nothing done, if no participant of this service provider matches.
        """

    def end_session(self, new: NewLogout, session_id: str, now: datetime) -> HeldLogout | None:
        """The same for one session, whoever asked; None if it is not known any more."""

    def session_of(self, cookie: str) -> str | None:
        """The session of this cookie, over or not, as long as its participants are kept."""

    def claim(self, handle: str, browser: str, now: datetime) -> None:
        """Give an unclaimed logout to this browser in one UPDATE; nothing if it has an owner."""

    def find(self, handle: str, browser: str, now: datetime) -> HeldLogout:
        """This browser's logout; FlowError `logout-unknown` or `logout-foreign`."""

    def ask(self, leg: LogoutLeg, channel: str, request_id: str, now: datetime) -> bool:
        """Note that a leg is asked by this message; False if it has confirmed by now.

        An answer to a message sent before counts no longer.
        """

    def told(
        self, request_id: str, entity_id: str, state: LegState, now: datetime
    ) -> LogoutLeg | None:
        """Set the state of the leg that waits for this answer; None if none does."""

    def answer(self, handle: str, now: datetime) -> bool:
        """Close a logout: True for the one caller who is to answer the asking service."""


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """A signed answer that its service provider fetches by artifact."""

    message: bytes = field(repr=False)
    request_id: str  # of the login that it answers, to join its trace and audit
    assertion_id: str | None  # None: a status alone


class Artifacts(Protocol):
    """Answers under the handle of their artifact (Bindings §3.6)."""

    def keep(
        self, handle: bytes, entity_id: str, answer: WaitingAnswer, until: datetime
    ) -> None: ...

    def take(self, handle: bytes, entity_id: str, now: datetime) -> WaitingAnswer | None:
        """Delete and give back in one statement; None if unknown, used, late or another's."""


# --- the outbox -------------------------------------------------------------------------


class MessageKind(StrEnum):
    """How a message travels."""

    SMS = "sms"
    MAIL = "mail"
    LETTER_NOTICE = "letter-notice"  # to somebody with neither mobile nor e-mail
    HOOK = "hook"  # a POST to a program of a team


class HookSender(Protocol):
    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status that a team's webhook answers with; raises OutsideFailed without one."""


class MessageState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # may have left: set on disk before the first byte goes
    SENT = "sent"  # the gateway has taken it
    DELIVERED = "delivered"  # the gateway says that it arrived
    UNDELIVERED = "undelivered"  # the gateway says that it did not
    REFUSED = "refused"  # no gateway will ever take it
    UNCERTAIN = "uncertain"  # may have left, and must not be sent twice
    EXPIRED = "expired"  # worth nothing any more, and was not sent
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is to leave.  The payload is sealed at rest, and wiped once it has left."""

    id: str  # random; the gateway gets it as reference
    kind: MessageKind
    purpose: str  # what it is about, such as "login" or "password-changed"; for staff
    payload: bytes = field(repr=False)  # see `hub.sending.outbox` for what is in it
    expires_at: datetime  # never sent after this
    not_before: datetime | None = None
    person_id: str | None = None
    once: bool = False  # a code: if it may have left, it is not sent again


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that one process alone may send, for a while."""

    message: Outgoing
    lease: int  # counts the leases of this row: an older one is worth nothing
    gateway: str | None  # that was given it before; only this one may be given it again


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a gateway tells of a message that it took."""

    gateway: str
    gateway_id: str
    arrived: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What staff may see of a message: when and how it fared, not what it said nor to whom."""

    kind: MessageKind
    purpose: str
    state: MessageState
    queued_at: datetime
    told_at: datetime | None  # when its state became what it is
    reason: str | None  # code of the last fault


@dataclass(frozen=True, slots=True)
class Queue:
    kind: MessageKind
    state: MessageState
    length: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Failing:
    """Messages of one kind that were tried in vain for one reason, and are to be tried again."""

    kind: MessageKind
    reason: str
    length: int
    since: datetime  # when the oldest of them was put
    next_try: datetime


class Outbox(Protocol):
    """Messages on their way out.  To be in the transaction of what it belongs to,
    a message is put inside `Store.together`."""

    def put(self, messages: Sequence[Outgoing], now: datetime) -> None: ...

    def put_leased(self, message: Outgoing, now: datetime, lease: timedelta) -> Leased:
        """Put a message that this process means to send at once."""

    def claim(
        self, kinds: Collection[MessageKind], how_many: int, now: datetime, lease: timedelta
    ) -> Sequence[Leased]:
        """Lease messages that are due, in one statement: no other process gets them."""

    def begin(self, leased: Leased, gateway: str, now: datetime) -> bool:
        """Put on record that it may leave from now on; False if it may not (any more)."""

    def sent(self, leased: Leased, gateway_id: str, now: datetime) -> None:
        """The gateway has it: the payload is wiped."""

    def put_off(
        self, leased: Leased, until: datetime, reason: str, stays: str | None = None
    ) -> None:
        """To be tried later: by any gateway, or by the one it `stays` with if it may have left."""

    def close(
        self, leased: Leased, state: MessageState, reason: str, now: datetime
    ) -> None:
        """It will not be tried again: refused, uncertain or withdrawn.  The payload is wiped."""

    def receive(self, receipt: Receipt) -> None:
        """A receipt; it may come twice, too early, or in the wrong order."""

    def settle(self, now: datetime) -> int:
        """Close what is too late or uncertain, and match early receipts; how many rows."""

    def of_person(self, person_id: str) -> Sequence[Sent]:
        """What was sent to a person, the newest first; for staff."""

    def queues(self) -> Sequence[Queue]:
        """Lengths by kind and state, for metrics and operations."""

    def failing(self) -> Sequence[Failing]:
        """What was tried in vain and waits for its next try, by kind and reason."""

    def hurry(self, kind: MessageKind, now: datetime) -> int:
        """Let what `failing` tells of one kind be due now; how many."""


class ReceiptSource(Protocol):
    def listen(self, is_over: Event) -> None:
        """Give receipts on as they come, until `is_over`; raises OutsideFailed if it breaks."""


class Breakers(Protocol):
    """Circuit breakers, shared by all processes and nodes."""

    def may_try(self, gateway: str, now: datetime) -> bool:
        """False while it is open; half-open, one process alone is let through to probe."""

    def worked(self, gateway: str) -> None: ...

    def failed(self, gateway: str, now: datetime) -> None: ...

    def open_since(self) -> Mapping[str, datetime | None]:
        """Every gateway that ever failed, and since when it is open; None: closed."""


class CounterRoom(Protocol):
    """Totals of what the processes of each node have counted."""

    def add(self, counted: Mapping[tuple[str, str], int]) -> None:
        """Add to this node's totals, by name and label."""

    def totals(self) -> Mapping[tuple[str, str], int]:
        """This node's totals."""


LOGIN, REFUSED, LOGOUT, FETCHED, CLOCK = "login", "refused", "logout", "fetched", "clock"


@dataclass(frozen=True, slots=True, order=True)
class ServiceCount:
    """What is counted of a service on a day of UTC's."""

    entity_id: str
    day: date
    what: str  # one of those above
    label: str = ""  # a code of ours, never a value that somebody sent


@dataclass(frozen=True, slots=True)
class ServiceDay:
    day: date
    what: str
    label: str
    count: int  # at least so many: what was counted last may not be written yet


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a message came, and how many seconds after its IssueInstant; negative: before it."""

    seconds: int
    at: datetime


class ServiceDays(Protocol):
    """What is counted of each service, by day; kept thirteen months, clocks thirty days."""

    def add(
        self, counted: Mapping[ServiceCount, int], latest: Mapping[str, Arrival]
    ) -> None:
        """Add to the counts, and keep the latest arrival by entity id."""

    def of(self, entity_id: str, since: date) -> Sequence[ServiceDay]:
        """Everything but clocks, by day."""

    def sums(self, what: str, since: date) -> Mapping[str, int]:
        """By entity id; those without any are left out."""

    def clocks(self, entities: Collection[str], since: date) -> Mapping[str, Mapping[int, int]]:
        """By entity id, how many messages came so many seconds after their IssueInstant."""

    def latest(self, entities: Collection[str]) -> Mapping[str, Arrival]: ...


class Cursors(Protocol):
    """How far feeds have been read, each under its name."""

    def find(self, feed: str) -> int | None:
        """The last event that was dealt with; None before the first."""

    def move(self, feed: str, position: int, now: datetime) -> None:
        """All up to there is dealt with.  It never goes back."""


class Together(Protocol):
    def __call__(self, acts: Callable[[], T]) -> T:
        """Do all that the store is asked for inside `acts` in one transaction, all or nothing.

        A fault raised inside must come out of it.  Reads inside it see what was committed
        before.  It may be run twice, so it does nothing but ask the store.
        """


class NameIds(Protocol):
    def find(self, person_id: str, entity_id: str) -> str | None:
        """The stored persistent identifier of this pair, if there is one."""

    def is_current(
        self, person_id: str, entity_id: str, value: str, format: str | None, now: datetime
    ) -> bool:
        """True if this service provider knows this person by this identifier.

        Persistent ones are stored; transient ones count while their session lives.
        No `format`: either will do.
        """

    def persistent(self, person_id: str, entity_id: str, new: str, now: datetime) -> str:
        """The stored persistent identifier of this pair; `new` is stored if there is none."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """An inbound message as it came."""

    raw: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story of a request."""

    step: str
    detail: str
    at: datetime


class Trace(Protocol):
    """The story of each request under its request id; kept 14 days.

    May be written after the answer: a trace explains, it is no evidence.
    """

    def note(self, request_id: str, step: str, detail: str, at: datetime) -> None: ...

    def keep_message(
        self, request_id: str, entity_id: str | None, kind: str, raw: bytes, at: datetime
    ) -> None:
        """Keep an inbound message as it came, sealed, for 14 days."""

    def messages(self, entity_id: str, kind: str, most: int) -> Sequence[KeptMessage]:
        """The latest messages of a service provider, the newest first."""

    def story(self, request_id: str) -> Sequence[Told]:
        """What was noted of a request, in order; for staff."""

    def services(self, request_id: str, first: datetime, last: datetime) -> Collection[str]:
        """The entity ids that a request between these moments was about.

        Whoever sent it may only have claimed to be one of them.
        """


@dataclass(frozen=True, slots=True)
class Store:
    """The database's rooms, as one bundle."""

    seen: SeenRequests
    flows: Flows
    people: People
    sheets: Sheets
    codes: OneTimeCodes
    methods: Methods
    attempts: Attempts
    sessions: Sessions
    ledger: Ledger
    name_ids: NameIds
    trace: Trace
    artifacts: Artifacts
    outbox: Outbox
    breakers: Breakers
    counters: CounterRoom
    days: ServiceDays
    together: Together
    waits: Waits
    letters: LetterOrders
    history: History
    logouts: Logouts
    keys: KeyRoom
    staged: StagedRoom
    cursors: Cursors
    cases: CaseRoom
    upkeep: Upkeep


# --- service providers' back channel ---------------------------------------------------


class SoapClient(Protocol):
    def send(self, url: str, envelope: bytes) -> bytes:
        """Post an envelope and give back the one that answers.

        To this address alone: no redirect is followed.  The whole of it is bounded in time
        and size.  Safe to call from several threads.  Raises OutsideFailed, `soap-silent`
        if its time was up and `soap-unreachable` otherwise.
        """
