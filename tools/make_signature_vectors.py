"""Make the hostile and the good messages in `tests/vectors/signature/`.

    python tools/make_signature_vectors.py [--to FOLDER]

Signed by python-xmlsec, never by our own signer, with the keys in
`tests/vectors/keys/`, which are for tests only.  Run again it leaves no diff:
RSA signatures and everything else here are the same each time.
"""

import argparse
import json
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import xmlsec
from lxml import etree

VECTORS = Path(__file__).parent.parent / "tests" / "vectors"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENVELOPED = f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
CANONICAL = f'<ds:Transform Algorithm="{EXCLUSIVE}"/>'
TRANSFORMS = ENVELOPED + CANONICAL
XSLT = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
    '<xsl:template match="/"><x/></xsl:template></xsl:stylesheet></ds:Transform>'
)
HONEST = "https://sp.example.no/acs"
EVIL = "https://attacker.example/acs"
ACCEPTED = "accepted"

Tree = etree._Element


@dataclass(frozen=True)
class Vector:
    name: str
    content: bytes
    expected: str  # "accepted", or the code of the refusal
    about: str
    fools_xmlsec: bool = False  # a verifier that asks xmlsec alone says yes
    suffix: str = "xml"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--to", type=Path, default=VECTORS / "signature")
    folder = arguments.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for vector in all_vectors():
        file = f"{vector.name}.{vector.suffix}"
        (folder / file).write_bytes(vector.content)
        expected[file] = {
            "expected": vector.expected,
            "about": vector.about,
            "fools_xmlsec": vector.fools_xmlsec,
        }
    text = json.dumps(expected, indent=2, sort_keys=True) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8")


def all_vectors() -> Iterator[Vector]:
    yield from good()
    yield from wrappings()
    yield from misplaced()
    yield from wrong_keys_and_algorithms()
    yield from references()
    yield from altered()
    yield from unsafe_documents()
    yield from deflated()


# --- parts ---------------------------------------------------------------------


def request(message_id: str, consumer: str = HONEST, issuer: str = "https://sp.example.no") -> Tree:
    return etree.fromstring(
        f'<samlp:AuthnRequest xmlns:samlp="{SAMLP}" ID="{message_id}" Version="2.0" '
        'IssueInstant="2026-01-02T03:04:05Z" Destination="https://idp.example.no/saml/sso" '
        f'AssertionConsumerServiceURL="{consumer}">'
        f'<saml:Issuer xmlns:saml="{SAML}">{issuer}</saml:Issuer>'
        "<samlp:NameIDPolicy/></samlp:AuthnRequest>"
    )


def template(
    uri: str,
    method: str = f"{MORE}rsa-sha256",
    digest: str = SHA256,
    transforms: str = TRANSFORMS,
    c14n: str = EXCLUSIVE,
) -> Tree:
    return etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{c14n}"/>'
        f'<ds:SignatureMethod Algorithm="{method}"/>'
        f'<ds:Reference URI="{uri}"><ds:Transforms>{transforms}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference>'
        "</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"
    )


def private_key(name: str = "registered") -> xmlsec.Key:
    pem = (VECTORS / "keys" / f"test-only-{name}.key.pem").read_bytes()
    return xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)


def certificate(name: str = "registered") -> bytes:
    return (VECTORS / "keys" / f"test-only-{name}.crt.pem").read_bytes()


def key_info(name: str = "registered") -> Tree:
    body = "".join(certificate(name).decode().splitlines()[1:-1])
    return etree.fromstring(
        f'<ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{body}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )


def signed(
    root: Tree, signature: Tree | None = None, key: xmlsec.Key | None = None, at: int = 1
) -> Tree:
    """The root with a signature by xmlsec at this place among its children."""
    if signature is None:
        signature = template(f"#{root.get('ID')}")
    root.insert(at, signature)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = key or private_key()
    context.sign(signature)
    return root


def good_one(message_id: str = "_good") -> Tree:
    root = signed(request(message_id))
    signature_of(root).append(key_info())
    return root


def signature_of(root: Tree) -> Tree:
    return next(root.iter(f"{{{DS}}}Signature"))


def written(root: Tree) -> bytes:
    return etree.tostring(root, encoding="utf-8")


# --- groups --------------------------------------------------------------------


def good() -> Iterator[Vector]:
    yield Vector("good", written(good_one()), ACCEPTED, "signed as most software signs")
    root = signed(request("_bare"))
    yield Vector("good-without-keyinfo", written(root), ACCEPTED, "no KeyInfo at all")
    root = signed(request("_inclusive"), template("#_inclusive", c14n=INCLUSIVE))
    about = "SignedInfo in Canonical XML 1.0, as Microsoft's SignedXml writes it"
    yield Vector("good-inclusive-signed-info", written(root), ACCEPTED, about)
    root = signed(request("_lead"), template("#_lead", method=f"{MORE}rsa-sha512"))
    yield Vector("good-rsa-sha512", written(root), ACCEPTED, "rsa-sha512 over a sha256 digest")


def wrappings() -> Iterator[Vector]:
    """The eight classic wrappings, made for a request, and one with a doubled ID."""

    def vector(
        number: int, expected: str, about: str, wrap: Callable[[Tree, Tree], None]
    ) -> Vector:
        evil, original = request("_evil", EVIL), good_one("_original")
        wrap(evil, original)
        # In 1, 6 and 8 xmlsec's enveloped transform takes the original away with its
        # Signature, in 9 it finds the evil root first; other verifiers are fooled by these too.
        fools = number not in (1, 6, 8, 9)
        return Vector(f"wrapping-{number}", written(evil), expected, about, fools_xmlsec=fools)

    def taken(original: Tree) -> Tree:
        signature = signature_of(original)
        original.remove(signature)
        return signature

    def first(evil: Tree, original: Tree) -> None:
        signature = taken(original)
        evil.insert(1, signature)
        signature.append(original)

    def second(evil: Tree, original: Tree) -> None:
        signature = taken(original)
        evil.insert(1, original)
        evil.insert(2, signature)

    def fifth(evil: Tree, original: Tree) -> None:
        evil.insert(1, taken(original))
        evil.append(original)

    def sixth(evil: Tree, original: Tree) -> None:
        evil.insert(1, taken(original))
        evil[1][-1].append(original)

    def seventh(evil: Tree, original: Tree) -> None:
        etree.SubElement(evil, f"{{{SAMLP}}}Extensions").append(original)

    def eighth(evil: Tree, original: Tree) -> None:
        signature = taken(original)
        evil.insert(1, signature)
        etree.SubElement(signature, f"{{{DS}}}Object").append(original)

    def ninth(evil: Tree, original: Tree) -> None:
        evil.set("ID", "_original")
        fifth(evil, original)

    misplaced, shape = "signature-misplaced", "signature-shape"
    yield vector(1, shape, "the original inside its own Signature", first)
    yield vector(2, misplaced, "the original before its detached Signature", second)
    yield vector(3, misplaced, "the original, signed, as first child", lambda e, o: e.insert(0, o))
    yield vector(4, misplaced, "the original, signed, as last child", lambda e, o: e.append(o))
    yield vector(5, "signature-reference", "a Signature in its place, the original behind", fifth)
    yield vector(6, "signature-reference", "the original inside KeyInfo", sixth)
    yield vector(7, misplaced, "the original, signed, in Extensions", seventh)
    yield vector(8, shape, "the original in an Object of the Signature", eighth)
    yield vector(9, "signature-id-twice", "the evil root bears the original's ID", ninth)


def misplaced() -> Iterator[Vector]:
    yield Vector("unsigned", written(request("_u")), "signature-missing", "no Signature")
    root = signed(request("_last"), at=2)
    about = "a valid Signature as last child"
    yield Vector("misplaced-last", written(root), "signature-misplaced", about, fools_xmlsec=True)
    root = good_one("_two")
    root.append(deepcopy(signature_of(root)))
    yield Vector("two-signatures", written(root), "signature-several", "a second Signature")
    root = good_one("_twice")
    etree.SubElement(root, f"{{{SAMLP}}}Extensions").set("ID", "_twice")
    yield Vector("id-twice", written(root), "signature-id-twice", "two elements with one ID")
    root = good_one("_object")
    etree.SubElement(signature_of(root), f"{{{DS}}}Object")
    about = "an Object that is not signed, in the Signature"
    yield Vector("object", written(root), "signature-shape", about, fools_xmlsec=True)


def wrong_keys_and_algorithms() -> Iterator[Vector]:
    root = signed(request("_foreign"), key=private_key("foreign"))
    signature_of(root).append(key_info("foreign"))
    about = "signed by a stranger, whose certificate is in KeyInfo"
    yield Vector("foreign-key", written(root), "signature-wrong-key", about)
    root = signed(request("_claims"), key=private_key("foreign"))
    signature_of(root).append(key_info())
    about = "signed by a stranger, with the registered certificate in KeyInfo"
    yield Vector("foreign-key-claims-ours", written(root), "signature-invalid", about)
    algorithm = "signature-algorithm"
    secret = xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataHmac, certificate())
    root = signed(request("_h"), template("#_h", method=f"{MORE}hmac-sha256"), secret)
    about = "HMAC with the public certificate as its key"
    yield Vector("hmac-with-public-key", written(root), algorithm, about)
    root = signed(request("_o"), template("#_o", method=f"{DS}rsa-sha1"))
    yield Vector("sha1-signature", written(root), algorithm, "rsa-sha1", fools_xmlsec=True)
    root = signed(request("_d"), template("#_d", digest=f"{DS}sha1"))
    yield Vector("sha1-digest", written(root), algorithm, "a SHA-1 digest", fools_xmlsec=True)
    root = good_one("_pss")
    method = next(root.iter(f"{{{DS}}}SignatureMethod"))
    method.set("Algorithm", "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1")
    yield Vector("rsa-pss", written(root), algorithm, "RSA-PSS, which is not listed")


def references() -> Iterator[Vector]:
    reference = "signature-reference"
    root = signed(request("_empty"), template(""))
    about = "an empty Reference, which means whatever document it stands in"
    yield Vector("reference-empty", written(root), reference, about, fools_xmlsec=True)
    root = good_one("_external")
    next(root.iter(f"{{{DS}}}Reference")).set("URI", "http://attacker.example/message")
    yield Vector("reference-external", written(root), reference, "a Reference to the network")
    root = request("_pair")
    signature = template("#_pair")
    signature[0].append(deepcopy(signature[0][2]))
    about = "two References"
    yield Vector(
        "two-references", written(signed(root, signature)), reference, about, fools_xmlsec=True
    )
    transform = "signature-transform"
    root = signed(request("_xslt"), template("#_xslt", transforms=ENVELOPED + XSLT))
    about = "XSLT makes the same out of every message"
    yield Vector("transform-xslt", written(root), transform, about, fools_xmlsec=True)
    root = signed(request("_alone"), template("#_alone", transforms=ENVELOPED))
    about = "no canonicalisation named, which means Canonical XML 1.0"
    yield Vector("transform-missing", written(root), transform, about, fools_xmlsec=True)


def altered() -> Iterator[Vector]:
    content = "signature-content-altered"
    root = good_one("_altered")
    root.set("AssertionConsumerServiceURL", EVIL)
    yield Vector("altered-attribute", written(root), content, "the consumer was changed")
    root = good_one("_tail")
    signature_of(root).tail = "evil"
    yield Vector("altered-tail", written(root), content, "text added right after the Signature")
    root = good_one("_value")
    digest = next(root.iter(f"{{{DS}}}SignatureMethod"))
    digest.set("Algorithm", f"{MORE}rsa-sha512")
    about = "SignedInfo names another algorithm than it was signed with"
    yield Vector("altered-signed-info", written(root), "signature-invalid", about)
    honest = written(good_one("_void"))
    void = honest.replace(b"<samlp:NameIDPolicy/>", b'<r:x xmlns:r="relative"/>')
    about = "a relative name space, of which no canonical form is defined"
    yield Vector("void-canonical-form", void, "signature-canonicalisation", about)


def unsafe_documents() -> Iterator[Vector]:
    issuer = "https://sp.example.no"
    root = signed(request("_comment", issuer=f"{issuer}<!---->.attacker.example"))
    about = "a comment that cuts the Issuer short for some readers"
    yield Vector("comment-in-text", written(root), "xml-comment", about, fools_xmlsec=True)
    root = signed(request("_instruction"))
    root.append(etree.ProcessingInstruction("x", "y"))
    about = "a processing instruction"
    yield Vector("processing-instruction", written(root), "xml-instruction", about)
    honest = written(good_one("_doctype"))
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    external = entity + honest.replace(b"<samlp:NameIDPolicy/>", b"<x>&e;</x>")
    yield Vector("external-entity", external, "xml-doctype", "an entity that names a file")
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10)
    )
    laughing = b"<!DOCTYPE x [" + laughs + b"]><x>&l9;</x>"
    yield Vector("billion-laughs", laughing, "xml-doctype", "entities that grow tenfold each")
    yield Vector(
        "utf-16", external.decode().encode("utf-16"), "xml-not-utf8", "a DOCTYPE in UTF-16"
    )
    unmarked = external.decode().encode("utf-16-le")
    yield Vector("utf-16-unmarked", unmarked, "xml-not-utf8", "the same without its mark")
    declared = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + honest
    yield Vector("latin-1", declared, "xml-not-utf8", "declared as ISO-8859-1")
    deep = b"<x>" * 60 + b"</x>" * 60
    yield Vector("too-deep", deep, "xml-too-deep", "sixty elements in one another")
    long = b'<x xmlns:a="%s"><a:x/><a:x/></x>' % (b"a" * 300)
    about = "a name space that its canonical form repeats"
    yield Vector("long-namespace", long, "xml-long-namespace", about)


def deflated() -> Iterator[Vector]:
    honest = written(good_one("_deflated"))
    stored = raw_deflate(honest)
    kind = "deflate"
    yield Vector("good", stored, ACCEPTED, "stored blocks", suffix=kind)
    yield Vector("bomb", bomb(), "deflate-too-large", "half a megabyte in 3 kB", suffix=kind)
    about = "bytes after the last block"
    yield Vector("trailing", stored + b"more", "deflate-trailing", about, suffix=kind)
    yield Vector("cut", stored[:-9], "deflate-incomplete", "the end is missing", suffix=kind)
    about = "text that was never deflated"
    yield Vector("not-deflated", honest, "deflate-broken", about, suffix=kind)


def raw_deflate(data: bytes) -> bytes:
    """Without compression: what a compressor makes differs from one zlib to the next."""
    compressor = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def bomb() -> bytes:
    """One fixed-Huffman block (RFC 1951 §3.2.6): a letter, then 2000 times 258 copies of it."""
    final_block, letter = "1" + "10", f"{0x30 + ord('a'):08b}"
    copy = "11000101" + "00000"  # length 258, distance 1
    bits = final_block + letter + copy * 2000 + "0000000"
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))


if __name__ == "__main__":
    main()
