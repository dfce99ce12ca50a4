"""Tell people by mail, and their programs by webhook, what the registry's care has found.

Each alert goes once for each step: its row and all its messages are one transaction.  A worker
that was away sends the step that is due now, and none that it missed.  What nobody can be told
of waits until there is somebody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from hub.current import Outside
from hub.registry import hook_delivery
from hub.registry.care_alerts import ATTEST, CERTIFICATE, NO_CONTACT, UNUSED, Alert, due
from hub.seams.outbox import Outgoing
from hub.sending.notices import mail_templates, translated
from hub.sending.outbox import a_mail
from hub.store.open_store import DatabaseStore
from sp_registry import care
from sp_registry.staff import Role, Staff

LIFE = timedelta(days=3)  # of a mail that cannot leave
MOST_NAMED = 100  # services in one message
LANGUAGE = "nb"  # of addresses that we know no person behind
TYPES = {  # as programs are told
    CERTIFICATE: "certificate.expires",
    NO_CONTACT: "service.no_contact",
    UNUSED: "service.unused",
    ATTEST: "attestation.due",
}
Reader = tuple[str, str]  # address and language


@dataclass(frozen=True, slots=True)
class Team:
    """Who is told of an organisation's services, beside the contacts that these name."""

    people: tuple[Reader, ...]
    hooks: tuple[str, ...]


def tell(world: Outside, store: DatabaseStore) -> int:
    """Put the messages of what is due in the outbox; how many alerts were new."""
    now = world.clock.now()
    alike: dict[tuple[str, str | None], list[Alert]] = {}
    for alert in due(world, store, now):
        alike.setdefault((alert.title, alert.organisation), []).append(alert)
    return sum(
        _told(store, team_of(world, store, organisation), alerts, now)
        for (_title, organisation), alerts in alike.items()
    )


def team_of(world: Outside, store: DatabaseStore, organisation: str | None) -> Team:
    role = Role.ADMINISTRATOR if organisation is None else Role.CONTACT
    grants = Staff(store.database, lambda *_told: None).listing()
    people = [
        store.people.get(grant.person_id)
        for grant in grants
        if (grant.role, grant.organisation) == (role, organisation)
    ]
    hooks = hook_delivery.hooks_of(store, world.ring).working(organisation)
    return Team(
        tuple((one.email, one.language or LANGUAGE) for one in people if one and one.email),
        tuple(hooks),
    )


def _told(store: DatabaseStore, team: Team, alerts: Sequence[Alert], now: datetime) -> int:
    """What is new among alerts of one kind for one organisation."""
    heard = [one for one in alerts if one.to or team.people or team.hooks]

    def acts() -> int:
        new = [one for one in heard if store.database.write(partial(_is_new, one, now))]
        for to, same in by_contacts(new).items():
            readers = dict([*((each, LANGUAGE) for each in to), *team.people])
            store.outbox.put(mails(same, readers.items(), now), now)
        for part in parts_of(new):
            for hook in team.hooks:
                put_event(store, hook, part, now)
        return len(new)

    return store.together(acts) if heard else 0


def _is_new(alert: Alert, now: datetime, connection: Connection) -> bool:
    return care.take_alert(connection, alert.subject, alert.step, now)


def by_contacts(alerts: Iterable[Alert]) -> dict[tuple[str, ...], list[Alert]]:
    """What the same people are told is one mail."""
    found: dict[tuple[str, ...], list[Alert]] = {}
    for alert in alerts:
        found.setdefault(alert.to, []).append(alert)
    return found


def parts_of(alerts: Sequence[Alert]) -> Iterator[Sequence[Alert]]:
    for start in range(0, len(alerts), MOST_NAMED):
        yield alerts[start : start + MOST_NAMED]


def put_event(
    store: DatabaseStore, hook: str, alerts: Sequence[Alert], now: datetime
) -> None:
    data = {
        "organisation": alerts[0].organisation,
        "alerts": [dict(one.facts) for one in alerts],
    }
    hook_delivery.put(store, hook, TYPES[alerts[0].title], data, now)


def mails(
    alerts: Sequence[Alert], readers: Iterable[Reader], now: datetime
) -> Sequence[Outgoing]:
    found = []
    for to, language in readers:
        title = translated(alerts[0].title, language)
        text = mail_templates(language).get_template("care.txt").render(
            title=title, alerts=alerts[:MOST_NAMED], more=len(alerts) - MOST_NAMED
        )
        found.append(a_mail(to, title, text, "registry-care", now + LIFE))
    return found
