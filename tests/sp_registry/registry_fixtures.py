"""A registry on a real database for the tests of `sp_registry`: builders and a small world."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from certs.certificate import Certificate
from certs.signing_key import PemSigningKey
from hub.store.database import Database
from hub.store.migrate import migrate
from hub.store.open_store import open_database
from metadata import names
from metadata.description import EncryptionKey, Endpoint, SpDescription
from sp_registry import materialise, publishing
from sp_registry.desk import Desk
from sp_registry.manifest import Manifest
from sp_registry.onboarding import Mode, Proposal
from sp_registry.rollouts import Rollouts
from sp_registry.service_provider import Policy, ServiceProvider
from sp_registry.snapshot import Snapshots
from sp_registry.traffic import Replay, Signatures, Tallies
from sp_registry.watch import BoardLine, ClockSeen, Counted, KeyFetch, Story

NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
DEVELOPMENT = Mode(production=False)
PRODUCTION = Mode(production=True)
NAV = "https://nav.example.no/saml"


@cache
def a_key(name: str = "metadata") -> PemSigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(private, hashes.SHA256())
    )
    return PemSigningKey.from_pem(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def a_certificate() -> Certificate:
    return a_key("service provider").certificate


def a_description(entity_id: str = NAV, **changes: Any) -> SpDescription:
    given: dict[str, Any] = {
        "entity_id": entity_id,
        "consumers": (Endpoint(names.HTTP_POST, "https://nav.example.no/acs", 0, True),),
        "signing_certificates": (a_certificate(),),
        "encryption_keys": (EncryptionKey(a_certificate(), (names.AES256_GCM,)),),
        "authn_requests_signed": True,
        "display_names": (("nb", "Arbeids- og velferdsetaten"),),
    }
    return SpDescription(**(given | changes))


def a_proposal(
    entity_id: str = NAV, policy: Policy = Policy(legal_basis="demo"), **changes: Any
) -> Proposal:
    description = a_description(entity_id, **changes)
    return Proposal(f"<the document of {entity_id}/>".encode(), description, policy, ())


@dataclass
class ToldTraffic:
    """What the hub has seen, as a test tells it."""

    seen: dict[str, Signatures] = field(default_factory=dict)
    replayed: Replay = Replay(0, (), 0, 0, None)
    counted: dict[str, int] = field(default_factory=dict)
    tallied: Tallies = Tallies()

    def signatures(self, entity_id: str, now: datetime) -> Mapping[str, Signatures]:
        return self.seen

    def replay(self, approved: ServiceProvider, proposed: ServiceProvider) -> Replay:
        return self.replayed

    def logins(self, since: datetime) -> Mapping[str, int]:
        return self.counted

    def tallies(self, rollout: int) -> Tallies:
        return self.tallied


@dataclass
class ToldWatch:
    """Counts and clocks, as a test tells them; nothing else was seen."""

    counted: list[Counted] = field(default_factory=list)
    by_entity: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, ClockSeen] = field(default_factory=dict)

    def days(self, entity_id: str, since: date) -> Sequence[Counted]:
        return self.counted

    def logins(self, since: date) -> Mapping[str, int]:
        return self.by_entity

    def clocks(self, entities: Collection[str], now: datetime) -> Mapping[str, ClockSeen]:
        return self.seconds

    def last_signed(self, entity_id: str) -> Mapping[str, datetime]:
        return {}

    def fetched(self, entity_id: str) -> KeyFetch | None:
        return None

    def own_certificates(self, now: datetime) -> Sequence[Certificate]:
        return []

    def key_board(self, entities: Collection[str], now: datetime) -> Sequence[BoardLine]:
        return []

    def story(self, request_id: str) -> Story | None:
        return None


@dataclass
class World:
    """A registry with its database, its desk and one machine's folder."""

    database: Database
    directory: Path
    mode: Mode = DEVELOPMENT
    audited: list[tuple[str, str]] = field(default_factory=list)
    traffic: ToldTraffic = field(default_factory=ToldTraffic)
    watch: ToldWatch = field(default_factory=ToldWatch)

    @property
    def desk(self) -> Desk:
        return Desk(self.database, self.audit, self.mode)

    @property
    def rollouts(self) -> Rollouts:
        return Rollouts(self.database, self.audit, self.mode)

    @property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.directory)

    def audit(self, event: str, by: str, now: datetime, details: Mapping[str, str]) -> None:
        self.audited.append((event, by))

    def approved(self, *proposals: Proposal) -> None:
        for proposal in proposals:
            change = self.desk.propose(proposal, "kari", NOW)
            if change.waits:
                self.desk.approve(change.entity_id, "ola", NOW)

    def published(self, *proposals: Proposal) -> Manifest:
        """Approve these, publish, and put it in force on this machine."""
        self.approved(*proposals)
        manifest = publishing.publish(self.database, self.audit, a_key(), "ola", NOW)
        self.follow()
        return manifest

    def follow(self) -> int:
        return materialise.follow(self.database, self.directory, [a_key().certificate])


@contextmanager
def a_world(address: str, folder: Path) -> Iterator[World]:
    """A registry in this empty database, with this folder for its local files."""
    migrate(address)
    database = open_database(address)
    try:
        yield World(database, folder / "snapshots")
    finally:
        database.close()
