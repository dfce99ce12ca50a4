"""Judge a metadata document: every finding at once, and the document with fixes applied.

Pure.  A document that is refused is still judged as far as it can be read, so
that whoever mends it can mend everything in one go.
"""

from collections.abc import Iterator

from lxml import etree

from metadata import safe_xml
from metadata.safe_xml import UnsafeXml
from sp_registry.lint import document_rules, endpoint_rules, key_rules
from sp_registry.lint.finding import Finding, Fix, LintContext, Severity
from sp_registry.lint.subject import Subject, found, subject_of


def lint(document: bytes, context: LintContext) -> tuple[Finding, ...]:
    """All that is wrong with this document, the worst first, then from top to bottom."""
    try:
        root = safe_xml.parse_metadata(document)
    except UnsafeXml as error:
        return (_unreadable(error),)
    order = list(Severity)
    findings = dict.fromkeys(_judged(document, root, context))
    return tuple(sorted(findings, key=lambda one: (order.index(one.severity), one.line or 0)))


def entity_id_of(document: bytes) -> str | None:
    """The name of the service that would be judged; None if there is none to be read."""
    try:
        subject = subject_of(safe_xml.parse_metadata(document))
    except UnsafeXml:
        return None
    return subject.description.entity_id or None if subject is not None else None


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """None if there are no findings."""
    return findings[0].severity if findings else None


def mended(
    document: bytes, context: LintContext, only: str | None = None
) -> tuple[bytes, tuple[Fix, ...]]:
    """The document after every quick fix that it has use for, or the named one; and which."""
    applied: dict[str, Fix] = {}
    while (fix := _next_fix(document, context, applied, only)) is not None:
        document = fix.apply(document)
        applied[fix.name] = fix
    return document, tuple(applied.values())


def _next_fix(
    document: bytes, context: LintContext, applied: dict[str, Fix], only: str | None
) -> Fix | None:
    fixes = (one.fix for one in lint(document, context) if one.fix is not None)
    wanted = (one for one in fixes if only in (None, one.name))
    return next((one for one in wanted if one.name not in applied), None)


def _unreadable(error: UnsafeXml) -> Finding:
    finding = found(document_rules.known(error.code), detail=error.detail)
    cause = error.__cause__
    line = cause.lineno if isinstance(cause, etree.XMLSyntaxError) else None
    return Finding(finding.code, finding.severity, finding.text, line)


def _judged(
    document: bytes, root: etree._Element, context: LintContext
) -> Iterator[Finding]:
    yield from document_rules.refusal(document)
    yield from document_rules.schema(root)
    yield from document_rules.signature(root)
    subject = subject_of(root)
    if subject is not None:
        yield from _of_the_role(subject, context)


def _of_the_role(subject: Subject, context: LintContext) -> Iterator[Finding]:
    yield from document_rules.entity_id(subject, context)
    yield from document_rules.validity(subject, context)
    yield from document_rules.presentation(subject)
    yield from document_rules.wishes(subject)
    yield from document_rules.name_ids(subject, context)
    yield from endpoint_rules.locations(subject, context)
    yield from endpoint_rules.consumers(subject, context)
    yield from endpoint_rules.doubles(subject)
    yield from endpoint_rules.elsewhere(subject)
    yield from endpoint_rules.logout(subject, context)
    yield from key_rules.uses(subject, context)
    yield from key_rules.descriptors(subject)
    yield from key_rules.certificates(subject, context)
    yield from key_rules.encryption(subject, context)
    yield from key_rules.succession(subject, context)
    yield from key_rules.algorithms(subject)
