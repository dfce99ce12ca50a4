"""`minid sp …` and `minid snapshot …`.

Each command is given what it works with in a `RegistryContext`, and tells what
it did through it; it returns the exit status.  A file that is refused does not
stop the others.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from metadata.algorithms import NAME_OF_EXCEPTION
from metadata.errors import MetadataError
from sp_registry import (
    care_commands,
    intake,
    lint_commands,
    logos,
    materialise,
    past,
    policy_arguments,
    publishing,
    remarks,
    review_commands,
    rollout_commands,
    source_commands,
)
from sp_registry.changes import Entry
from sp_registry.errors import RegistryError
from sp_registry.parsers import Parsers
from sp_registry.registry_context import LANGUAGES, RegistryContext, leaf
from sp_registry.service_provider import ServiceProvider


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `sp` and `snapshot`; each leaf sets `run`, a Handler; `sp lint` sets `run_alone`."""
    _add_sp(subparsers.add_parser("sp", help="service providers"))
    _add_snapshot(subparsers.add_parser("snapshot", help="what is published to logins"))


def _add_sp(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    adding = leaf(commands, "add", "take metadata documents in", add)
    adding.add_argument("sources", nargs="+", metavar="FILE|URL")
    adding.add_argument("--approve", action="store_true", help="approve what is taken in")
    policy_arguments.add_arguments(adding)
    lint_commands.add_parser(commands)
    source_commands.add_parser(commands)
    review_commands.add_sp_parsers(commands)
    rollout_commands.add_parsers(commands, _publish)
    care_commands.add_parsers(commands)
    leaf(commands, "list", "list service providers", show_all)
    for name, help_text, handler in (
        ("show", "what is known of one", show_one),
        ("suspend", "take trust from one at once, and publish", suspend),
        ("resume", "propose that a suspended one is trusted again", resume),
        ("history", "every change of one", history),
    ):
        leaf(commands, name, help_text, handler).add_argument("entity_id", metavar="ENTITYID")


def _add_snapshot(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    leaf(commands, "list", "every snapshot, the newest first", snapshots)
    showing = leaf(commands, "show", "the service providers of one", show_snapshot)
    which = showing.add_mutually_exclusive_group(required=True)
    which.add_argument("number", type=int, nargs="?")
    which.add_argument(
        "--at",
        type=rollout_commands.moment,
        metavar="TIME",
        help="what was in force then, in UTC unless it says",
    )
    showing.add_argument("--sp", metavar="ENTITYID", help="this service provider alone")
    leaf(commands, "rollback", "put an earlier one in force again", rollback).add_argument(
        "number", type=int
    )
    leaf(commands, "publish", "publish what is approved", publish_now).add_argument(
        "--note", default="", help="why, for the history"
    )


# --- service providers ----------------------------------------------------------------


def add(context: RegistryContext, args: argparse.Namespace) -> int:
    """Take each document in or refuse it with one sentence; publish once, at the end."""
    options = replace(policy_arguments.options_of(args), logo=_kept_logo(context, args.logo))
    all_well = True
    for one in args.sources:
        try:
            document, url = source_commands.handed_in(context, one, options)
            wished = options
            if url is not None and options.source_url is None:
                wished = replace(options, source_url=url)
            outcome = intake.take_in_one(context, document, wished, args.approve)
            all_well = all_well and outcome.is_taken
            context.write_out(f"{one}: {outcome.told}")
        except OSError as fault:
            all_well = False
            context.write_out(f"{one}: refused: {fault.strerror}. (file-unreadable)")
        except (MetadataError, RegistryError) as fault:
            all_well = False
            context.write_out(f"{one}: refused: {fault.detail} ({fault.code})")
    if args.approve:
        _publish(context, "")
    return 0 if all_well else 1


def _kept_logo(context: RegistryContext, file: bytes | None) -> str | None:
    """The name of the picture; empty for an empty file, which takes away what there was."""
    if not file:
        return None if file is None else ""
    logo = logos.accepted(file)
    return context.database.write(
        lambda connection: logos.keep(connection, logo, context.clock())
    )


def show_all(context: RegistryContext, args: argparse.Namespace) -> int:
    if context.mode.single_approver:
        context.write_out("weakness: one person may approve alone here (single_approver)")
    for entry in context.desk.listing():
        name = entry.proposed.name(LANGUAGES)
        weak = "".join(f"\tweakness: {each}" for each in _weaknesses(entry.proposed, context))
        context.write_out(f"{entry.newest.entity_id}\t{_state(entry)}\t{name}{weak}")
    return 0


def show_one(context: RegistryContext, args: argparse.Namespace) -> int:
    entry = context.desk.show(args.entity_id)
    sp = entry.proposed
    context.write_out(f"{sp.name(LANGUAGES)}\n  entity id: {sp.entity_id}\n  id: {sp.id}")
    context.write_out(f"  state: {_state(entry)}\n  version: {entry.newest.version}")
    weak = (f"weakness: {each}" for each in _weaknesses(sp, context))
    for line in (*_described(sp), *weak, *context.in_use(sp.entity_id)):
        context.write_out(f"  {line}")
    return 0


def _weaknesses(sp: ServiceProvider, context: RegistryContext) -> Sequence[str]:
    """What is weaker here than elsewhere, and until when."""
    today = context.clock().date()
    found = [
        f"{NAME_OF_EXCEPTION.get(uri, uri)} "
        f"{'until' if today <= last_day else 'was accepted until'} {last_day}"
        for uri, last_day in sp.policy.algorithm_exceptions
    ]
    if sp.description.encryption_keys and not sp.policy.encrypt:
        found.append("assertions go out in clear, by an approver's decision")
    return found


def _described(sp: ServiceProvider) -> Sequence[str]:
    policy = sp.policy
    return (
        f"environment: {policy.environment}",
        f"organisation: {policy.organisation_number or 'none'}",
        f"attributes: {', '.join(policy.attributes)}",
        f"profile: {policy.profile or 'none'}",
        f"legal basis: {policy.legal_basis or 'none'}",
        *(f"legal basis of {attribute}: {basis}" for attribute, basis in policy.bases),
        f"lowest level: {int(policy.minimum)}",
        f"requests must be signed: {'yes' if sp.must_sign_requests else 'no'}",
        f"assertions are encrypted: {'yes' if sp.encryption_key else 'no'}",
        f"levels are read as minimum: {'yes' if policy.read_as_minimum else 'no'}",
        f"logins may begin at the hub: {'yes' if policy.idp_initiated else 'no'}",
        f"told of logouts: {policy.logout_wish}",
        f"logo: {policy.logo or 'none'}",
        f"return address: {policy.return_url or 'none'}",
        f"metadata fetched from: {policy.source_url or 'nowhere'}",
        *(f"pinned certificate: {each.fingerprint}" for each in policy.source_pins),
        *(f"contact: {one.kind}, {' '.join((one.name, *one.emails))}" for one in policy.contacts),
        *(f"on behalf of: {value} = {name}" for value, name in policy.on_behalf_of),
        *(
            f"consumer: {each.url} ({each.binding.rpartition(':')[2]})"
            for each in sp.description.consumers
        ),
        *(f"logout: {each.url}" for each in sp.description.logout),
        *(
            f"signing key: {each.fingerprint}, until {each.not_after:%Y-%m-%d}"
            for each in sp.description.signing_certificates
        ),
    )


def _state(entry: Entry) -> str:
    if entry.approved is None:
        return "waits for approval"
    state = "approved" if entry.approved.active else "suspended"
    return f"{state}, a change waits" if entry.newest.waits else state


def suspend(context: RegistryContext, args: argparse.Namespace) -> int:
    context.desk.suspend(args.entity_id, context.who, context.clock())
    return _publish(context, remarks.SUSPENDED.format(args.entity_id))


def resume(context: RegistryContext, args: argparse.Namespace) -> int:
    context.desk.resume(args.entity_id, context.who, context.clock())
    context.write_out(f"{args.entity_id}: waits for approval")
    return 0


def history(context: RegistryContext, args: argparse.Namespace) -> int:
    for change in context.desk.history(args.entity_id):
        approval = "waits"
        if change.approved_at is not None:
            approval = f"approved {change.approved_at:%Y-%m-%d %H:%M} by {change.approved_by}"
        context.write_out(
            f"{change.number}\t{change.proposed_at:%Y-%m-%d %H:%M}\t{change.kind.value} "
            f"by {change.proposed_by}\t{approval}\t{change.version[:12]}"
        )
    return 0


# --- snapshots ------------------------------------------------------------------------


def snapshots(context: RegistryContext, args: argparse.Namespace) -> int:
    in_force = context.database.read(publishing.claimed_pointer)
    for each in context.database.read(publishing.listing):
        mark = "*" if each.number == in_force.number else " "
        context.write_out(
            f"{mark}{each.number}\t{each.published_at:%Y-%m-%d %H:%M} by {each.published_by}"
            f"\t{len(each.members)} service providers\t{each.note}"
        )
    return 0


def show_snapshot(context: RegistryContext, args: argparse.Namespace) -> int:
    if args.at is not None:
        return _show_past(context, args.at, args.sp)
    for sp in materialise.contents(context.database, context.certificates, args.number):
        if args.sp in (None, sp.entity_id):
            context.write_out(_line_of(sp))
    return 0


def _show_past(context: RegistryContext, at: datetime, entity_id: str | None) -> int:
    """Each service provider with who proposed and approved it; the status is 1 if it was none."""
    found = past.in_force_at(context.database, context.certificates, at, entity_id)
    term = found.term
    context.write_out(
        f"snapshot {term.snapshot}, in force since {term.since:%Y-%m-%d %H:%M} by {term.put_by}"
    )
    for each in found.providers:
        change = each.change
        staged = "" if each.staged is None else f"for {each.staged.share} % of logins\t"
        context.write_out(
            f"{_line_of(each.sp)}\t{staged}{each.version[:12]}\t"
            f"proposed {change.proposed_at:%Y-%m-%d %H:%M} by {change.proposed_by}, "
            f"approved {change.approved_at:%Y-%m-%d %H:%M} by {change.approved_by}"
        )
    return 0 if found.providers else 1


def _line_of(sp: ServiceProvider) -> str:
    state = "approved" if sp.active else "suspended"
    return f"{sp.key}\t{state}\t{sp.name(LANGUAGES)}"


def rollback(context: RegistryContext, args: argparse.Namespace) -> int:
    publishing.rollback(
        context.database, context.audit, args.number, context.who, context.clock()
    )
    return _in_force_here(context)


def publish_now(context: RegistryContext, args: argparse.Namespace) -> int:
    return _publish(context, args.note)


def _publish(context: RegistryContext, note: str) -> int:
    publishing.publish(
        context.database,
        context.audit,
        context.signing_key,
        context.who,
        context.clock(),
        note,
    )
    return _in_force_here(context)


def _in_force_here(context: RegistryContext) -> int:
    number = materialise.follow(context.database, context.directory, context.certificates)
    context.write_out(f"snapshot {number} is in force")
    return 0
