"""`minid sp lint FILE…`: the linter for a shell, and for the builds of agencies.

Works alone: it needs no installation, no settings and no network.  Statuses, options and
JSON are described in docs/lint.md; JSON does not change within a version.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sp_registry.lint import linter
from sp_registry.lint.finding import Finding, Fix, LintContext, Severity
from sp_registry.lint.subject import found
from sp_registry.lint_reports import FORMATS, Report, Told
from sp_registry.parsers import Parsers

LANGUAGES: Final = ("en", "nn", "nb", "se")
SEVERITIES: Final = {
    "breaks": Severity.BREAKS,
    "weakens": Severity.WEAKENS,
    "advice": Severity.ADVICE,
}
CLEAN, FOUND, UNUSABLE = 0, 1, 2
# What is no metadata document at all; nothing else was judged.
NOT_METADATA: Final = frozenset(
    {
        "file-unreadable",
        "document-unreadable",
        "xml-not-well-formed",
        "xml-doctype",
        "metadata-no-entity",
    }
)
STANDARD: Final = Path("-")  # input, or output of --fix

Write = Callable[[str], None]


def add_parser(commands: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `lint`; it sets `run_alone`, which wants the arguments, the time and a way out."""
    parser = commands.add_parser("lint", help="say all that is wrong with metadata documents")
    parser.set_defaults(run_alone=lint_files)
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="-: standard input"
    )
    parser.add_argument(
        "--severity",
        choices=list(SEVERITIES),
        help="tell what is at least so bad, and end with 1 if there is any",
    )
    parser.add_argument(
        "--format", choices=list(FORMATS), default="text", help="see docs/lint.md"
    )
    parser.add_argument(
        "--json", action="store_const", const="json", dest="format", help="as --format json"
    )
    parser.add_argument("--production", action="store_true", help="judge it as for production")
    parser.add_argument("--organisation-number", metavar="NUMBER", help="the agency's own")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument(
        "--fix",
        type=Path,
        metavar="OUT",
        help="write the document with every quick fix applied; -: to standard output",
    )


def lint_files(args: argparse.Namespace, now: datetime, write_out: Write) -> int:
    """Judge each file; one that cannot be read does not stop the others."""
    if args.fix is not None and len(args.files) > 1:
        write_out("--fix writes one document: give one FILE with it.")
        return UNUSABLE
    try:
        reports = _reports(args, now)
    except OSError as fault:
        write_out(f"{args.fix}: not written: {fault.strerror}")
        return UNUSABLE
    status = max(_status(report, SEVERITIES[args.severity or "breaks"]) for report in reports)
    told = Told(args.production, args.language, status)
    tell = _to_standard_error if args.fix == STANDARD else write_out
    for text in FORMATS[args.format]([_cut(one, args.severity) for one in reports], told):
        tell(text)
    return status


def _reports(args: argparse.Namespace, now: datetime) -> list[Report]:
    documents = {path: _read(path) for path in args.files}
    named = {path: _entity_id(document) for path, document in documents.items()}
    reports = []
    for path, document in documents.items():
        others = {one for other, one in named.items() if other != path and one is not None}
        context = LintContext(now, args.production, others, args.organisation_number)
        reports.append(_report(path, document, context, args.fix))
    return reports


def _read(path: Path) -> bytes | Finding:
    try:
        return sys.stdin.buffer.read() if path == STANDARD else path.read_bytes()
    except OSError as fault:
        return found("file-unreadable", detail=fault.strerror or "unknown")


def _entity_id(document: bytes | Finding) -> str | None:
    return linter.entity_id_of(document) if isinstance(document, bytes) else None


def _report(
    path: Path, document: bytes | Finding, context: LintContext, out: Path | None
) -> Report:
    if isinstance(document, Finding):
        return Report(str(path), None, (document,))
    applied: tuple[Fix, ...] = ()
    if out is not None:
        document, applied = linter.mended(document, context)
        _write(out, document)
    findings = linter.lint(document, context)
    return Report(str(path), linter.entity_id_of(document), findings, applied)


def _write(out: Path, document: bytes) -> None:
    if out == STANDARD:
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(document)


def _status(report: Report, least: Severity) -> int:
    if any(one.code in NOT_METADATA for one in report.findings):
        return UNUSABLE
    return FOUND if any(_is_so_bad(one, least) for one in report.findings) else CLEAN


def _cut(report: Report, severity: str | None) -> Report:
    """Without what is less bad than was asked for."""
    least = SEVERITIES[severity or "advice"]
    findings = tuple(one for one in report.findings if _is_so_bad(one, least))
    return Report(report.file, report.entity_id, findings, report.applied)


def _is_so_bad(finding: Finding, least: Severity) -> bool:
    order = list(Severity)
    return order.index(finding.severity) <= order.index(least)


def _to_standard_error(text: str) -> None:
    print(text, file=sys.stderr)
