"""What is to leave the hub, what became of it, and which gateways fail."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import Protocol


class MessageKind(StrEnum):
    """How a message travels."""

    SMS = "sms"
    MAIL = "mail"
    LETTER_NOTICE = "letter-notice"  # to somebody with neither mobile nor e-mail
    HOOK = "hook"  # a POST to a program of a team


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
