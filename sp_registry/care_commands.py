"""`minid sp health`, `sp calendar` and `sp care`: what the pages of care show, in a shell.

Whoever may run them sees all, the small counts too.
"""

import argparse
import json
from datetime import UTC, datetime, timedelta

from sp_registry import care, health, materialise, publishing
from sp_registry.care import SOON, YEAR, NumberHolder, Unattended
from sp_registry.digest import CertificateDue, Digest, gathered, own_certificates
from sp_registry.health import PERIODS, Health
from sp_registry.parsers import Parsers
from sp_registry.registry_context import LANGUAGES, RegistryContext, leaf


def add_parsers(commands: "Parsers[argparse.ArgumentParser]") -> None:
    faring = leaf(commands, "health", "logins, refusals, logouts and clock of one", health_of)
    faring.add_argument("entity_id", metavar="ENTITYID")
    faring.add_argument("--days", type=int, choices=PERIODS, default=PERIODS[0])
    faring.add_argument("--csv", action="store_true", help="logins and refusals by day")
    dates = leaf(commands, "calendar", "certificates by the day they run out", calendar)
    dates.add_argument("--all", action="store_true", help=f"beyond the next {SOON} days too")
    caring = leaf(commands, "care", "whom nobody looks after, who gets identity numbers", cares)
    for each in (dates, caring):
        each.add_argument("--json", action="store_true", help="for programs")


def health_of(context: RegistryContext, args: argparse.Namespace) -> int:
    now, sp = context.clock(), context.desk.show(args.entity_id).proposed
    if sp.policy.environment is not context.mode.environment:
        context.write_out("it is registered for another environment than this hub answers for")
        return 0
    today = now.astimezone(UTC).date()
    rows = context.watch.days(sp.entity_id, today - timedelta(days=args.days - 1))
    found = health.health(rows, args.days, today)
    if args.csv:
        context.write_out(health.as_csv(health.told_whole(found)).rstrip("\r\n"))
        return 0
    context.write_out(f"{sp.entity_id}\t{sp.name(LANGUAGES)}")
    for line in _lines(found):
        context.write_out(f"  {line}")
    clock = health.clock_of(context.watch.clocks([sp.entity_id], now).get(sp.entity_id))
    if clock is None:
        context.write_out("  clock: not known")
    else:
        near = ", near the limit" if clock.nears_limit else ""
        context.write_out(f"  clock: median {clock.median} s, latest {clock.last} s{near}")
    for fingerprint, at in context.watch.last_signed(sp.entity_id).items():
        context.write_out(f"  {fingerprint} signed last {at:%Y-%m-%d %H:%M}")
    return 0


def _lines(found: Health) -> list[str]:
    refused = sum(count for _, count in found.causes)
    lines = [f"{found.logins} logins, {refused} refused since {found.spans[0].name}"]
    lines += [f"refused {count}: {cause}" for cause, count in found.causes]
    return [*lines, "logouts: " + ", ".join(f"{leg} {count}" for leg, count in found.legs)]


def calendar(context: RegistryContext, args: argparse.Namespace) -> int:
    now = context.clock()
    own = own_certificates(context.watch.own_certificates(now), context.certificates)
    due = sorted((*_digest(context, now).certificates, *own), key=lambda one: one.not_after)
    shown = [one for one in due if args.all or one.days_left(now) <= SOON]
    if args.json:
        context.write_out(_as_json([_due_as_json(one, now) for one in shown]))
        return 0
    for one in shown:
        whose = one.service.key if one.service else "MinID"
        context.write_out(
            f"{one.not_after:%Y-%m-%d}\t{one.days_left(now)} days\t{whose}\t{one.use}"
            f"\t{one.fingerprint[:16]}"
        )
    return 0


def cares(context: RegistryContext, args: argparse.Namespace) -> int:
    """What nobody looks after, and the identity number, as of services in force."""
    now = context.clock()
    digest, logins = _digest(context, now), context.watch.logins((now - YEAR).date())
    known = context.database.read(care.ownerships)
    teams = context.database.read(care.teams)
    alone = care.unattended(digest, known, teams, logins, now)
    holders = care.number_holders(digest, known, logins)
    if args.json:
        told = {
            "unattended": [_unattended_as_json(one) for one in alone],
            "identity_number": [_holder_as_json(one, now) for one in holders],
        }
        context.write_out(_as_json(told))
        return 0
    for one in alone:
        why = [
            *(["no contact"] if one.has_no_contact else []),
            *(["nobody logged in for a year"] if one.is_unused else []),
        ]
        context.write_out(f"{one.service.key}\t{', '.join(why)}")
    for each in holders:
        at = f"{each.attested_at:%Y-%m-%d}" if each.attested_at else "never"
        what = "attested" if each.was_attested else "approved"
        late = "\toverdue" if each.is_overdue(now) else ""
        context.write_out(
            f"{each.service.key}\tidentity number: {each.service.basis or 'no basis'}"
            f"\t{each.logins} logins\t{what} {at}{late}"
        )
    return 0


def _digest(context: RegistryContext, now: datetime) -> Digest:
    in_force = context.database.read(publishing.claimed_pointer).number
    everybody = materialise.contents(context.database, context.certificates, in_force)
    here = context.mode.environment
    return gathered([sp for sp in everybody if sp.policy.environment is here], now)


def _due_as_json(one: CertificateDue, now: datetime) -> dict[str, object]:
    return {
        "entity_id": one.service.entity_id if one.service else None,
        "use": one.use,
        "fingerprint": one.fingerprint,
        "not_after": one.not_after.isoformat(),
        "days_left": one.days_left(now),
    }


def _unattended_as_json(one: Unattended) -> dict[str, object]:
    return {
        "entity_id": one.service.entity_id,
        "organisation": one.owner,
        "has_no_contact": one.has_no_contact,
        "is_unused": one.is_unused,
    }


def _holder_as_json(one: NumberHolder, now: datetime) -> dict[str, object]:
    return {
        "entity_id": one.service.entity_id,
        "organisation": one.owner,
        "basis": one.service.basis,
        "logins": one.logins,
        "attested_at": one.attested_at.isoformat() if one.attested_at else None,
        "was_attested": one.was_attested,
        "is_overdue": one.is_overdue(now),
    }


def _as_json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2)
