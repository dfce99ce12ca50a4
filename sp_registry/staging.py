"""A version that only some logins meet, for a while.  Pure.

Who meets it is drawn from the rollout and the browser, so the same browser meets the same
version at every login.  When it goes back is judged by failures against those of the old
version in the same time, since an attack or a fault of our own hits both alike.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import exp, lgamma, log

from sp_registry.service_provider import ServiceProvider
from sp_registry.traffic import Tallies, Tally

LEAST_FAILURES = 3  # people; fewer are chance
LEAST_RATE = 0.05  # of those who met the new version, whatever the old one's rate is
TIMES_AS_MANY = 2  # as the old version's rate
CHANCE = 0.001  # that so many fail though the new version is no worse; it is asked often
ENOUGH = 20  # people under the old version; fewer are no measure


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
    if new.failed < LEAST_FAILURES or new.rate <= bound:
        return False
    chance = chance_beside(new, old) if old.tried >= ENOUGH else chance_alone(new, bound)
    return chance < CHANCE


def chance_beside(new: Tally, old: Tally) -> float:
    """That so many of all failures, or more, fell on the new version (Fisher's exact test)."""
    failed, tried = new.failed + old.failed, new.tried + old.tried
    fewest, most = new.failed, min(new.tried, failed)
    return sum(
        exp(_ways(new.tried, k) + _ways(old.tried, failed - k) - _ways(tried, failed))
        for k in range(max(fewest, failed - old.tried), most + 1)
    )


def chance_alone(new: Tally, rate: float) -> float:
    """That so many or more fail by chance at this rate, where there is nothing to compare with."""
    if rate >= 1:
        return 1.0
    return sum(
        exp(_ways(new.tried, k) + k * log(rate) + (new.tried - k) * log(1 - rate))
        for k in range(new.failed, new.tried + 1)
    )


def _ways(all: int, some: int) -> float:
    """The logarithm of how many ways there are to choose some of all."""
    return lgamma(all + 1) - lgamma(some + 1) - lgamma(all - some + 1)
