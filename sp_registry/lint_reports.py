"""What `minid sp lint` found, for people and for programs: text, JSON, SARIF and GitHub.

The JSON is described in docs/lint.md.  SARIF 2.1.0 is what most systems for builds show.
GitHub's workflow commands are lines that its runners turn into remarks on a change.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sp_registry.lint import linter
from sp_registry.lint.catalogue import RULES
from sp_registry.lint.finding import Finding, Fix, Severity

JSON_VERSION: Final = 1
SARIF_VERSION: Final = "2.1.0"
SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Final = {Severity.BREAKS: "error", Severity.WEAKENS: "warning", Severity.ADVICE: "note"}
COMMANDS: Final = {Severity.BREAKS: "error", Severity.WEAKENS: "warning", Severity.ADVICE: "notice"}


@dataclass(frozen=True, slots=True)
class Report:
    """One file: what was mended in it, and what is still to be found."""

    file: str
    entity_id: str | None
    findings: tuple[Finding, ...]
    applied: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """How it is told: judged as for production or not, in which language, with which status."""

    production: bool
    language: str
    status: int


def as_text(reports: Sequence[Report], told: Told) -> Iterator[str]:
    for report in reports:
        for fix in report.applied:
            yield f"{report.file}: fixed: {fix.text.in_language(told.language)} ({fix.name})"
        for finding in report.findings:
            yield f"{report.file}:{_line(finding, told.language)}"
        if not report.findings:
            yield f"{report.file}: nothing found"


def _line(finding: Finding, language: str) -> str:
    at = "" if finding.line is None else f"{finding.line}:"
    fix = "" if finding.fix is None else f" [quick fix: {finding.fix.name}]"
    text = finding.text.in_language(language)
    return f"{at} {finding.severity.value}: {text} ({finding.code}){fix}"


def as_json(reports: Sequence[Report], told: Told) -> Iterator[str]:
    whole = {
        "version": JSON_VERSION,
        "production": told.production,
        "status": told.status,
        "files": [_report_as_json(report) for report in reports],
    }
    yield json.dumps(whole, ensure_ascii=False, indent=2)


def _report_as_json(report: Report) -> dict[str, Any]:
    worst = linter.worst(report.findings)
    return {
        "file": report.file,
        "entity_id": report.entity_id,
        "worst": None if worst is None else worst.value,
        "fixed": [fix.name for fix in report.applied],
        "findings": [_finding_as_json(finding) for finding in report.findings],
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    fix = finding.fix
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "line": finding.line,
        "path": finding.path,
        "text": finding.text.by_language(),
        "fix": None if fix is None else {"name": fix.name, "text": fix.text.by_language()},
    }


def as_sarif(reports: Sequence[Report], told: Told) -> Iterator[str]:
    """One run; its rules are those that were broken (SARIF 2.1.0 §3.13 to §3.27)."""
    findings = [(report.file, one) for report in reports for one in report.findings]
    codes = sorted({one.code for _, one in findings})
    driver = {"name": "minid sp lint", "rules": [_rule(code, told.language) for code in codes]}
    results = [_result(file, one, codes, told.language) for file, one in findings]
    run = {"tool": {"driver": driver}, "results": results}
    whole = {"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]}
    yield json.dumps(whole, ensure_ascii=False, indent=2)


def _rule(code: str, language: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "shortDescription": {"text": rule.text.in_language(language)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(file: str, finding: Finding, codes: list[str], language: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(file)}}
    if finding.line is not None:
        place["region"] = {"startLine": finding.line}
    location: dict[str, Any] = {"physicalLocation": place}
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": LEVELS[finding.severity],
        "message": {"text": finding.text.in_language(language)},
        "locations": [location],
    }


def as_github(reports: Sequence[Report], told: Told) -> Iterator[str]:
    for report in reports:
        for one in report.findings:
            line = "" if one.line is None else f",line={one.line}"
            text = _escaped(one.text.in_language(told.language))
            file, title = _property(report.file), _property(one.code)
            yield f"::{COMMANDS[one.severity]} file={file}{line},title={title}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Final = {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}
