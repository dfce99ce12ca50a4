"""`python -m bench.registry`: the registry's pages with thousands of services.

A hub of one process on SQLite, asked by Flask's own client, so what is measured is the
application without server and network.  The services are generated: half of them have an
encryption key, names are of random words, certificates are shared by groups of a hundred.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median

from certs.key_store import METADATA, PemKeyStore
from certs.make_key import KeyKind, make_key
from hub.app import create_app, snapshots_of
from hub.development.synthetic import synthetic_number
from hub.installation import install
from hub.keys.ring import KeyRing
from hub.login_session import Proof, ProofKind
from hub.person import read_number
from hub.registry.audit import registry_audit
from hub.settings import Settings
from hub.store.open_store import DatabaseStore, open_store
from metadata import names
from metadata.description import EncryptionKey, Endpoint, SpDescription
from sp_registry import materialise, publishing
from sp_registry.desk import Desk
from sp_registry.onboarding import Mode, Proposal
from sp_registry.service_provider import Policy
from sp_registry.staff import Role, Staff

HUB = "http://localhost:8080"
WORDS = ("skatt", "fjord", "kommune", "helse", "lån", "veg", "skule", "bibliotek", "hamn", "jakt")
GROUP = 100  # services that share a certificate; the hub looks at them one by one all the same
TIMES = 5
PAGES = (
    ("the start: the list", "/registry"),
    ("its last page", "/registry?page={pages}"),
    ("a word that a tenth has", "/registry?q=fjord"),
    ("an entityID", "/registry?q=service-{last}.example.test"),
    ("those in force", "/registry?state=in-force"),
    ("by weakness", "/registry?weak=unsigned-requests"),
    ("expiring", "/registry?expiring=1"),
    ("one service", "/registry/sp/{id}"),
    ("its health", "/registry/sp/{id}/health"),
    ("its health by month", "/registry/sp/{id}/health?days=395"),
    ("history", "/registry/history"),
    ("calendar, all", "/registry/calendar?all=1"),
    ("care", "/registry/care"),
    ("board of keys", "/registry/keys"),
    ("what would break", "/registry/impact"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    known = argparse.ArgumentParser(prog="python -m bench.registry", description=__doc__)
    known.add_argument("--services", type=int, default=5000)
    count = known.parse_args(arguments).services
    with tempfile.TemporaryDirectory(prefix="minid-registry-") as folder:
        measure(Path(folder) / "instance", count)
    return 0


def measure(instance: Path, count: int) -> None:
    settings = Settings(
        base_url=HUB, mode="development", instance=instance, key_kind=KeyKind.RSA_2048
    )
    now = datetime.now(UTC)
    install(settings, now)
    store = open_store(settings.database, KeyRing.load(settings.keys / "ring.json"))
    told("services put forward and approved", timed(lambda: fill(store, instance, count, now)))
    key = PemKeyStore(settings.keys).newest(METADATA)
    audit = registry_audit(store.ledger)
    told("publish", timed(lambda: publishing.publish(store.database, audit, key, "bench", now)))
    certificates = [key.certificate]
    made = timed(lambda: materialise.follow(store.database, settings.snapshots, certificates))
    told("make the local file", made)
    cookie = administrator(store, now)
    store.close()
    show_pages(settings, cookie, count)
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{count} services; largest size of the process {resident()} MB; load average {loads}")


def show_pages(settings: Settings, cookie: str, count: int) -> None:
    app = create_app(settings)
    last = f"https://service-{count - 1}.example.test/saml"
    id = snapshots_of(settings).current().find(last).id
    client = app.test_client()
    client.set_cookie("minid_session", cookie, domain="localhost")
    print(f"\nbefore the first page {resident()} MB\n")
    print("| page | first s | then s (median) |\n|---|---|---|")
    for name, address in PAGES:
        where = address.format(pages=-(-count // 50), last=count - 1, id=id)

        def ask(where: str = where) -> None:
            answer = client.get(where, base_url=HUB)
            if answer.status_code != 200:
                raise SystemExit(f"{where}: {answer.status}")

        first = timed(ask)
        print(f"| {name} | {first:.2f} | {median(timed(ask) for _ in range(TIMES)):.2f} |")


def fill(store: DatabaseStore, instance: Path, count: int, now: datetime) -> None:
    random = Random(1)
    desk = Desk(store.database, registry_audit(store.ledger), Mode(production=False))
    keys = instance.parent / "services"
    for start in range(0, count, GROUP):
        certificate = make_key(keys, "bench", KeyKind.RSA_2048, "bench", now).certificate
        numbers = range(start, min(start + GROUP, count))
        proposals = []
        for number in numbers:
            entity_id = f"https://service-{number}.example.test/saml"
            name = f"{random.choice(WORDS).title()} {random.choice(WORDS)} {number}"
            description = SpDescription(
                entity_id,
                (Endpoint(names.HTTP_POST, f"{entity_id}/acs", 0, True),),
                (Endpoint(names.HTTP_REDIRECT, f"{entity_id}/slo"),),
                signing_certificates=(certificate,),
                encryption_keys=(EncryptionKey(certificate),) if number % 2 else (),
                authn_requests_signed=number % 10 != 0,
                display_names=(("nb", name), ("nn", name), ("en", name)),
            )
            proposals.append(Proposal(b"<document/>" * 400, description, Policy(), ()))

        put_forward(store, desk, proposals, now)


def put_forward(
    store: DatabaseStore, desk: Desk, proposals: Sequence[Proposal], now: datetime
) -> None:
    """One transaction for all proposals and one for all approvals, which read the former."""

    def propose(_connection: object) -> None:
        for proposal in proposals:
            desk.propose(proposal, "bench", now)

    def approve(_connection: object) -> None:
        for proposal in proposals:
            desk.approve(proposal.description.entity_id, "another", now)

    store.database.write(propose)
    store.database.write(approve)


def administrator(store: DatabaseStore, now: datetime) -> str:
    """The cookie of a session of one."""
    person = store.people.create(read_number(synthetic_number(Random(2))), now)
    staff = Staff(store.database, registry_audit(store.ledger))
    staff.grant(person.id, "Bench", Role.ADMINISTRATOR, None, "bench", now)
    proofs = (Proof(ProofKind.PASSWORD, now), Proof(ProofKind.SMS_CODE, now))
    return store.sessions.start(person.id, proofs, "nb", now)[1]


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def told(what: str, seconds: float) -> None:
    print(f"{what}: {seconds:.2f} s, {resident()} MB")


def resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
