"""The one shape of signature that is read: where it stands, and what it is made of.

Core §5.4; XML Signature §4.  A signature that verifies proves nothing if it
covers something else than what is read, so the place, the Reference and every
child are fixed here, before any key or hash is used.  The rules run from
"is there one" to "what does it cover" to "by which algorithms"; whether the
values are right is not judged here.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from lxml import etree

from metadata import names
from metadata.errors import MetadataError

SIGNATURE: Final = f"{{{names.DS}}}Signature"
ISSUER: Final = f"{{{names.SAML}}}Issuer"
INCLUSIVE_NAMESPACES: Final = f"{{{names.EXCLUSIVE_C14N}}}InclusiveNamespaces"

# Canonical XML 1.0 is taken for SignedInfo alone, because Microsoft's SignedXml writes it
# unless told otherwise.  SignedInfo's children are fixed below, so which of the two
# canonical forms they were signed in changes nothing that is read.
SIGNED_INFO_C14N: Final = frozenset(
    {names.EXCLUSIVE_C14N, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"}
)


class BadSignature(MetadataError):
    """The signature is not there, not in its place or not right; `code` names the rule."""


@dataclass(frozen=True, slots=True)
class SignatureShape:
    """What a well-formed signature claims.  Nothing of it is verified yet."""

    element: etree._Element
    algorithm: str
    digest_method: str
    digest_value: str
    prefixes: tuple[str, ...]  # InclusiveNamespaces of the Reference
    claimed_certificate: str | None  # from KeyInfo: for the developer's eyes, never for trust


def has_signature(root: etree._Element) -> bool:
    """True if there is a signature anywhere, well placed or not."""
    return next(root.iter(SIGNATURE), None) is not None


def shape_of(
    root: etree._Element, accepted_signatures: Collection[str], accepted_digests: Collection[str]
) -> SignatureShape:
    """The shape of the root's own signature; raises BadSignature at the first fault."""
    signature = _only_signature(root)
    _require_place(root, signature)
    _require_unique_ids(root)
    signed_info = _signed_info(signature)
    c14n, method, reference = _children(
        signed_info, "CanonicalizationMethod", "SignatureMethod", "Reference"
    )
    _require_c14n(c14n)
    algorithm = _accepted(method, accepted_signatures, "SignatureMethod")
    _require_reference_to(root, reference)
    transforms, digest, value = _children(
        reference, "Transforms", "DigestMethod", "DigestValue", code="signature-reference"
    )
    return SignatureShape(
        signature,
        algorithm,
        _accepted(digest, accepted_digests, "DigestMethod"),
        _plain_text(value),
        _prefixes(transforms),
        signature.findtext(f".//{{{names.DS}}}X509Certificate"),
    )


def _only_signature(root: etree._Element) -> etree._Element:
    signatures = list(root.iter(SIGNATURE))
    if not signatures:
        raise BadSignature("signature-missing", f"{_name(root)} is not signed; it must be")
    if len(signatures) > 1:
        raise BadSignature("signature-several", f"{len(signatures)} signatures; wanted one")
    return signatures[0]


def _require_place(root: etree._Element, signature: etree._Element) -> None:
    """Core §3.2.1: after Issuer; Metadata §2.3.2: first."""
    before = list(signature.itersiblings(preceding=True))
    in_metadata = etree.QName(root).namespace == names.MD
    wanted = [] if in_metadata else [ISSUER]
    if signature.getparent() is not root or [one.tag for one in before] != wanted:
        where = "its first child" if in_metadata else "directly after its Issuer"
        raise BadSignature(
            "signature-misplaced", f"the Signature must be a child of {_name(root)}, {where}"
        )


def _require_unique_ids(root: etree._Element) -> None:
    ids = Counter(
        value
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    )
    if twice := [one for one, count in ids.items() if count > 1]:
        raise BadSignature("signature-id-twice", f"ID {str(twice[0])[:80]!r} stands twice")


def _signed_info(signature: etree._Element) -> etree._Element:
    """Signature holds SignedInfo, SignatureValue and at most KeyInfo; no Object."""
    children = list(signature)
    if len(children) == 3:
        _require_tag(children[2], "KeyInfo", "signature-shape")
        children.pop()
    _require_tags(signature, children, ("SignedInfo", "SignatureValue"), "signature-shape")
    _plain_text(children[1])
    return children[0]


def _require_c14n(method: etree._Element) -> None:
    algorithm = method.get("Algorithm")
    if algorithm not in SIGNED_INFO_C14N:
        raise BadSignature(
            "signature-transform",
            f"CanonicalizationMethod is {algorithm!r}; wanted {names.EXCLUSIVE_C14N}",
        )
    inclusive_prefixes(method)


def _accepted(method: etree._Element, accepted: Collection[str], what: str) -> str:
    algorithm = method.get("Algorithm", "")
    if algorithm not in accepted:
        raise BadSignature(
            "signature-algorithm",
            f"{what} is {algorithm[:100]!r}; accepted are {', '.join(sorted(accepted))}",
        )
    if len(method):
        raise BadSignature("signature-shape", f"{what} may have no children")
    return str(algorithm)


def _require_reference_to(root: etree._Element, reference: etree._Element) -> None:
    wanted = f"#{root.get('ID', '')}"
    found = reference.get("URI")
    if wanted == "#" or found != wanted:
        raise BadSignature(
            "signature-reference",
            f"the Reference is to {str(found)[:100]!r}; wanted {wanted[:100]!r}, the whole message",
        )


def _prefixes(transforms: etree._Element) -> tuple[str, ...]:
    """Exactly: enveloped, then exclusive canonicalisation (Core §5.4.4)."""
    found = [one.get("Algorithm") for one in transforms]
    if found != [names.ENVELOPED, names.EXCLUSIVE_C14N]:
        raise BadSignature(
            "signature-transform",
            f"Transforms are {found!r}; wanted enveloped-signature, then {names.EXCLUSIVE_C14N}",
        )
    enveloped, exclusive = _children(
        transforms, "Transform", "Transform", code="signature-transform"
    )
    if len(enveloped):
        raise BadSignature("signature-transform", "the enveloped transform may have no children")
    return inclusive_prefixes(exclusive)


def inclusive_prefixes(method: etree._Element) -> tuple[str, ...]:
    if not len(method):
        return ()
    if len(method) > 1 or method[0].tag != INCLUSIVE_NAMESPACES or len(method[0]):
        raise BadSignature(
            "signature-transform", "a canonicalisation may hold one InclusiveNamespaces only"
        )
    return tuple(str(method[0].get("PrefixList", "")).split())


def _children(
    parent: etree._Element, *wanted: str, code: str = "signature-shape"
) -> list[etree._Element]:
    children = list(parent)
    _require_tags(parent, children, wanted, code)
    return children


def _require_tags(
    parent: etree._Element, children: list[etree._Element], wanted: tuple[str, ...], code: str
) -> None:
    if len(children) == len(wanted):
        for child, name in zip(children, wanted, strict=True):
            _require_tag(child, name, code)
        return
    found = [_name(child) for child in children]
    many = found.count("Reference") > 1
    raise BadSignature(
        "signature-reference" if many else code,
        f"{_name(parent)} holds {found[:8]}; wanted {list(wanted)}",
    )


def _require_tag(element: etree._Element, name: str, code: str) -> None:
    if element.tag != f"{{{names.DS}}}{name}":
        raise BadSignature(code, f"found {_name(element)} where {name} was wanted")


def _plain_text(element: etree._Element) -> str:
    if len(element):
        raise BadSignature("signature-shape", f"{_name(element)} must hold text alone")
    return "".join((element.text or "").split())


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
