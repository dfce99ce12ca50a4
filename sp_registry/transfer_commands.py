"""`minid registry export|import|aggregate`: the whole registry as a folder of files, and others'.

One code path with `minid sp add` and the pages: what comes in is proposed at the desk.
"""

import argparse
from pathlib import Path

from sp_registry import aggregate_commands, folder, importing, organisations, transfer
from sp_registry.parsers import Parsers
from sp_registry.registry_context import RegistryContext, leaf


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("registry", help="the whole registry as files")
    leaves = parser.add_subparsers(required=True, metavar="COMMAND")
    exporting = leaf(leaves, "export", "write it to a folder, for version control", export)
    exporting.add_argument("folder", type=Path, metavar="DIR")
    coming = leaf(leaves, "import", "propose what such a folder says", importing.bring_in)
    coming.add_argument("folder", type=Path, metavar="DIR")
    coming.add_argument("--approve", action="store_true", help="approve what was approved there")
    coming.add_argument("--dry-run", action="store_true", help="print what would change, only")
    coming.add_argument(
        "--skip-broken", action="store_true", help="take the others in, where a file is refused"
    )
    aggregate_commands.add_parser(leaves)


def export(context: RegistryContext, args: argparse.Namespace) -> int:
    names = context.database.read(organisations.names)
    count = folder.write(args.folder, names, transfer.everything(context.database))
    context.write_out(f"{count} service providers in {args.folder}")
    return 0
