"""The hub's signing keys while it runs: the dates from the database, the keys from files.

All nodes read the same dates.  A node that lacks the file of a key that should sign
is not ready, so that no new browser is sent to it; what still comes it signs with the
newest other key that is published and was in force before: most software takes every
published key, and refusing would fail for certain.  It never signs with the next key
instead, which services may not have fetched yet, and never with a retired one.

The metadata key is another one and never rolls with these.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from certs.certificate import Certificate
from certs.key_store import ASSERTION, KeyStore, NoKey
from certs.rotation import DatedKey, NoActiveKey, Pin, Rotation
from certs.signing_key import SigningKey
from hub.keys.rehearsal import Outcome, Rehearsal
from hub.keys.room import KeyRoom, SignedLogin

FRESH_FOR = timedelta(seconds=1)  # how old dates may be that a login is signed by
COUNT_EVERY = timedelta(minutes=1)  # how often one service's certificate is written down


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides who is signed for with which key.  Pure."""

    rotation: Rotation
    pins: Mapping[str, Sequence[Pin]]
    rehearsals: Mapping[str, Sequence[Rehearsal]]

    def key_of(self, entity_id: str, now: datetime) -> DatedKey:
        return self.rotation.signing(now, self.pins.get(entity_id, ()), self.proved(entity_id))

    def proved(self, entity_id: str) -> dict[str, datetime]:
        """The keys that this service provider is known to take, and since when."""
        rehearsals = self.rehearsals.get(entity_id, ())
        since = {each.fingerprint: each.takes_key_since for each in rehearsals}
        return {name: at for name, at in since.items() if at is not None}

    def rehearsal(self, entity_id: str, now: datetime) -> Rehearsal | None:
        """The rehearsal that the next login of this service provider is for."""
        coming = self.rotation.next(now)
        for each in self.rehearsals.get(entity_id, ()):
            if each.outcome is Outcome.ARMED and coming and each.fingerprint == coming.fingerprint:
                return each
        return None

    def is_heard(self, entity_id: str) -> bool:
        """True if something may still be heard of a rehearsal of this service provider."""
        return any(each.is_open for each in self.rehearsals.get(entity_id, ()))

    def may_fail(self, entity_id: str, now: datetime) -> bool:
        return any(each.may_fail_at(now) for each in self.rehearsals.get(entity_id, ()))

    def relying_on(self, key: DatedKey, now: datetime) -> list[str]:
        """Who is signed for with this key, now or at a date that is set, by a pin of theirs."""
        return [
            entity_id
            for entity_id, pins in self.pins.items()
            if self.rotation.may_sign(key, now, pins, self.proved(entity_id))
        ]


@dataclass(frozen=True, slots=True)
class _Read:
    plan: Plan
    stamp: tuple[object, ...]
    at: datetime


def read_plan(room: KeyRoom) -> Plan:
    rehearsals: dict[str, list[Rehearsal]] = {}
    for each in room.rehearsals():
        rehearsals.setdefault(each.entity_id, []).append(each)
    return Plan(room.rotation(ASSERTION), room.pins(), rehearsals)


@dataclass(slots=True)
class _Counted:
    """How often one certificate was seen since it was last written down."""

    written_at: datetime
    count: int = 0


@dataclass(slots=True)
class SigningKeys:
    """Safe to share between threads; each process has its own."""

    files: KeyStore
    room: KeyRoom
    _latest: _Read | None = None
    _counted: dict[tuple[str, str], _Counted] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def plan(self, now: datetime) -> Plan:
        """The plan, at most a second old."""
        latest = self._latest
        if latest is not None and latest.at <= now < latest.at + FRESH_FOR:
            return latest.plan
        # Taken first: what changes while we read is read next time.  The minute is in it, for
        # the dates of a node whose clock is behind do not change the stamp.
        stamp = (*self.room.stamp(), now.replace(second=0, microsecond=0))
        if latest is not None and latest.stamp == stamp:
            plan = replace(latest.plan, rotation=self.room.rotation(ASSERTION))
        else:
            plan = read_plan(self.room)
        self._latest = _Read(plan, stamp, now)
        return plan

    def adopt_first(self, now: datetime) -> None:
        """Take the newest key in the folder into use where no key is in use yet.

        Its dates begin with its certificate's: it may have signed before dates were kept.
        """
        if not self.room.rotation(ASSERTION).keys:
            certificate = self.files.newest(ASSERTION).certificate
            self.room.adopt(certificate, ASSERTION, min(now, certificate.not_before))

    def published(self, now: datetime) -> tuple[Certificate, ...]:
        """The certificates of our metadata, in the order that they stand there."""
        return tuple(key.certificate for key in self.plan(now).rotation.published(now))

    # --- signing ----------------------------------------------------------------------

    def signing(self, entity_id: str, now: datetime) -> SigningKey:
        """The key that signs for this service provider; raises NoActiveKey or NoKey."""
        plan = self.plan(now)
        wanted = plan.key_of(entity_id, now)
        return self._held(wanted) or self._other_than(wanted, plan.rotation, now)

    def answering(
        self,
        entity_id: str,
        login: SignedLogin,
        is_new: Callable[[], bool],
        now: datetime,
    ) -> SigningKey:
        """The key that signs one login: the next one where this is its rehearsal.

        `is_new` says if the SessionIndex has never left before: only then does a
        later LogoutRequest that names it tell of this login and no earlier one.
        """
        plan = self.plan(now)
        self.asked_again(entity_id, login.browser, now)
        rehearsal = plan.rehearsal(entity_id, now)
        if rehearsal is not None and is_new():
            key = self.files.find(ASSERTION, rehearsal.fingerprint)
            if key is not None and self.room.take(entity_id, rehearsal.fingerprint, login, now):
                self._latest = None
                return key
        return self.signing(entity_id, now)

    def _held(self, key: DatedKey) -> SigningKey | None:
        return self.files.find(ASSERTION, key.fingerprint)

    def _other_than(self, wanted: DatedKey, rotation: Rotation, now: datetime) -> SigningKey:
        for other in rotation.published(now):
            if other != wanted and other.has_begun(now):
                held = self._held(other)
                if held is not None:
                    return held
        raise NoKey(_lacks(wanted))

    # --- what is heard of rehearsals --------------------------------------------------------

    def asked_again(self, entity_id: str, browser: str | None, now: datetime) -> None:
        """A browser asks for a login: soon after its rehearsal, that one has failed."""
        if browser is not None and self.plan(now).may_fail(entity_id, now):
            if self.room.asked_again(entity_id, browser, now):
                self._latest = None

    def logged_out(self, entity_id: str, session_indexes: Sequence[str], now: datetime) -> None:
        """A signed LogoutRequest names these: it has read the assertions that they stood in."""
        if self.plan(now).is_heard(entity_id):
            for session_index in session_indexes:
                if self.room.proved_by_session(entity_id, session_index, now):
                    self._latest = None

    def fetched(self, entity_id: str, request_id: str, now: datetime) -> None:
        """A signed ArtifactResolve has fetched the answer of this request."""
        if self.plan(now).is_heard(entity_id):
            if self.room.proved_by_fetch(entity_id, request_id, now):
                self._latest = None

    def certificate_used(self, entity_id: str, fingerprint: str, now: datetime) -> None:
        """Count whose certificate vouched for a message; written once a minute, and late."""
        name = (entity_id, fingerprint)
        with self._lock:
            known = self._counted.get(name)
            if known is not None and now < known.written_at + COUNT_EVERY:
                known.count += 1
                return
            count = 1 + (known.count if known else 0)
            self._counted[name] = _Counted(now)
        self.room.certificate_seen(entity_id, fingerprint, count, now)

    # --- what is wrong ------------------------------------------------------------------

    def faults(self, now: datetime) -> list[str]:
        """What keeps this node from signing as it should, in sentences with the cure."""
        plan = self.plan(now)
        try:
            needed = {plan.rotation.active(now)}
        except NoActiveKey as fault:
            return [fault.detail]
        needed.update(key for key in plan.rotation.published(now) if key.has_open_window(now))
        needed.update(plan.key_of(entity_id, now) for entity_id in plan.pins)
        missing = (key for key in needed if self._held(key) is None)
        return sorted(_lacks(key) for key in missing)


def _lacks(key: DatedKey) -> str:
    return (
        f"the private key of {key.fingerprint} is not on this machine; copy its .key.pem and "
        ".crt.pem from a machine that has them into the folder of keys"
    )
