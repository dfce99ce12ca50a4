"""What every quick fix of the linter promises, tried on a document.

A fix is applied as the click on the registry's page applies it.  Tests and
`python -m bench.lint` ask the same.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from lxml import etree

from metadata import names, safe_xml
from metadata.schema import Kind, schema_faults
from sp_registry.lint.finding import Finding, Fix, LintContext, Severity
from sp_registry.lint.linter import lint, mended
from sp_registry.lint.subject import ROLE

OWNERS: Final = (
    f"{{{names.MD}}}EntitiesDescriptor",
    f"{{{names.MD}}}EntityDescriptor",
    ROLE,
)
# The children, and the attributes, of these that a fix may change; all else stays as it is.
TOUCHES: Final[Mapping[str, frozenset[str]]] = {
    "reorder": frozenset(),  # as many of each, in another order
    "add-use": frozenset({"KeyDescriptor"}),
    "sign-only": frozenset({"KeyDescriptor"}),
    "add-name-id-format": frozenset({"NameIDFormat"}),
    "use-https": frozenset({"AssertionConsumerService", "SingleLogoutService"}),
    "remove-signature": frozenset(),
    "remove-valid-until": frozenset({"@validUntil"}),
    "remove-weak-encryption": frozenset({"KeyDescriptor"}),
    "remove-idle-methods": frozenset({"KeyDescriptor"}),
    "remove-weak-algorithms": frozenset({"Extensions"}),
    "want-assertions-signed": frozenset({"@WantAssertionsSigned"}),
    "remove-foreign-roles": frozenset({"RoleDescriptor"}),
}
ANY_MAY: Final = frozenset({"Signature", "SPSSODescriptor", "EntityDescriptor"})


def offered(document: bytes, context: LintContext) -> dict[str, Fix]:
    """The quick fixes that this document is offered, by name."""
    return {one.fix.name: one.fix for one in lint(document, context) if one.fix is not None}


def broken(document: bytes, name: str, context: LintContext) -> list[str]:
    """Which promises the fix of this name breaks on this document, in words."""
    before = lint(document, context)
    after_click, _ = mended(document, context, name)
    after = lint(after_click, context)
    checks = {
        "its finding is still there": any(one.fix and one.fix.name == name for one in after),
        "it brings a worse finding": _is_worse(name, before, after),
        "it breaks the schema": bool(faults(after_click)) and not faults(document),
        "a second click changes something": mended(after_click, context, name)[0] != after_click,
        "it touches other parts": not touched(document, after_click) <= TOUCHES[name] | ANY_MAY,
    }
    return [words for words, is_so in checks.items() if is_so]


def _is_worse(name: str, before: tuple[Finding, ...], after: tuple[Finding, ...]) -> bool:
    order = list(Severity)
    mended_ones = [one.severity for one in before if one.fix and one.fix.name == name]
    worst = min(order.index(severity) for severity in mended_ones)
    new = [one for one in after if one.code not in {each.code for each in before}]
    return any(
        order.index(one.severity) < worst or one.severity is Severity.BREAKS for one in new
    )


def faults(document: bytes) -> list[str]:
    return schema_faults(safe_xml.parse_metadata(document), Kind.METADATA)


def touched(before: bytes, after: bytes) -> set[str]:
    """The names of the children and attributes that are not in both, comments too."""
    one, other = _parts(before), _parts(after)
    return {name for name, _ in (one - other) | (other - one)}


def _parts(document: bytes) -> Counter[tuple[str, bytes]]:
    """The canonical form of every child of the document's owners, and their attributes."""
    root = safe_xml.parse_remarked(document)
    found: Counter[tuple[str, bytes]] = Counter()
    for owner in root.iter(*OWNERS):
        for name, value in owner.attrib.items():
            found[f"@{etree.QName(name).localname}", str(value).encode()] += 1
        for child in owner:
            if isinstance(child.tag, str):
                whole = etree.tostring(child, method="c14n", exclusive=True, with_tail=False)
                found[etree.QName(child).localname, whole] += 1
            else:
                found["comment", (child.text or "").encode()] += 1
    return found


def meaning(document: bytes) -> bytes:
    """The document without the white space that only lays it out, to compare it with another."""
    root = safe_xml.parse_remarked(document)
    for element in root.iter():
        element.tail = None if not (element.tail or "").strip() else element.tail
        if len(element) and not (element.text or "").strip():
            element.text = None
    return etree.tostring(root, method="c14n", exclusive=True)
