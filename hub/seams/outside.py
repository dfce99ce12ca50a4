"""What the hub asks of the world outside: time, gateways, presses, service providers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


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


class Typesetter(Protocol):
    def pdf(self, letter: str, template: str) -> bytes:
        """A tagged PDF of what a kind of letter gives as JSON; raises Unprintable."""


class HookSender(Protocol):
    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status that a team's webhook answers with; raises OutsideFailed without one."""


class SoapClient(Protocol):
    def send(self, url: str, envelope: bytes) -> bytes:
        """Post an envelope and give back the one that answers.

        To this address alone: no redirect is followed.  The whole of it is bounded in time
        and size.  Safe to call from several threads.  Raises OutsideFailed, `soap-silent`
        if its time was up and `soap-unreachable` otherwise.
        """
