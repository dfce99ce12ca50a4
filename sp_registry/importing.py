"""`minid registry import DIR`: what such a folder says, first told and then proposed.

Every file is read and judged before anything is written.  If one is broken or refused, it is
named, with the line where there is one, and nothing at all is taken in, unless the others are
asked for.  What comes in is proposed at the desk as anything else: a change wants another
person's approval where two are wanted, and all of it stands in the audit log.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from metadata.errors import MetadataError
from sp_registry import commands, folder, logos, organisations, remarks, transfer
from sp_registry.errors import RegistryError
from sp_registry.folder import Place
from sp_registry.logos import Logo
from sp_registry.onboarding import NeedsApproval
from sp_registry.registry_context import RegistryContext
from sp_registry.toml_policy import BadFile
from sp_registry.transfer import Coming

SUSPENDED = "suspended, as in the file"
LONGEST_SHOWN = 200  # characters of one side of a shift


def bring_in(context: RegistryContext, args: argparse.Namespace) -> int:
    """Tell what would change, then propose it; published once, at the end."""
    named = folder.read_organisations(args.folder)
    places = folder.places(args.folder)
    new = _new_organisations(context, named)
    sound = [place for place in places if _planned(context, place, args.dry_run)]
    if args.dry_run:
        _tell_of_others(context, places)
        return 0 if sound == places else 1
    if sound != places and not args.skip_broken:
        context.write_out("nothing was taken in: mend this, or take the others with --skip-broken")
        return 1
    _keep_organisations(context, new)
    taken = [_told(context, place, args) for place in sound]
    _tell_of_others(context, places)
    if args.approve or any(SUSPENDED in lines for lines in taken):
        commands.publish_now(context, argparse.Namespace(note=remarks.IMPORTED.format(len(places))))
    return 0 if sound == places and all(taken) else 1


def _new_organisations(context: RegistryContext, named: dict[str, str]) -> dict[str, str]:
    """Those that are not known here; raises BadOrganisation."""
    known = context.database.read(organisations.names)
    new = {number: named[number] for number in sorted(set(named) - set(known))}
    for number, name in new.items():
        organisations.require_sound(number, name)
        context.write_out(f"organisation {number}: new, {name.strip()}")
    return new


def _planned(context: RegistryContext, place: Place, at_length: bool) -> bool:
    """Tell what would change, or why it is refused; what is as it is here, only if asked."""
    try:
        found = _coming(context, place.path)
        lines = _shown(found)
        if place.waiting is not None:
            waiting = _waiting(context, place.waiting, place, found)
            lines += [f"then waits: {line}" for line in _shown(waiting)]
    except (MetadataError, RegistryError) as fault:
        context.write_out(f"{_name(place, fault)}: refused: {fault.detail} ({fault.code})")
        return False
    if at_length:
        _write(context, place, lines)
    elif found.shifts:
        _write(context, place, lines if found.now is not None else lines[:1])
    return True


def _write(context: RegistryContext, place: Place, lines: Sequence[str]) -> None:
    context.write_out(f"{_name(place)}: {lines[0]}")
    for line in lines[1:]:
        context.write_out(f"  {line}")


def _name(place: Place, fault: Exception | None = None) -> str:
    """The folder, and the document in it where that is at fault; a policy's fault names its own."""
    name = f"{place.path.parent.name}/{place.path.name}"
    return f"{name}/{folder.METADATA}" if isinstance(fault, MetadataError) else name


def _keep_organisations(context: RegistryContext, new: dict[str, str]) -> None:
    now = context.clock()
    for number in new:
        context.audit("organisation-added", context.who, now, {"organisation": number})

    def job(connection: Connection) -> None:
        for number, name in new.items():
            organisations.keep(connection, number, name, context.who, now)

    context.database.write(job)


def _told(context: RegistryContext, place: Place, args: argparse.Namespace) -> list[str]:
    """Take one in, and what waits for it; what became of it, and nothing if it was refused."""
    try:
        lines = _one(context, place, args.approve)
    except (MetadataError, RegistryError) as fault:
        context.write_out(f"{_name(place, fault)}: refused: {fault.detail} ({fault.code})")
        return []
    _write(context, place, lines)
    return lines


def _one(context: RegistryContext, place: Place, approve: bool) -> list[str]:
    found = _coming(context, place.path)
    told = _taken_in(context, found, approve)
    if place.waiting is None:
        return told
    waiting = _waiting(context, place.waiting, place, found)
    if not _coming(context, place.path).is_here:
        return [*told, "the change that waits is left: this must be approved first"]
    return [*told, f"the change that waits: {_taken_in(context, waiting, False)[0]}"]


def _coming(context: RegistryContext, path: Path, environment: str | None = None) -> Coming:
    kept = folder.read(path, environment)
    return transfer.coming(context.database, kept, context.mode, context.clock())


def _waiting(context: RegistryContext, path: Path, place: Place, found: Coming) -> Coming:
    waiting = _coming(context, path, place.path.parent.name)
    if waiting.kept.key != found.kept.key:
        raise BadFile("what waits is of another service provider")
    return waiting


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
        told = [SUSPENDED]
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
