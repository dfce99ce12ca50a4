"""`minid audit …`: check the log's chain, and take a copy that opens anywhere."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select
from sqlite_utils import Database as SqliteFile

from certs.certificate import Certificate
from certs.signing_key import SigningKey
from hub.errors import HubError
from hub.store import audit_chain
from hub.store.database import Database
from hub.store.tables import audit
from sp_registry.parsers import Parsers

TOLD_EVERY = 10_000  # checkpoints, a week of them
_CHECKPOINTS = select(func.min(audit.c.checkpoint), func.max(audit.c.checkpoint))


class AuditFileExists(HubError):
    """There is a file where the copy was to go; it was left as it was."""

    code = "audit-file-exists"


@dataclass(frozen=True, slots=True)
class AuditContext:
    """What the commands work with; `hub/commands.py` makes it from the settings."""

    database: Database
    key: SigningKey  # the metadata key, which signs checkpoints
    certificates: Sequence[Certificate]  # of every metadata key, old ones too
    now: datetime
    write_out: Callable[[str], None]
    write_progress: Callable[[str], None]


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("audit", help="the log of what was done")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("verify", help="check the chain of the log").set_defaults(
        run_audit=verify
    )
    exporting = commands.add_parser("export", help="write a copy with full-text search")
    exporting.add_argument("file", type=Path, metavar="FILE.db")
    exporting.set_defaults(run_audit=export)


def verify(context: AuditContext, args: argparse.Namespace) -> int:
    """Seal what waits, then check everything; 1 if the chain is broken anywhere."""
    audit_chain.seal(context.database, context.key, context.now)
    progress = telling(context.write_progress)
    verdict = audit_chain.check(context.database, context.certificates, progress=progress)
    for fault in verdict.faults:
        context.write_out(fault)
    state = "broken" if verdict.faults else "whole"
    context.write_out(
        f"the audit log is {state}: {verdict.rows} rows under {verdict.checkpoints} checkpoints"
    )
    return 1 if verdict.faults else 0


def telling(write: Callable[[str], None]) -> audit_chain.Progress:
    """How far a check has come, now and then: a long log takes minutes."""

    def told(done: int, of: int) -> None:
        if done % TOLD_EVERY == 0:
            write(f"{done} of {of} checkpoints of the audit log are checked")

    return told


def export(context: AuditContext, args: argparse.Namespace) -> int:
    """A SQLite file with full-text search, as Datasette and others open it."""
    if args.file.exists():
        raise AuditFileExists(f"{args.file} is there already; it was not touched")
    copy = SqliteFile(args.file)
    args.file.chmod(0o600)
    table = copy.table("audit")
    table.insert_all(_rows(context.database))
    if table.exists():  # an empty log makes no table
        table.enable_fts(["event", "entity_id", "request_id", "details"])
        table.create_index(["at"])
    context.write_out(f"{table.count if table.exists() else 0} rows in {args.file}")
    copy.close()
    return 0


def _rows(database: Database) -> Iterator[dict[str, Any]]:
    """The log a checkpoint at a time, the unsealed rest last, so that its length is no matter."""
    first, last = database.read(lambda db: db.execute(_CHECKPOINTS).one())
    for number in (*range(first or 1, (last or 0) + 1), None):
        yield from database.read(_rows_under(number))


def _rows_under(number: int | None) -> Callable[[Connection], list[dict[str, Any]]]:
    rows = select(audit).where(audit.c.checkpoint == number).order_by(audit.c.at)
    return lambda db: [
        {**row._mapping, "at": row.at.isoformat()} for row in db.execute(rows)
    ]
