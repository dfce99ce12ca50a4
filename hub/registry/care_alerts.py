"""Alerts of the registry's care: certificates that run out, services without anybody, and
the identity number not attested for a year.

Each goes once for each step: its row and its mails are one transaction.  A worker that was
away sends the step that is due now, and none that it missed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from certs.key_store import METADATA, PemKeyStore
from hub.current import Outside
from hub.keys.ring import KeyRing
from hub.registry.audit import registry_audit
from hub.registry.watch import HubWatch
from hub.seams import LOGIN, Outgoing
from hub.sending.notices import mail_templates, translated
from hub.sending.outbox import a_hook_call, a_mail
from hub.store.open_store import DatabaseStore
from hub.web.forms import is_email_address
from hub.web.marked import _
from sp_registry import care
from sp_registry.care import YEAR, Ownership
from sp_registry.digest import CertificateDue, Digest, digest_of, own_certificates
from sp_registry.hooks import Hooks
from sp_registry.service_provider import ServiceProvider
from sp_registry.staff import Role, Staff

LIFE = timedelta(days=3)  # of a message that cannot leave
MOST_NAMED = 100  # services in one mail
LANGUAGE = "nb"  # of addresses that we know no person behind


CERTIFICATE = _("Eit sertifikat går snart ut")
NO_CONTACT = _("Ei teneste i MinID har ingen kontakt")
UNUSED = _("Ingen har logga inn i ei teneste på eit år")
ATTEST = _("Behovet for fødselsnummer må stadfestast")


KINDS = {  # as programs are told
    CERTIFICATE: "certificate-expires",
    NO_CONTACT: "no-contact",
    UNUSED: "unused",
    ATTEST: "attestation-due",
}


@dataclass(frozen=True, slots=True)
class Alert:
    subject: str  # of the row that says that it went
    step: int
    title: str  # msgid
    name: str
    told: str  # what more is to be said, of no person
    to: tuple[str, ...]  # addresses of contacts in metadata and policy
    organisation: str | None  # whose team is told; None: the administrators


def tell(world: Outside, store: DatabaseStore) -> int:
    """Put the mails of what is due in the outbox; how many alerts were new."""
    now = world.clock.now()
    room = _Room(world, store)
    alike: dict[tuple[str, tuple[str, ...], str | None], list[Alert]] = {}
    for alert in due(room, now):
        alike.setdefault((alert.title, alert.to, alert.organisation), []).append(alert)
    return sum(_told(room, alerts, now) for alerts in alike.values())


@dataclass(frozen=True, slots=True)
class _Room:
    world: Outside
    store: DatabaseStore

    def team(self, organisation: str | None) -> list[tuple[str, str]]:
        """Address and language of each who has one."""
        role = Role.ADMINISTRATOR if organisation is None else Role.CONTACT
        grants = Staff(self.store.database, lambda *_told: None).listing()
        people = [
            self.store.people.get(grant.person_id)
            for grant in grants
            if (grant.role, grant.organisation) == (role, organisation)
        ]
        return [(one.email, one.language or LANGUAGE) for one in people if one and one.email]


def due(room: _Room, now: datetime) -> Iterable[Alert]:
    snapshot = room.world.snapshots.current()
    digest = digest_of(snapshot, now.date())
    known = room.store.database.read(care.ownerships)
    for one in (*digest.certificates, *of_ourselves(room, now)):
        step = care.step_of(one.days_left(now)) if one.not_after > now else None
        if step is not None:
            sp = snapshot.find(one.service.entity_id) if one.service else None
            owner = known[sp.key].owner if sp and sp.key in known else None
            yield certificate(one, step, technical(sp) if sp else (), owner, now)
    yield from of_services(room, digest, known, now)


def certificate(
    one: CertificateDue, step: int, to: tuple[str, ...], owner: str | None, now: datetime
) -> Alert:
    whose, name = (one.service.key, one.service.name) if one.service else ("own", "MinID")
    told = f"{one.use}: {one.fingerprint}, {one.not_after:%d.%m.%Y} ({one.days_left(now)})"
    return Alert(f"{whose} {one.use} {one.fingerprint}", step, CERTIFICATE, name, told, to, owner)


def of_ourselves(room: _Room, now: datetime) -> list[CertificateDue]:
    answers = HubWatch(room.store, room.world.snapshots).own_certificates(now)
    metadata = [key.certificate for key in PemKeyStore(room.world.settings.keys).all(METADATA)]
    return own_certificates(answers, metadata)


def of_services(
    room: _Room, digest: Digest, known: dict[str, Ownership], now: datetime
) -> Iterable[Alert]:
    """Once in a year, while it is so."""
    year = now.year
    logins = room.store.days.sums(LOGIN, (now - YEAR).astimezone(UTC).date())
    teams = room.store.database.read(care.teams)
    for one in care.unattended(digest, known, teams, logins, now):
        for is_so, title in ((one.has_no_contact, NO_CONTACT), (one.is_unused, UNUSED)):
            if is_so:
                subject = f"{one.service.key} {title}"
                name, entity_id = one.service.name, one.service.entity_id
                yield Alert(subject, year, title, name, entity_id, (), None)
    for holder in care.number_holders(digest, known, logins):
        if holder.is_overdue(now):
            service = holder.service
            for owner in {holder.owner, None}:
                yield Alert(
                    f"{service.key} {ATTEST} {owner}", year, ATTEST, service.name,
                    service.entity_id, (), owner,
                )  # fmt: skip


def technical(sp: ServiceProvider) -> tuple[str, ...]:
    contacts = (*sp.policy.contacts, *sp.description.contacts)
    found = [mail for one in contacts if one.kind == "technical" for mail in one.emails]
    mails = (mail.removeprefix("mailto:") for mail in found)
    return tuple(dict.fromkeys(mail for mail in mails if is_email_address(mail)))


def _told(room: _Room, alerts: Sequence[Alert], now: datetime) -> int:
    """One mail to each reader, of what is new among alerts of one kind for the same people."""
    to, organisation = alerts[0].to, alerts[0].organisation
    readers = dict([*((each, LANGUAGE) for each in to), *room.team(organisation)])
    hooks = [
        one.id
        for one in hooks_of(room.store, room.world.ring).in_use()
        if one.organisation == organisation
    ]
    if not readers and not hooks:
        return 0  # they wait until there is somebody

    def acts() -> int:
        new = [one for one in alerts if room.store.database.write(partial(_is_new, one, now))]
        if new:
            room.store.outbox.put(mails(new, readers.items(), now), now)
            told = event(new)
            room.store.outbox.put([a_hook_call(one, told, now + LIFE) for one in hooks], now)
        return len(new)

    return room.store.together(acts)


def hooks_of(store: DatabaseStore, ring: KeyRing) -> Hooks:
    return Hooks(store.database, registry_audit(store.ledger), ring)


def event(alerts: Sequence[Alert]) -> Mapping[str, object]:
    """What a webhook is told: of services and certificates, of no person."""
    return {
        "kind": KINDS[alerts[0].title],
        "organisation": alerts[0].organisation,
        "alerts": [{"service": one.name, "detail": one.told} for one in alerts[:MOST_NAMED]],
        "more": max(0, len(alerts) - MOST_NAMED),
    }


def _is_new(alert: Alert, now: datetime, connection: Connection) -> bool:
    return care.take_alert(connection, alert.subject, alert.step, now)


def mails(
    alerts: Sequence[Alert], readers: Iterable[tuple[str, str]], now: datetime
) -> Sequence[Outgoing]:
    found = []
    for to, language in readers:
        title = translated(alerts[0].title, language)
        text = mail_templates(language).get_template("care.txt").render(
            title=title, alerts=alerts[:MOST_NAMED], more=len(alerts) - MOST_NAMED
        )
        found.append(a_mail(to, title, text, "registry-care", now + LIFE))
    return found
