"""`minid sp refresh [ENTITYID…]`, and the documents that `minid sp add URL` fetches."""

import argparse
from pathlib import Path

from sp_registry import onboarding, refreshing, source
from sp_registry.changes import NotRegistered
from sp_registry.environment import key_of
from sp_registry.onboarding import Options
from sp_registry.parsers import Parsers
from sp_registry.refreshing import Checked, Refreshing
from sp_registry.registry_context import RegistryContext, leaf
from sp_registry.service_provider import Policy

SCHEMES = ("https://", "http://")


def add_parser(commands: "Parsers[argparse.ArgumentParser]") -> None:
    parser = leaf(commands, "refresh", "fetch metadata again, and propose what changed", refresh)
    parser.add_argument("entity_ids", nargs="*", metavar="ENTITYID", help="all of them if none")


def refresh(context: RegistryContext, args: argparse.Namespace) -> int:
    """Ask each source now; the exit status is 1 if any of them failed."""
    work = Refreshing(context.database, context.audit, context.mode, context.fetch)
    wanted = args.entity_ids or context.database.read(refreshing.registered)
    checked = [work.refresh(one, context.who, context.clock()) for one in wanted]
    for one in checked:
        context.write_out(f"{one.entity_id}: {_told(one)}")
    if not checked:
        context.write_out("no address is in force")
    return 1 if any(one.failed for one in checked) else 0


def handed_in(
    context: RegistryContext, file_or_url: str, options: Options
) -> tuple[bytes, str | None]:
    """The document, and its address if it has one; raises OSError and SourceFault.

    A pinned certificate counts, be it given now or in force for the service that it names.
    """
    if not file_or_url.startswith(SCHEMES):
        return Path(file_or_url).read_bytes(), None
    fetched = context.fetch(file_or_url)
    pins = options.source_pins
    if pins is None:
        environment = options.environment or context.mode.environment
        claimed = onboarding.described(fetched).entity_id
        current = approved_policy(context, key_of(claimed, environment))
        pins = () if current is None else current.source_pins
    return source.believed(fetched, pins), file_or_url


def approved_policy(context: RegistryContext, key: str) -> Policy | None:
    # Not one that only waits: else whoever adds a file would vouch for another's wishes.
    try:
        approved = context.desk.show(key).approved
    except NotRegistered:
        return None
    return None if approved is None else approved.policy


def _told(checked: Checked) -> str:
    if checked.failed:
        return f"failed: {checked.detail} ({checked.outcome})"
    return {
        "same": "unchanged",
        "proposed": "changed; it waits for approval",
        "waits": "changed; something else waits already",
        "rejected": "changed; just this was rejected before",
    }[checked.outcome]
