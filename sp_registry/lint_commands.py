"""`minid sp lint FILE…`: the linter for a shell, and for the builds of agencies.

Works alone: it needs no installation, no settings and no network.  The exit
status is the worst finding's, so 0 means nothing worse than advice.  JSON and
statuses are described in docs/lint.md and do not change within a version.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sp_registry.lint import linter
from sp_registry.lint.finding import Finding, Fix, LintContext
from sp_registry.lint.subject import found

JSON_VERSION: Final = 1
LANGUAGES: Final = ("en", "nn", "nb")
CANNOT_FIX: Final = 2

Write = Callable[[str], None]
Parsers = argparse._SubParsersAction  # argparse has no public name for it


@dataclass(frozen=True, slots=True)
class Report:
    """One file: what was mended in it, and what is still to be found."""

    file: Path
    entity_id: str | None
    findings: tuple[Finding, ...]
    applied: tuple[Fix, ...] = ()


def add_parser(commands: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `lint`; it sets `run_alone`, which wants the arguments, the time and a way out."""
    parser = commands.add_parser("lint", help="say all that is wrong with metadata documents")
    parser.set_defaults(run_alone=lint_files)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="for programs: see docs/lint.md")
    parser.add_argument("--production", action="store_true", help="judge it as for production")
    parser.add_argument("--organisation-number", metavar="NUMBER", help="the agency's own")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument(
        "--fix", type=Path, metavar="OUT", help="write the document with every quick fix applied"
    )


def lint_files(args: argparse.Namespace, now: datetime, write_out: Write) -> int:
    """Judge each file; one that cannot be read does not stop the others."""
    if args.fix is not None and len(args.files) > 1:
        write_out("--fix writes one document: give one FILE with it.")
        return CANNOT_FIX
    try:
        reports = _reports(args, now)
    except OSError as fault:
        write_out(f"{args.fix}: not written: {fault.strerror}")
        return CANNOT_FIX
    write = _write_json if args.json else _write_text
    write(reports, args, write_out)
    return max(_status(report) for report in reports)


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
        return path.read_bytes()
    except OSError as fault:
        return found("file-unreadable", detail=fault.strerror or "unknown")


def _entity_id(document: bytes | Finding) -> str | None:
    return linter.entity_id_of(document) if isinstance(document, bytes) else None


def _report(
    path: Path, document: bytes | Finding, context: LintContext, out: Path | None
) -> Report:
    if isinstance(document, Finding):
        return Report(path, None, (document,))
    applied: tuple[Fix, ...] = ()
    if out is not None:
        document, applied = linter.mended(document, context)
        out.write_bytes(document)
    findings = linter.lint(document, context)
    return Report(path, linter.entity_id_of(document), findings, applied)


def _status(report: Report) -> int:
    worst = linter.worst(report.findings)
    return 0 if worst is None else worst.exit_status


def _write_text(reports: Sequence[Report], args: argparse.Namespace, write_out: Write) -> None:
    for report in reports:
        for fix in report.applied:
            write_out(f"{report.file}: fixed: {fix.text.in_language(args.language)} ({fix.name})")
        for finding in report.findings:
            write_out(f"{report.file}:{_line(finding, args.language)}")
        if not report.findings:
            write_out(f"{report.file}: nothing found")


def _line(finding: Finding, language: str) -> str:
    at = "" if finding.line is None else f"{finding.line}:"
    fix = "" if finding.fix is None else f" [quick fix: {finding.fix.name}]"
    text = finding.text.in_language(language)
    return f"{at} {finding.severity.value}: {text} ({finding.code}){fix}"


def _write_json(reports: Sequence[Report], args: argparse.Namespace, write_out: Write) -> None:
    whole = {
        "version": JSON_VERSION,
        "production": args.production,
        "files": [_report_as_json(report) for report in reports],
    }
    write_out(json.dumps(whole, ensure_ascii=False, indent=2))


def _report_as_json(report: Report) -> dict[str, Any]:
    worst = linter.worst(report.findings)
    return {
        "file": str(report.file),
        "entity_id": report.entity_id,
        "worst": None if worst is None else worst.value,
        "fixed": [fix.name for fix in report.applied],
        "findings": [finding_as_json(finding) for finding in report.findings],
    }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    fix = finding.fix
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "line": finding.line,
        "path": finding.path,
        "text": finding.text.by_language(),
        "fix": None if fix is None else {"name": fix.name, "text": fix.text.by_language()},
    }
