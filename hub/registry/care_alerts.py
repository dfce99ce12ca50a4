"""Alerts of the registry's care: certificates that run out, services without anybody, and
the identity number not attested for a year.

Which are due at a moment, and about what; telling them is `care_telling`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from certs.key_store import METADATA, PemKeyStore
from hub.current import Outside
from hub.registry.watch import HubWatch
from hub.seams.counts import LOGIN
from hub.store.open_store import DatabaseStore
from hub.web.forms import is_email_address
from hub.web.marked import _
from sp_registry import care
from sp_registry.care import YEAR, Ownership
from sp_registry.digest import CertificateDue, Digest, Service, digest_of, own_certificates
from sp_registry.service_provider import ServiceProvider

CERTIFICATE = _("Eit sertifikat går snart ut")
NO_CONTACT = _("Ei teneste i MinID har ingen kontakt")
UNUSED = _("Ingen har logga inn i ei teneste på eit år")
ATTEST = _("Behovet for fødselsnummer må stadfestast")


@dataclass(frozen=True, slots=True)
class Alert:
    subject: str  # of the row that says that it went
    step: int
    title: str  # msgid
    name: str
    told: str  # what more is to be said, of no person
    facts: Mapping[str, object]  # the same for programs
    to: tuple[str, ...]  # addresses of contacts in metadata and policy
    organisation: str | None  # whose team is told; None: the administrators


def due(world: Outside, store: DatabaseStore, now: datetime) -> Iterable[Alert]:
    snapshot = world.snapshots.current()
    digest = digest_of(snapshot, now.date())
    known = store.database.read(care.ownerships)
    for one in (*digest.certificates, *of_ourselves(world, store, now)):
        step = care.step_of(one.days_left(now)) if one.not_after > now else None
        if step is not None:
            sp = snapshot.find(one.service.entity_id) if one.service else None
            owner = known[sp.key].owner if sp and sp.key in known else None
            yield certificate(one, step, technical(sp) if sp else (), owner, now)
    yield from of_services(store, digest, known, now)


def certificate(
    one: CertificateDue, step: int, to: tuple[str, ...], owner: str | None, now: datetime
) -> Alert:
    whose, name = (one.service.key, one.service.name) if one.service else ("own", "MinID")
    told = f"{one.use}: {one.fingerprint}, {one.not_after:%d.%m.%Y} ({one.days_left(now)})"
    facts = {
        **(about(one.service) if one.service else {"entity_id": None, "service": name}),
        "use": one.use,
        "fingerprint": one.fingerprint,
        "not_after": one.not_after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "days_left": one.days_left(now),
    }
    subject = f"{whose} {one.use} {one.fingerprint}"
    return Alert(subject, step, CERTIFICATE, name, told, facts, to, owner)


def about(service: Service) -> Mapping[str, object]:
    return {"entity_id": service.entity_id, "service": service.name}


def of_ourselves(world: Outside, store: DatabaseStore, now: datetime) -> list[CertificateDue]:
    answers = HubWatch(store, world.snapshots).own_certificates(now)
    metadata = [key.certificate for key in PemKeyStore(world.settings.keys).all(METADATA)]
    return own_certificates(answers, metadata)


def of_services(
    store: DatabaseStore, digest: Digest, known: dict[str, Ownership], now: datetime
) -> Iterable[Alert]:
    """Once in a year, while it is so."""
    year = now.year
    logins = store.days.sums(LOGIN, (now - YEAR).astimezone(UTC).date())
    teams = store.database.read(care.teams)
    for one in care.unattended(digest, known, teams, logins, now):
        for is_so, title in ((one.has_no_contact, NO_CONTACT), (one.is_unused, UNUSED)):
            if is_so:
                subject = f"{one.service.key} {title}"
                yield of_service(one.service, subject, year, title, None)
    for holder in care.number_holders(digest, known, logins):
        if holder.is_overdue(now):
            service = holder.service
            for owner in {holder.owner, None}:
                subject = f"{service.key} {ATTEST} {owner}"
                yield of_service(service, subject, year, ATTEST, owner)


def of_service(
    service: Service, subject: str, step: int, title: str, organisation: str | None
) -> Alert:
    name, told, facts = service.name, service.entity_id, about(service)
    return Alert(subject, step, title, name, told, facts, (), organisation)


def technical(sp: ServiceProvider) -> tuple[str, ...]:
    contacts = (*sp.policy.contacts, *sp.description.contacts)
    found = [mail for one in contacts if one.kind == "technical" for mail in one.emails]
    mails = (mail.removeprefix("mailto:") for mail in found)
    return tuple(dict.fromkeys(mail for mail in mails if is_email_address(mail)))
