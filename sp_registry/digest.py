"""What care asks of every service at once, read from a snapshot a single time.

With thousands of services reading them costs a second or two, so each process keeps what it
has gathered until the next snapshot or the next day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from certs.certificate import Certificate
from sp_registry.attribute_profiles import UID
from sp_registry.impact import Weakness, weaknesses
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import Snapshot

LANGUAGES = ("nn", "nb", "no", "en")  # in which names are looked for


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    key: str
    entity_id: str
    name: str
    basis: str | None  # of the identity number
    gets_number: bool


@dataclass(frozen=True, slots=True)
class CertificateDue:
    """One certificate; `service` is None for the hub's own."""

    service: Service | None
    use: str  # signing, encryption, assertion or metadata
    fingerprint: str
    subject: str
    not_after: datetime

    def days_left(self, now: datetime) -> int:
        return (self.not_after - now).days


@dataclass(frozen=True, slots=True)
class Digest:
    """Of services that are not suspended."""

    services: tuple[Service, ...]
    certificates: tuple[CertificateDue, ...]  # the first to expire first
    weak: Mapping[Weakness, frozenset[str]]  # keys


@lru_cache(maxsize=2)
def digest_of(snapshot: Snapshot, day: date) -> Digest:
    return gathered(snapshot.each(), datetime.combine(day, time(), UTC))


def gathered(providers: Iterable[ServiceProvider], now: datetime) -> Digest:
    services: list[Service] = []
    due: list[CertificateDue] = []
    weak: dict[Weakness, set[str]] = {weakness: set() for weakness in Weakness}
    for sp in providers:
        if not sp.active:
            continue
        service = Service(
            sp.id, sp.key, sp.entity_id, sp.name(LANGUAGES), sp.policy.legal_basis,
            UID in sp.policy.attributes,
        )  # fmt: skip
        services.append(service)
        due += [certificate_due(service, "signing", one) for one in sp.signing_certificates]
        due += [
            certificate_due(service, "encryption", key.certificate)
            for key in sp.description.encryption_keys
        ]
        for weakness in weaknesses(sp, now):
            weak[weakness].add(sp.key)
    return Digest(
        tuple(services),
        tuple(sorted(due, key=lambda one: one.not_after)),
        {weakness: frozenset(keys) for weakness, keys in weak.items()},
    )


def certificate_due(service: Service | None, use: str, one: Certificate) -> CertificateDue:
    return CertificateDue(service, use, one.fingerprint, one.subject, one.not_after)


def own_certificates(
    answers: Iterable[Certificate], metadata: Iterable[Certificate]
) -> list[CertificateDue]:
    """The hub's own: of the keys that sign answers, and of those that sign metadata."""
    return [
        *(certificate_due(None, "assertion", one) for one in answers),
        *(certificate_due(None, "metadata", one) for one in metadata),
    ]
