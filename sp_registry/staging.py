"""A version that only some logins meet, for a while.  Pure.

Who meets it is drawn from the rollout and the browser, so the same browser meets the same
version at every login.  When it goes back is judged by failures against those of the old
version in the same time.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sp_registry.service_provider import ServiceProvider
from sp_registry.traffic import Tallies

LEAST_FAILURES = 3  # fewer are chance
LEAST_RATE = 0.05  # of the new version's logins, whatever the old one's rate is
TIMES_AS_MANY = 2  # as the old version's rate


class Then(StrEnum):
    """What comes at the end of its time, if nothing goes wrong before."""

    FULL = "full"  # everybody meets it
    BACK = "back"  # nobody does any more


@dataclass(frozen=True, slots=True)
class Staged:
    """What the manifest says of a version that is staged."""

    version: str
    rollout: int
    share: int  # percent of logins
    until: datetime
    then: Then


@dataclass(frozen=True, slots=True)
class StagedProvider:
    """The staged version of a service provider, beside the one that is in force."""

    staged: Staged
    sp: ServiceProvider


def meets(staged: Staged, who: str, now: datetime) -> bool:
    """Whether this browser meets the staged version.

    What is to go back does so on time by itself; what is to be for all waits for the
    judgement of whoever ends the rollout.
    """
    if staged.then is Then.BACK and now >= staged.until:
        return False
    return drawn(staged.rollout, who) < staged.share


def drawn(rollout: int, who: str) -> int:
    """A number from 0 to 99, the same for the same rollout and browser."""
    digest = hashlib.sha256(f"{rollout}\n{who}".encode()).digest()
    return int.from_bytes(digest[:4]) % 100


def is_worse(tallies: Tallies) -> bool:
    """Whether the new version fails so much more often than the old that it must go back."""
    new, old = tallies.new, tallies.old
    bound = max(LEAST_RATE, TIMES_AS_MANY * old.rate)
    return new.failed >= LEAST_FAILURES and new.rate > bound
