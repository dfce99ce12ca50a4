"""`minid sp approve`, at once or by a plan, and `minid sp rollout`."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sp_registry import remarks, rollouts
from sp_registry.parsers import Parsers
from sp_registry.registry_context import RegistryContext, leaf
from sp_registry.rollouts import Kind, NoRollout, Plan
from sp_registry.traffic import Tally

Publish = Callable[[RegistryContext, str], int]


def moment(text: str) -> datetime:
    """A time of the command line: in UTC unless it says else."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def add_parsers(commands: "Parsers[argparse.ArgumentParser]", publish: Publish) -> None:
    """Add both; `publish` brings what is decided in force, and tells so."""
    approving = leaf(
        commands, "approve", "approve the newest change of one, and publish",
        lambda context, args: approve(context, args, publish),
    )  # fmt: skip
    approving.add_argument("entity_id", metavar="ENTITYID")
    how = approving.add_mutually_exclusive_group()
    how.add_argument("--at", type=moment, metavar="TIME", help="in force from then on")
    how.add_argument("--share", type=int, metavar="PERCENT", help="for some logins first")
    how.add_argument("--trial", action="store_true", help="for all, and back when it is over")
    approving.add_argument(
        "--hours", type=int, default=None, help="of --share (24) or --trial (1)"
    )
    rolling = leaf(
        commands, "rollout", "how a rollout of one goes, or its end",
        lambda context, args: rollout(context, args, publish),
    )  # fmt: skip
    rolling.add_argument("entity_id", metavar="ENTITYID")
    ends = rolling.add_mutually_exclusive_group()
    ends.add_argument("--full", action="store_true", help="in force for all, now")
    ends.add_argument("--back", metavar="REASON", help="the old version for all, now")


def approve(context: RegistryContext, args: argparse.Namespace, publish: Publish) -> int:
    plan = _plan(args, context.clock())
    if plan is None:
        context.desk.approve(args.entity_id, context.who, context.clock())
        return publish(context, remarks.APPROVED.format(args.entity_id))
    version = context.desk.show(args.entity_id).newest.version
    context.rollouts.begin(args.entity_id, plan, context.who, context.clock(), version)
    return publish(context, remarks.ROLLOUT.format(args.entity_id))


def _plan(args: argparse.Namespace, now: datetime) -> Plan | None:
    if args.at is not None:
        return Plan(Kind.SCHEDULED, args.at)
    if args.share is not None:
        return Plan(Kind.SHARE, now + timedelta(hours=args.hours or 24), args.share)
    if args.trial:
        return Plan(Kind.TRIAL, now + timedelta(hours=args.hours or 1))
    return None


def rollout(context: RegistryContext, args: argparse.Namespace, publish: Publish) -> int:
    entity_id, now = args.entity_id, context.clock()
    if args.full:
        context.rollouts.complete(entity_id, context.who, now)
    elif args.back is not None:
        context.rollouts.take_back(entity_id, context.who, now, args.back)
    else:
        return _told(context, entity_id)
    return publish(context, remarks.ROLLOUT.format(entity_id))


def _told(context: RegistryContext, entity_id: str) -> int:
    found = context.database.read(lambda connection: rollouts.open_of(connection, entity_id))
    if found is None:
        raise NoRollout(f"{entity_id!r} has no rollout that is open")
    plan = found.plan
    context.write_out(
        f"{plan.kind}, {plan.share} % until {plan.due_at:%Y-%m-%d %H:%M}, by {found.decided_by}"
    )
    tallies = context.traffic.tallies(found.number)
    for name, tally in (("new", tallies.new), ("old", tallies.old)):
        context.write_out(f"  {name}: {_line(tally)}")
    return 0


def _line(tally: Tally) -> str:
    signs = ", ".join(f"{sign} {count}" for sign, count in tally.failures)
    return f"{tally.tried} people, {tally.failed} failed" + (f" ({signs})" if signs else "")
