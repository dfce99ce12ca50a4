"""Which key signs for whom, and which certificates are published, at a moment.  Pure.

A key has dates and no state that somebody must remember to change: next, active,
retiring, retired follow from the dates, so every node sees the same at the same
moment.  A window lies before each change: in it a receiver may be switched at a
date of its own (a pin), or as soon as it has proved that it takes the new key;
all others follow when the window ends.

What is signed is always signed by a key that is published and not retired.
Whether this machine holds the private key is not known here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certs.certificate import Certificate
from certs.errors import CertsError


class NoActiveKey(CertsError):
    """No key is in force: none was ever taken into use, or every one is retired."""

    code = "key-none-active"


class KeyInUse(CertsError):
    """The key cannot be retired: it signs, or is to sign, for somebody."""

    code = "key-in-use"


class KeyUnknown(CertsError):
    """No key that may sign goes by this fingerprint."""

    code = "key-unknown"


class State(StrEnum):
    NEXT = "next"  # published, so that everybody can fetch it; signs for the early ones alone
    ACTIVE = "active"
    RETIRING = "retiring"  # published still; signs for those who are held at it
    RETIRED = "retired"  # neither published nor used, for ever


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A key by its certificate, and the dates of its life."""

    certificate: Certificate
    published_at: datetime
    window_opens_at: datetime | None = None
    active_at: datetime | None = None  # the end of the window
    retired_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint

    def is_usable(self, now: datetime) -> bool:
        """Published and not retired."""
        return self.published_at <= now and (self.retired_at is None or now < self.retired_at)

    def has_begun(self, now: datetime) -> bool:
        return self.active_at is not None and self.active_at <= now

    def has_open_window(self, now: datetime) -> bool:
        opens, closes = self.window_opens_at, self.active_at
        return opens is not None and closes is not None and opens <= now < closes


@dataclass(frozen=True, slots=True)
class Pin:
    """One receiver gets this key from this date on.

    Made while the key was next, it is an early or a late switch and is spent once the
    key is active for all: the next change takes its receiver along.  Made for a key
    that was active already, it holds the receiver there until another pin is due.
    """

    fingerprint: str
    switch_at: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Rotation:
    """The keys of one use, as they were published."""

    keys: tuple[DatedKey, ...]

    def state_of(self, key: DatedKey, now: datetime) -> State:
        if key.retired_at is not None and key.retired_at <= now:
            return State.RETIRED
        if not key.has_begun(now):
            return State.NEXT
        return State.ACTIVE if key == self.active(now) else State.RETIRING

    def active(self, now: datetime) -> DatedKey:
        """The key that signs unless something else is said; raises NoActiveKey."""
        begun = [key for key in self._usable(now) if key.has_begun(now)]
        if not begun:
            raise NoActiveKey("no signing key is in force; make one with: minid init")
        return max(begun, key=_begin)

    def next(self, now: datetime) -> DatedKey | None:
        """The key that is to follow, if one is published."""
        coming = [key for key in self._usable(now) if not key.has_begun(now)]
        return max(coming, key=lambda key: key.published_at, default=None)

    def published(self, now: datetime) -> tuple[DatedKey, ...]:
        """Active first, for software that reads only the first; then next; then retiring."""
        order = (State.ACTIVE, State.NEXT, State.RETIRING)
        usable = sorted(self._usable(now), key=lambda key: key.published_at, reverse=True)
        return tuple(sorted(usable, key=lambda key: order.index(self.state_of(key, now))))

    def signing(
        self,
        now: datetime,
        pins: Sequence[Pin] = (),
        proved: Mapping[str, datetime] | None = None,
    ) -> DatedKey:
        """The key that signs for a receiver with these pins, which has proved these keys.

        `proved` says by fingerprint since when.  A pin that is due decides; then proof,
        inside the key's window; then the newest key that is active and that the
        receiver has no later date for.
        """
        pinned = self._pinned(now, pins)
        if pinned is not None:
            return pinned
        awaited = {pin.fingerprint for pin in pins if now < pin.switch_at}
        usable = [key for key in self._usable(now) if key.fingerprint not in awaited]
        for key in usable:
            since = (proved or {}).get(key.fingerprint)
            if key.has_open_window(now) and since is not None and since <= now:
                return key
        begun = [key for key in usable if key.has_begun(now)]
        return max(begun, key=_begin) if begun else self.active(now)

    def may_sign(
        self,
        key: DatedKey,
        now: datetime,
        pins: Sequence[Pin],
        proved: Mapping[str, datetime] | None = None,
    ) -> bool:
        """True if this key signs for a receiver with these pins, now or at a date that is set."""
        moments = [now, *(pin.switch_at for pin in pins if pin.switch_at > now)]
        for each in self.keys:
            dates = (each.published_at, each.window_opens_at, each.active_at, each.retired_at)
            moments += [date for date in dates if date is not None and date > now]
        return any(self.signing(moment, pins, proved) == key for moment in moments)

    def find(self, fingerprint: str, now: datetime) -> DatedKey:
        """The usable key whose fingerprint begins so; raises KeyUnknown."""
        found = [key for key in self._usable(now) if key.fingerprint.startswith(fingerprint)]
        if len(fingerprint) < 8 or len(found) != 1:
            raise KeyUnknown(
                f"{fingerprint!r} is the beginning of {len(found)} fingerprints of keys that are "
                "in use; wanted one, by eight digits or more (minid keys list)"
            )
        return found[0]

    def _usable(self, now: datetime) -> Iterable[DatedKey]:
        return (key for key in self.keys if key.is_usable(now))

    def _pinned(self, now: datetime, pins: Sequence[Pin]) -> DatedKey | None:
        due = [pin for pin in pins if pin.switch_at <= now]
        if not due:
            return None
        pin = max(due, key=lambda each: (each.switch_at, each.made_at))
        for key in self._usable(now):
            if key.fingerprint == pin.fingerprint and not _is_spent(pin, key, now):
                return key
        return None


def _begin(key: DatedKey) -> tuple[datetime, datetime]:
    assert key.active_at is not None  # for the type checker: only keys that have begun
    return key.active_at, key.published_at


def _is_spent(pin: Pin, key: DatedKey, now: datetime) -> bool:
    return key.active_at is not None and pin.made_at < key.active_at <= now
