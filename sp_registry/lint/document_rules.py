"""Rules for the document as a whole: can it be taken in, is it whole, does it still hold?

Metadata §2.3.2; ID-porten's rules for entityID; saml2int's for names and contacts.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from lxml import etree

from certs.certificate import Certificate, NotACertificate
from metadata import names, parse_presentation
from metadata.parse import BadMetadata, parse
from metadata.parse_values import boolean, moment
from metadata.schema import Kind, schema_faults
from metadata.signature import BadSignature, has_signature, signed_part
from metadata.signature_shape import SIGNATURE
from sp_registry.attribute_profiles import KNOWN_ATTRIBUTES
from sp_registry.lint import fixes
from sp_registry.lint.catalogue import RULES
from sp_registry.lint.finding import Finding, LintContext
from sp_registry.lint.order import misplaced
from sp_registry.lint.subject import Subject, codes_of, found, line_of
from sp_registry.service_provider import SERVED_BINDINGS

SOON: Final = timedelta(days=14)
URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
SCHEMA_FAULT: Final = re.compile(r"line (?P<line>[0-9]+): (?P<message>.*)", re.DOTALL)
# Addresses that software fills in, and that reach nobody (RFC 2606 §3).
OPERATING: Final = ("technical", "support")  # contacts who can mend something
EXAMPLE: Final = re.compile(r"@(.*\.)?example(\.(com|net|org))?$", re.IGNORECASE)
GIVEN: Final = KNOWN_ATTRIBUTES | {names.PAIRWISE_ID, names.SUBJECT_ID}
NAME_SPACE: Final = re.compile(r"\{[^}]*\}")
# What tells that the content was signed, and is no longer what it was.
STALE: Final = frozenset(
    {"signature-content-altered", "signature-invalid", "signature-wrong-key"}
)
# SHA-1 too: here is asked whether the signature holds, not whether anybody should trust it.
SIGNATURES: Final = names.ACCEPTED_SIGNATURES | {names.RSA_SHA1}
DIGESTS: Final = names.ACCEPTED_DIGESTS | {names.SHA1}


def refusal(document: bytes) -> Iterator[Finding]:
    """What `metadata.parse` refuses it for; only the first, as it is the only one it tells."""
    try:
        parse(document, SERVED_BINDINGS)
    except BadMetadata as error:
        yield found(known(error.code), detail=error.detail)


def known(code: str) -> str:
    """The rule for what a reader refuses; it may learn to refuse more than has a rule here."""
    return code if code in RULES else "document-unreadable"


def schema(root: etree._Element) -> Iterator[Finding]:
    """Faults of order, which can be mended, and all else that the schema complains of."""
    told: set[int | None] = set()
    for late in misplaced(root):
        parent = late.getparent()
        if parent is not None:
            told.update(map(line_of, parent))
            here = {"child": _name(late), "parent": _name(parent)}
            yield found("element-order", late, fixes.REORDER, **here)
    for role in root.iter(fixes.FOREIGN_ROLE):
        yield found("role-not-read", role, fixes.REMOVE_FOREIGN_ROLES)
    for fault in schema_faults(root, Kind.METADATA):
        read = SCHEMA_FAULT.fullmatch(fault)
        line, message = (int(read["line"]), read["message"]) if read else (None, fault)
        out_of_order = "This element is not expected" in message and line in told
        if not out_of_order and "}RoleDescriptor'" not in message:
            yield _schema_fault(line, message)


def _schema_fault(line: int | None, message: str) -> Finding:
    finding = found("schema", message=NAME_SPACE.sub("", message))
    return Finding(finding.code, finding.severity, finding.text, line)


def entity_id(subject: Subject, context: LintContext) -> Iterator[Finding]:
    named = subject.description.entity_id
    if named in context.taken_entity_ids:
        yield found("entity-id-taken", subject.entity, entity_id=named)
    if "entity-id-not-ascii" in codes_of(context, entity_id=named):
        yield found("entity-id-not-ascii", subject.entity, entity_id=named)
    if named and not URI.fullmatch(named):
        yield found("entity-id-not-uri", subject.entity, entity_id=named)


def validity(subject: Subject, context: LintContext) -> Iterator[Finding]:
    """validUntil of the role and of all that it stands in (M§2.3.1)."""
    for element in (subject.role, *subject.role.iterancestors()):
        until = moment(element.get("validUntil", ""))
        if until is None:
            continue
        told = f"{until:%Y-%m-%d %H:%M} UTC"
        if "metadata-expired" in codes_of(context, valid_until=until):
            fix = fixes.remove_valid_until(context.now)
            yield found("metadata-expired", element, fix, moment=told)
        elif until - SOON <= context.now:
            yield found("metadata-expires-soon", element, moment=told)


def signature(root: etree._Element) -> Iterator[Finding]:
    """Does it hold by the very key that it names?  That key is not thereby trusted."""
    if not has_signature(root):
        return
    element = next(root.iter(SIGNATURE))
    try:
        signed_part(root, _claimed(element), SIGNATURES, DIGESTS)
    except BadSignature as error:
        fix = fixes.REMOVE_SIGNATURE
        if error.code in STALE:
            yield found("signature-stale", element, fix)
        else:
            yield found("signature-unreadable", element, fix, detail=error.detail)


def _claimed(signature: etree._Element) -> list[Certificate]:
    text = signature.findtext(f".//{{{names.DS}}}X509Certificate", "")
    try:
        return [Certificate.from_base64(text)] if text.strip() else []
    except NotACertificate:
        return []


def presentation(subject: Subject) -> Iterator[Finding]:
    """What people need to see and to reach it."""
    if not parse_presentation.display_names(subject.entity, subject.role):
        yield found("display-name-missing", subject.role)
    contacts = parse_presentation.contacts(subject.entity, subject.role)
    if not any(one.kind in OPERATING and one.emails for one in contacts):
        yield found("contact-missing", subject.entity)
    emails = dict.fromkeys(email for one in contacts for email in one.emails)
    examples = [one for one in emails if EXAMPLE.search(one)]
    if examples:
        yield found("contact-example", subject.entity, emails=", ".join(examples))
    for _language, url in parse_presentation.information_urls(subject.role, []):
        if url.lower().startswith("http:"):
            yield found("link-http", subject.role, url=url)


def wishes(subject: Subject) -> Iterator[Finding]:
    """Attributes that the software says it cannot do without, and that nobody is given here."""
    wanted: dict[str, etree._Element] = {}
    for element in subject.role.iter(f"{{{names.MD}}}RequestedAttribute"):
        name = element.get("Name", "")
        if boolean(element, "isRequired", []) and name not in GIVEN:
            wanted.setdefault(element.get("FriendlyName") or name, element)
    if wanted:
        first = next(iter(wanted.values()))
        yield found("attribute-not-given", first, names=", ".join(wanted))


def name_ids(subject: Subject, context: LintContext) -> Iterator[Finding]:
    formats = subject.description.name_id_formats
    codes = codes_of(context, name_id_formats=formats)
    fix = fixes.ADD_NAME_ID_FORMAT
    if "name-id-missing" in codes:
        yield found("name-id-missing", subject.role, fix)
    if "name-id-unknown" in codes:
        element = next(subject.role.iterchildren(f"{{{names.MD}}}NameIDFormat"))
        yield found("name-id-unknown", element, fix, formats=", ".join(formats))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
