"""What the hub has seen of logins, as the registry asks for it.

A Protocol and its answers; the hub keeps it (`hub.registry.traffic`).  Nothing here tells of
people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sp_registry.service_provider import ServiceProvider


@dataclass(frozen=True, slots=True)
class Signatures:
    """What one certificate of a service provider has vouched for; at least so many."""

    today: int  # by UTC's days
    last_seen: datetime


class Why(StrEnum):
    """Why a request that is accepted today would be refused."""

    CONSUMER_INDEX = "consumer-index"
    CONSUMER_URL = "consumer-url"
    DEFAULT_CONSUMER = "default-consumer"  # it asks for none, and the default is of no use
    KEY = "key"  # signed with a key that is taken away
    UNSIGNED = "unsigned"
    ALGORITHM = "algorithm"
    ON_BEHALF_OF = "on-behalf-of"
    LEVEL = "level"
    ATTRIBUTES = "attributes"  # an AttributeConsumingServiceIndex that is taken away
    SUSPENDED = "suspended"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cause:
    """Requests that would be refused for one and the same reason."""

    why: Why
    what: str  # the index, address, fingerprint or value; the error's code for others
    count: int


@dataclass(frozen=True, slots=True)
class Replay:
    """How a service provider's latest requests would fare under a proposal."""

    tried: int  # those that are accepted as things stand
    causes: tuple[Cause, ...]  # the most frequent first
    refused_already: int  # neither what is in force nor the proposal lets these in
    mended: int  # refused as things stand, and accepted by the proposal
    since: datetime | None  # when the oldest of them came; None: there are none

    @property
    def passed(self) -> int:
        return self.tried - sum(cause.count for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Tally:
    """How it went for people under one version of a service provider, as far as we can know.

    Each counts once, however often they try.
    """

    tried: int = 0
    failures: tuple[tuple[str, int], ...] = ()  # (sign of failure, for how many)

    @property
    def failed(self) -> int:
        return sum(count for _, count in self.failures)

    @property
    def rate(self) -> float:
        return self.failed / self.tried if self.tried else 0.0


@dataclass(frozen=True, slots=True)
class Tallies:
    new: Tally = Tally()
    old: Tally = Tally()


class Traffic(Protocol):
    def signatures(self, entity_id: str, now: datetime) -> Mapping[str, Signatures]:
        """By fingerprint, of the certificates that have vouched for its messages."""

    def replay(self, approved: ServiceProvider, proposed: ServiceProvider) -> Replay:
        """Try its latest kept requests on both, without a trace of it anywhere."""

    def logins(self, since: datetime) -> Mapping[str, int]:
        """By entity id, how many assertions have left."""

    def tallies(self, rollout: int) -> Tallies:
        """How it has gone for people since this rollout began, under either version."""
