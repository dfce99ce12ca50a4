"""What is kept of signing keys in the database, for all nodes: a Protocol, beside `hub.seams`.

Private keys lie in files on each node and never pass here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from certs.certificate import Certificate
from certs.rotation import Pin, Rotation
from hub.keys.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True)
class MetadataFetch:
    """Somebody fetched our metadata at one service provider's own address.

    Anybody who knows the address can, so it is a hint and no proof.
    """

    entity_id: str
    at: datetime
    etag: str
    fingerprints: tuple[str, ...]  # of the keys that stood in it


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """One of a service provider's own certificates that vouched for a message."""

    fingerprint: str
    first_seen: datetime
    last_seen: datetime
    count: int  # at least so many: what was counted last may not be written yet


@dataclass(frozen=True, slots=True)
class SignedLogin:
    """What a login is recognised by when something is heard of it later."""

    request_id: str
    session_index: str = field(repr=False)
    browser: str = field(repr=False)  # hash of the browser's cookie


class KeyRoom(Protocol):
    def stamp(self) -> tuple[object, ...]:
        """Another one whenever pins or rehearsals have changed; much cheaper than to read them."""

    def rotation(self, use: str) -> Rotation: ...

    def adopt(self, certificate: Certificate, use: str, now: datetime) -> bool:
        """Take this key into use if there is none of its use yet, in one statement."""

    def publish(self, certificate: Certificate, use: str, now: datetime) -> None:
        """Add a key as the next one."""

    def schedule(
        self, fingerprint: str, opens: datetime, closes: datetime, now: datetime
    ) -> bool:
        """Set the key's window; False if it is active for all by now, or retired."""

    def retire(self, fingerprint: str, now: datetime) -> None: ...

    def pins(self) -> Mapping[str, Sequence[Pin]]:
        """Every pin, by entity id."""

    def pin(self, entity_id: str, pin: Pin) -> None: ...

    def unpin(self, entity_id: str) -> int:
        """Forget this service provider's pins; how many there were."""

    def rehearsals(self) -> Sequence[Rehearsal]: ...

    def arm(self, entity_id: str, fingerprint: str, now: datetime) -> None:
        """Mark the next login for a rehearsal with this key; an earlier one is forgotten."""

    def take(self, entity_id: str, fingerprint: str, login: SignedLogin, now: datetime) -> bool:
        """Make this login the rehearsal, in one UPDATE; False if another was first."""

    def asked_again(self, entity_id: str, browser: str, now: datetime) -> bool:
        """Note as failed what this browser was answered a moment ago; True if it was one."""

    def proved_by_session(self, entity_id: str, session_index: str, now: datetime) -> bool:
        """A LogoutRequest names the SessionIndex of a rehearsal; False if of none."""

    def proved_by_fetch(self, entity_id: str, request_id: str, now: datetime) -> bool:
        """The answer of a rehearsal was fetched by artifact; False if that of none."""

    def confirmed(self, entity_id: str, fingerprint: str, now: datetime) -> bool:
        """Note that the contact vouches for the rehearsal; False if none was signed."""

    def fetched(self, fetch: MetadataFetch) -> None:
        """Note a fetch, soon; it may be lost."""

    def fetches(self) -> Mapping[str, MetadataFetch]:
        """The latest fetch by entity id."""

    def certificate_seen(
        self, entity_id: str, fingerprint: str, count: int, now: datetime
    ) -> None:
        """Add to the count, soon; it may be lost."""

    def certificates_seen(self, entity_id: str) -> Sequence[CertificateSeen]:
        """Those that have been in use, the latest first."""

    def signatures_on(self, entity_id: str, day: date) -> Mapping[str, int]:
        """By fingerprint, what its certificates vouched for on this day of UTC's; at least."""
