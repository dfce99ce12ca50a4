"""`minid registry export|import|aggregate`: the whole registry as a folder of files, and others'.

One code path with `minid sp add` and the pages: what comes in is proposed at the desk.
"""

import argparse
from pathlib import Path

from sqlalchemy import Connection

from metadata.errors import MetadataError
from sp_registry import (
    aggregate_commands,
    commands,
    folder,
    logos,
    organisations,
    remarks,
    transfer,
)
from sp_registry.errors import RegistryError
from sp_registry.folder import Place
from sp_registry.logos import Logo
from sp_registry.onboarding import NeedsApproval
from sp_registry.registry_context import Parsers, RegistryContext, leaf
from sp_registry.toml_policy import BadFile
from sp_registry.transfer import Coming

LONGEST_SHOWN = 200  # characters of one side of a shift


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("registry", help="the whole registry as files")
    leaves = parser.add_subparsers(required=True, metavar="COMMAND")
    exporting = leaf(leaves, "export", "write it to a folder, for version control", export)
    exporting.add_argument("folder", type=Path, metavar="DIR")
    importing = leaf(leaves, "import", "propose what such a folder says", bring_in)
    importing.add_argument("folder", type=Path, metavar="DIR")
    importing.add_argument("--approve", action="store_true", help="approve what was approved there")
    importing.add_argument("--dry-run", action="store_true", help="print what would change, only")
    aggregate_commands.add_parser(leaves)


def export(context: RegistryContext, args: argparse.Namespace) -> int:
    names = context.database.read(organisations.names)
    count = folder.write(args.folder, names, transfer.everything(context.database))
    context.write_out(f"{count} service providers in {args.folder}")
    return 0


def bring_in(context: RegistryContext, args: argparse.Namespace) -> int:
    """Each by itself: one that is refused stops no other.  Published once, at the end."""
    named = folder.read_organisations(args.folder)
    if not args.dry_run:
        _keep_organisations(context, named)
    places = folder.places(args.folder)
    taken = [_told(context, place, args) for place in places]
    _tell_of_others(context, places)
    if args.approve and not args.dry_run:
        commands.publish_now(context, argparse.Namespace(note=remarks.IMPORTED.format(len(places))))
    return 0 if all(taken) else 1


def _keep_organisations(context: RegistryContext, named: dict[str, str]) -> None:
    now = context.clock()
    new = sorted(set(named) - set(context.database.read(organisations.names)))
    for number in new:
        context.audit("organisation-added", context.who, now, {"organisation": number})

    def job(connection: Connection) -> None:
        for number in new:
            organisations.keep(connection, number, named[number], context.who, now)

    context.database.write(job)


def _told(context: RegistryContext, place: Place, args: argparse.Namespace) -> bool:
    """Take one in, and what waits for it; False if anything was refused."""
    name = f"{place.path.parent.name}/{place.path.name}"
    try:
        lines = _one(context, place, args)
    except (MetadataError, RegistryError) as fault:
        context.write_out(f"{name}: refused: {fault.detail} ({fault.code})")
        return False
    context.write_out(f"{name}: {lines[0]}")
    for line in lines[1:]:
        context.write_out(f"  {line}")
    return True


def _one(context: RegistryContext, place: Place, args: argparse.Namespace) -> list[str]:
    found = _coming(context, place.path)
    told = _shown(found) if args.dry_run else _taken_in(context, found, args.approve)
    if place.waiting is None:
        return told
    waiting = _coming(context, place.waiting, place.path.parent.name)
    if waiting.kept.key != found.kept.key:
        raise BadFile("what waits is of another service provider")
    if args.dry_run:
        return [*told, *(f"then waits: {line}" for line in _shown(waiting))]
    if not _coming(context, place.path).is_here:
        return [*told, "the change that waits is left: this must be approved first"]
    return [*told, f"the change that waits: {_taken_in(context, waiting, False)[0]}"]


def _coming(context: RegistryContext, path: Path, environment: str | None = None) -> Coming:
    kept = folder.read(path, environment)
    return transfer.coming(context.database, kept, context.mode, context.clock())


def _shown(found: Coming) -> list[str]:
    """What would change, one line a shift."""
    if not found.shifts:
        return ["as it is" if found.is_here else "another document that means the same"]
    return [
        "new" if found.now is None else "would change",
        *(
            f"{one.field or one.subject}: {one.before[:LONGEST_SHOWN] or 'none'} -> "
            f"{one.after[:LONGEST_SHOWN] or 'none'}"
            for one in found.shifts
        ),
    ]


def _keep_logo(context: RegistryContext, logo: Logo | None) -> None:
    if logo is not None:
        logos.require_ours(logo)
        context.database.write(
            lambda connection: logos.keep(connection, logo, context.clock())
        )


def _taken_in(context: RegistryContext, found: Coming, approve: bool) -> list[str]:
    kept, entity_id, now = found.kept, found.kept.key, context.clock()
    told = ["as it is"]
    if found.is_to_stop:  # first: a suspension would push aside what is proposed before it
        context.desk.suspend(entity_id, context.who, now)
        told = ["suspended, as in the file"]
    if not found.is_here:
        _keep_logo(context, kept.logo)
        change = context.desk.propose(
            found.proposal, context.who, now, id=kept.id, active=kept.active
        )
        told.insert(0, _decided(context, entity_id, change.version, approve and kept.approved))
    elif found.is_to_go_on:
        change = context.desk.resume(entity_id, context.who, now)
        told = [_decided(context, entity_id, change.version, approve)]
    if found.is_here:
        return told
    told = [one for one in told if one != "as it is"]
    return [*told, *(f"warning: {problem}" for problem in found.proposal.problems)]


def _decided(context: RegistryContext, entity_id: str, version: str, approve: bool) -> str:
    if not context.desk.show(entity_id).newest.waits:
        return "approved already"
    if not approve:
        return "waits for approval"
    try:
        context.desk.approve(entity_id, context.who, context.clock(), version)
    except NeedsApproval as fault:
        return f"waits, not approved: {fault.detail} ({fault.code})"
    return "taken in and approved"


def _tell_of_others(context: RegistryContext, places: list[Place]) -> None:
    """What is here and not there stays: to suspend is somebody's own decision."""
    there = {place.path.name for place in places}
    for entry in context.desk.listing():
        if folder.name_of(entry.newest.entity_id) not in there:
            context.write_out(f"not in the folder, left as it is: {entry.newest.entity_id}")
