"""`minid sp dry-run`, `sp restore` and `sp impact`: what is asked before something is decided."""

import argparse

from sp_registry import materialise, publishing
from sp_registry.changes import NothingToApprove
from sp_registry.impact import WINDOW, Weakness, impacts, percent
from sp_registry.parsers import Parsers
from sp_registry.registry_context import LANGUAGES, RegistryContext, leaf
from sp_registry.traffic import Cause, Why

SAID = {
    Why.CONSUMER_INDEX: "ask for AssertionConsumerServiceIndex {}, which it has no more",
    Why.CONSUMER_URL: "ask for the consumer {}, which it has no more",
    Why.DEFAULT_CONSUMER: "ask for the default consumer, which cannot be served",
    Why.KEY: "are signed with the certificate {}, which is taken away",
    Why.UNSIGNED: "are not signed, and must be",
    Why.ALGORITHM: "are signed with an algorithm that is not accepted any more",
    Why.ON_BEHALF_OF: "ask on behalf of {}, which is not registered any more",
    Why.LEVEL: "ask for a level that cannot be given any more",
    Why.ATTRIBUTES: "ask for AttributeConsumingServiceIndex {}, which it has no more",
    Why.SUSPENDED: "come from a service that is suspended",
    Why.OTHER: "would be refused ({})",
}


def add_sp_parsers(commands: "Parsers[argparse.ArgumentParser]") -> None:
    leaf(
        commands, "dry-run", "try the latest real requests on the change that waits", dry_run
    ).add_argument("entity_id", metavar="ENTITYID")
    weak = leaf(commands, "impact", "what would break if something weak were switched off", impact)
    weak.add_argument("weakness", nargs="?", choices=[str(one) for one in Weakness])
    restoring = leaf(commands, "restore", "propose an earlier version once more", restore)
    restoring.add_argument("entity_id", metavar="ENTITYID")
    restoring.add_argument("version", help="as `minid sp history` has it; its beginning will do")


def dry_run(context: RegistryContext, args: argparse.Namespace) -> int:
    """The status is 1 if anything that is accepted today would be refused."""
    entry = context.desk.show(args.entity_id)
    if entry.approved is None or not entry.newest.waits:
        raise NothingToApprove(f"{args.entity_id!r} has nothing in force and a change beside it")
    if entry.proposed.policy.environment is not context.mode.environment:
        context.write_out("it is registered for another environment than this hub answers for")
        return 0
    replay = context.traffic.replay(entry.approved, entry.proposed)
    if replay.since is None:
        context.write_out("no requests are kept, so nothing is known")
        return 0
    context.write_out(
        f"{replay.passed} of the last {replay.tried} would still pass "
        f"(since {replay.since:%Y-%m-%d %H:%M})"
    )
    for cause in replay.causes:
        context.write_out(f"  {told(cause)}")
    if replay.mended:
        context.write_out(f"  {replay.mended} that are refused today would pass")
    if replay.refused_already:
        context.write_out(f"  {replay.refused_already} are refused today, and would still be")
    return 1 if replay.causes else 0


def told(cause: Cause) -> str:
    return f"{cause.count} {SAID[cause.why].format(cause.what)}"


def restore(context: RegistryContext, args: argparse.Namespace) -> int:
    known = {change.version for change in context.desk.history(args.entity_id)}
    meant = [version for version in known if version.startswith(args.version)]
    if len(meant) != 1:
        context.write_out(f"{args.version} is the beginning of {len(meant)} versions; wanted one")
        return 1
    context.desk.restore(args.entity_id, meant[0], context.who, context.clock())
    context.write_out(f"{args.entity_id}: waits for approval")
    return 0


def impact(context: RegistryContext, args: argparse.Namespace) -> int:
    now = context.clock()
    in_force = context.database.read(publishing.claimed_pointer).number
    everybody = materialise.contents(context.database, context.certificates, in_force)
    here = context.mode.environment
    providers = [sp for sp in everybody if sp.policy.environment is here]
    for found in impacts(providers, context.traffic.logins(now - WINDOW), now):
        if args.weakness not in (None, found.weakness):
            continue
        context.write_out(
            f"{found.weakness}: {len(found.dependents)} service providers, "
            f"{found.percent:.1f} % of {found.of} logins in {WINDOW.days} days"
        )
        for one in found.dependents:
            share = percent(one.logins, found.of)
            context.write_out(
                f"  {one.sp.entity_id}\t{one.logins}\t{share:.1f} %\t{one.sp.name(LANGUAGES)}"
            )
    return 0
