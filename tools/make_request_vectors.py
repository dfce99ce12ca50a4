"""Make the requests in `tests/vectors/requests/`: quirks of real clients, and hostile ones.

    python tools/make_request_vectors.py [--to FOLDER]

A `.query` is the raw query of HTTP-Redirect, a `.form` the body of HTTP-POST, as they
come over the wire.  Signed by `cryptography` and `xmlsec`, never by our own signer, with the
keys in `tests/vectors/keys/`, which are for tests only.  Run again it leaves no diff.
"""

import argparse
import base64
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import xmlsec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

VECTORS = Path(__file__).parent.parent / "tests" / "vectors"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
IDPORTEN = "https://idporten.difi.no/idporten-extensions"
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PPT = f"{CLASSES}PasswordProtectedTransport"
SP = "https://sp.example.no"
OPEN = "https://open.example.no"  # registered as one that need not sign
KEYLESS = "https://keyless.example.no"  # registered without a key
SSO = "https://idp.example.no/saml/sso"
ACCEPTED = "accepted"
HASHES = {f"{MORE}rsa-sha256": hashes.SHA256(), f"{MORE}rsa-sha512": hashes.SHA512()}

Escape = Callable[[bytes], str]


@dataclass(frozen=True)
class Vector:
    name: str
    content: bytes
    about: str
    expected: str = ACCEPTED  # or the code of the refusal
    suffix: str = "query"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--to", type=Path, default=VECTORS / "requests")
    folder = arguments.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for vector in all_vectors():
        file = f"{vector.name}.{vector.suffix}"
        (folder / file).write_bytes(vector.content)
        expected[file] = {"expected": vector.expected, "about": vector.about}
    text = json.dumps(expected, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8")


def all_vectors() -> Iterator[Vector]:
    yield from quirks()
    yield from quirks_of_the_query()
    yield from posted()
    yield from broken_queries()
    yield from broken_documents()
    yield from broken_messages()
    yield from broken_signatures()
    yield from not_allowed()


# --- parts ---------------------------------------------------------------------------


def request(
    message_id: str,
    content: str = "",
    issuer: str = SP,
    root: str = "samlp:AuthnRequest",
    before: str = "",
    **attributes: str | None,
) -> bytes:
    given = {
        "ID": message_id,
        "Version": "2.0",
        "IssueInstant": "2026-01-02T03:04:05Z",
        "Destination": SSO,
    } | attributes
    written = "".join(f" {n}={quoteattr(v)}" for n, v in given.items() if v is not None)
    return (
        f'{before}<{root} xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}"{written}>'
        f"<saml:Issuer>{issuer}</saml:Issuer>{content}</{root}>"
    ).encode()


def asking(*classes: str, comparison: str = "exact") -> str:
    refs = "".join(f"<saml:AuthnContextClassRef>{c}</saml:AuthnContextClassRef>" for c in classes)
    return (
        f'<samlp:RequestedAuthnContext Comparison="{comparison}">{refs}'
        "</samlp:RequestedAuthnContext>"
    )


def on_behalf_of(value: str, wrapper: str | None = None) -> str:
    inner = f"<e:OnBehalfOf>{value}</e:OnBehalfOf>"
    if wrapper:
        inner = f"<e:{wrapper}>{inner}</e:{wrapper}>"
    return f'<samlp:Extensions xmlns:e="{IDPORTEN}">{inner}</samlp:Extensions>'


def raw_deflate(data: bytes) -> bytes:
    """Without compression: what a compressor makes differs from one zlib to the next."""
    compressor = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def escaped(value: bytes) -> str:
    return quote(value, safe="")


def lower_escaped(value: bytes) -> str:
    parts = quote(value, safe="").split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])


def barely_escaped(value: bytes) -> str:
    return quote(value, safe="+/:")


def query(
    xml: bytes,
    relay_state: bytes | None = None,
    key: str | None = "registered",
    algorithm: str = f"{MORE}rsa-sha256",
    escape: Escape = escaped,
    deflated: bytes | None = None,
) -> bytes:
    message = base64.b64encode(raw_deflate(xml) if deflated is None else deflated)
    parts = [f"SAMLRequest={escape(message)}"]
    if relay_state is not None:
        parts.append(f"RelayState={escape(relay_state)}")
    if key is None:
        return "&".join(parts).encode()
    parts.append(f"SigAlg={escape(algorithm.encode())}")
    octets = "&".join(parts).encode()
    signature = private_key(key).sign(
        octets, padding.PKCS1v15(), HASHES.get(algorithm, hashes.SHA256())
    )
    return octets + f"&Signature={escape(base64.b64encode(signature))}".encode()


def pem(name: str) -> bytes:
    return (VECTORS / "keys" / f"test-only-{name}.key.pem").read_bytes()


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem(name), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def enveloped(xml: bytes, key: str = "registered", declaration: bool = False) -> bytes:
    root = etree.fromstring(xml)
    signature = etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{MORE}rsa-sha256"/>'
        f'<ds:Reference URI="#{root.get("ID")}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue/></ds:Reference>'
        "</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"
    )
    root.insert(1, signature)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pem(key), xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    return etree.tostring(root, encoding="utf-8", xml_declaration=declaration)


def form(message: bytes, relay_state: bytes | None = None) -> bytes:
    body = f"SAMLRequest={escaped(base64.b64encode(message))}"
    if relay_state is not None:
        body += f"&RelayState={escaped(relay_state)}"
    return body.encode()


def in_signature_vectors(name: str) -> bytes:
    return (VECTORS / "signature" / name).read_bytes()


# --- accepted -------------------------------------------------------------------------


def quirks() -> Iterator[Vector]:
    def vector(name: str, xml: bytes, about: str) -> Vector:
        return Vector(name, query(xml, b"state"), about)

    yield vector("plain", request("_plain"), "as the specification has it")
    xml = request("_capital", IsPassive="False", ForceAuthn="True")
    yield vector("capital-booleans", xml, 'IsPassive="False", as .NET writes booleans')
    yield vector("digit-id", request("4f2a9c"), "an ID that begins with a digit")
    xml = request("_padded", asking(f"\n    {PPT}\n  "))
    yield vector("padded-class", xml, "a class reference padded with white space")
    xml = request("_capital-unspecified", asking(f"{CLASSES}Unspecified"))
    yield vector("capital-unspecified", xml, "unspecified with a capital U")
    xml = request("_millis", IssueInstant="2026-01-02T03:04:05.678Z")
    yield vector("milliseconds", xml, "milliseconds in IssueInstant")
    xml = request("_ticks", IssueInstant="2026-01-02T03:04:05.6789012Z")
    yield vector("ticks", xml, "seven decimals in IssueInstant, as .NET writes ticks")
    xml = request("_declared", before='<?xml version="1.0" encoding="UTF-8"?>\n')
    yield vector("xml-declaration", xml, "an XML declaration before the message")
    xml = request("_unwrapped", on_behalf_of("Aukra"))
    yield vector("on-behalf-of", xml, "OnBehalfOf directly in Extensions")
    xml = request("_wrapped", on_behalf_of("Aukra", "IDPortenExtensions"))
    yield vector("on-behalf-of-wrapped", xml, "OnBehalfOf as the published schema wraps it")
    xml = request("_default").replace(b"samlp:AuthnRequest", b"AuthnRequest")
    xml = xml.replace(b"<AuthnRequest", f'<AuthnRequest xmlns="{SAMLP}"'.encode(), 1)
    yield vector("default-namespace", xml, "the protocol's name space without a prefix")
    xml = request("_indexed", AssertionConsumerServiceIndex="1", ProviderName="Etaten <&>")
    yield vector("consumer-index", xml, "the second consumer by its index")


def quirks_of_the_query() -> Iterator[Vector]:
    xml = request("_lower")
    content = query(xml, "søknad/æ".encode(), escape=lower_escaped)
    yield Vector("lower-case-escapes", content, "percent-escapes in lower case")
    content = query(request("_barely"), b"a/b:c", escape=barely_escaped)
    yield Vector("few-escapes", content, "plus, slash and colon not escaped")
    content = query(request("_locale")) + b"&locale=nn&theme=dark"
    yield Vector("locale", content, "unsigned parameters after the signature")
    content = query(request("_eight"), "æ".encode() * 4096)
    yield Vector("relay-state-8-kb", content, "a RelayState of 8192 bytes")
    content = query(request("_script"), b'"><script>alert(1)</script>')
    yield Vector("relay-state-script", content, "a RelayState that would be a script")
    content = query(request("_sha512"), algorithm=f"{MORE}rsa-sha512")
    yield Vector("rsa-sha512", content, "rsa-sha512")
    turned = b"&".join(reversed(query(request("_turned"), b"state").split(b"&")))
    yield Vector("turned-round", turned, "the parameters in another order than they are signed in")
    yield Vector("unsigned", query(request("_u", issuer=OPEN), key=None), "unsigned, as it may be")


def posted() -> Iterator[Vector]:
    content = form(enveloped(request("_post")), "søknad".encode())
    yield Vector("post", content, "by POST", suffix="form")
    content = form(enveloped(request("_post-declared"), declaration=True))
    yield Vector("post-declared", content, "by POST with an XML declaration", suffix="form")
    lines = base64.encodebytes(enveloped(request("_post-lines"))).replace(b"\n", b"\r\n")
    content = f"SAMLRequest={escaped(lines)}".encode()
    yield Vector("post-lines", content, "by POST with base64 in lines", suffix="form")


# --- refused --------------------------------------------------------------------------


def broken_queries() -> Iterator[Vector]:
    plain = query(request("_query"), b"state")
    yield Vector("nothing", b"", "no parameter at all", "request-missing")
    content = plain.replace(b"SAMLRequest=", b"SAMLResponse=")
    yield Vector("response", content, "a SAMLResponse", "request-missing")
    yield Vector("not-base64", b"SAMLRequest=%3Cxml%3E", "XML as it is", "request-encoding")
    content = plain + b"&SAMLEncoding=urn%3Agzip"
    yield Vector("other-encoding", content, "another encoding than DEFLATE", "request-encoding")
    twice = "request-parameter-twice"
    yield Vector("request-twice", plain + b"&SAMLRequest=x", "a second SAMLRequest", twice)
    yield Vector("relay-state-twice", plain + b"&RelayState=x", "a second RelayState", twice)
    about = "a second RelayState with an escape in its name"
    yield Vector("relay-state-disguised", plain + b"&Relay%53tate=x", about, twice)
    yield Vector("algorithm-twice", plain + b"&SigAlg=x", "a second SigAlg", twice)
    state = "request-relay-state"
    content = query(request("_long"), b"x" * 8193)
    yield Vector("relay-state-too-long", content, "a RelayState of 8193 bytes", state)
    content = query(request("_latin"), b"s\xf8knad")
    yield Vector("relay-state-latin-1", content, "a RelayState in ISO-8859-1", state)
    xml = request("_deflate")
    for name, deflated, about, code in (
        ("bomb", in_signature_vectors("bomb.deflate"), "half a megabyte in 3 kB", "too-large"),
        ("trailing", raw_deflate(xml) + b"more", "bytes after the last block", "trailing"),
        ("cut", raw_deflate(xml)[:-9], "the end is missing", "incomplete"),
        ("not-deflated", xml, "text that was never deflated", "broken"),
        ("zlib", zlib.compress(xml, 0), "a zlib header before the data", "broken"),
    ):
        yield Vector(name, query(xml, deflated=deflated), about, f"deflate-{code}")


def broken_documents() -> Iterator[Vector]:
    xml = request("_document")
    for name, message, about, code in (
        ("comment", xml.replace(b"sp.ex", b"sp.<!---->ex"), "a comment inside Issuer", "comment"),
        ("instruction", xml.replace(b"</saml:I", b"<?x y?></saml:I"), "an instruction in Issuer",
         "instruction"),
        ("external-entity", in_signature_vectors("external-entity.xml"),
         "an entity that names a file", "doctype"),
        ("billion-laughs", in_signature_vectors("billion-laughs.xml"),
         "entities that grow tenfold each", "doctype"),
        ("utf-16", xml.decode().encode("utf-16"), "UTF-16", "not-utf8"),
        ("latin-1", '<x a="ø"/>'.encode("latin-1"), "ISO-8859-1", "not-utf8"),
        ("byte-order-mark", b"\xef\xbb\xbf" + xml, "a byte order mark", "byte-order-mark"),
        ("two-roots", xml + xml, "two documents in one", "not-well-formed"),
        ("control-character", xml.replace(b"sp.ex", b"sp.&#1;ex"), "a control character",
         "not-well-formed"),
        ("too-deep", b"<x>" * 60 + b"</x>" * 60, "sixty elements in one another", "too-deep"),
        ("long-namespace", b'<x xmlns:a="%s"/>' % (b"a" * 300), "an endless name space",
         "long-namespace"),
    ):  # fmt: skip
        yield Vector(name, query(message), about, f"xml-{code}")


def broken_messages() -> Iterator[Vector]:
    def vector(name: str, code: str, about: str, xml: bytes) -> Vector:
        return Vector(name, query(xml), about, f"request-{code}")

    xml = request("_logout", root="samlp:LogoutRequest")
    yield vector("logout", "kind", "a LogoutRequest", xml)
    yield vector("version-1", "version", "SAML 1.1", request("_v", Version="1.1"))
    yield vector("no-id", "id", "no ID", request("_", ID=None))
    yield vector("id-space", "id", "a space in the ID", request("_a b"))
    yield vector("id-long", "id", "an ID of 257 characters", request("_" + "a" * 256))
    xml = request("_format").replace(b"<saml:Issuer>", b'<saml:Issuer Format="urn:x">')
    yield vector("issuer-format", "issuer", "an Issuer that is no entity", xml)
    yield vector("no-issuer", "issuer", "an empty Issuer", request("_n", issuer=""))
    xml = request("_local", IssueInstant="02.01.2026 04:04:05")
    yield vector("instant", "instant", "a time as people write it", xml)
    xml = request("_end", IssueInstant="9999-12-31T23:59:59-14:00")
    yield vector("instant-last", "instant", "a time beyond the calendar's end", xml)
    xml = request("_first", IssueInstant="0001-01-01T00:00:00+14:00")
    yield vector("instant-first", "instant", "a time before the calendar's beginning", xml)
    yield vector("boolean", "boolean", "a boolean in words", request("_yes", IsPassive="yes"))
    xml = request("_index", AssertionConsumerServiceIndex="first")
    yield vector("index", "index", "an index in words", xml)
    xml = request("_comparison", asking(PPT, comparison="strongest"))
    yield vector("comparison", "comparison", "a comparison that is none", xml)
    declared = "<saml:AuthnContextDeclRef>urn:x</saml:AuthnContextDeclRef>"
    xml = request("_decl", f"<samlp:RequestedAuthnContext>{declared}</samlp:RequestedAuthnContext>")
    yield vector("declaration", "context", "a declaration in the place of a class", xml)
    xml = request("_subject", "<saml:Subject><saml:EncryptedID/></saml:Subject>")
    yield vector("subject", "subject", "an encrypted Subject", xml)
    twice = "element-twice"
    xml = request("_issuers", f"<saml:Issuer>{OPEN}</saml:Issuer>")
    yield vector("issuer-twice", twice, "a second Issuer", xml)
    xml = request("_policies", "<samlp:NameIDPolicy/>" * 2)
    yield vector("policy-twice", twice, "a second NameIDPolicy", xml)
    both = on_behalf_of("Aukra", "IDPortenExtensions").replace(
        "</samlp:", "<e:OnBehalfOf>B</e:OnBehalfOf></samlp:"
    )
    yield vector("on-behalf-of-both", twice, "OnBehalfOf in both shapes", request("_both", both))
    xml = request("_letters", on_behalf_of("Aukra kommune"))
    yield vector("on-behalf-of-letters", "on-behalf-of", "OnBehalfOf with a space", xml)


def broken_signatures() -> Iterator[Vector]:
    xml = request("_signature")
    whole = query(xml, b"state")
    until = whole.index(b"&Signature=")

    def vector(name: str, code: str, about: str, content: bytes, suffix: str = "query") -> Vector:
        return Vector(name, content, about, f"signature-{code}", suffix)

    yield vector("signature-missing", "missing", "unsigned", query(xml, key=None))
    yield vector("signature-stripped", "incomplete", "SigAlg without Signature", whole[:until])
    content = whole.replace(b"RelayState=state", b"RelayState=other")
    yield vector("state-altered", "invalid", "a RelayState altered after signing", content)
    content = query(request("_signature", ForceAuthn="true"), b"state")
    mixed = content[: content.index(b"&RelayState")] + whole[whole.index(b"&RelayState") :]
    yield vector("message-exchanged", "invalid", "the signature of another message", mixed)
    yield vector("foreign-key", "invalid", "signed by a stranger", query(xml, key="foreign"))
    content = query(xml, algorithm=f"{DS}rsa-sha1")
    yield vector("rsa-sha1", "algorithm", "RSA with SHA-1", content)
    content = query(xml, algorithm=f"{DS}hmac-sha1")
    yield vector("hmac", "algorithm", "HMAC", content)
    content = query(xml, algorithm=f"{MORE}ecdsa-sha256")
    yield vector("ecdsa", "wrong-key", "ECDSA, which no registered key can make", content)
    content = query(request("_keyless", issuer=KEYLESS))
    yield vector("keyless", "no-key", "signed, and no key is registered", content)
    inside = enveloped(xml)
    content = query(inside, key=None)
    yield vector("enveloped", "misplaced", "an enveloped signature by Redirect", content)
    yield vector("signed-twice", "several", "signed in the query and in the XML", query(inside))
    content = form(enveloped(xml, "foreign"))
    yield vector("post-foreign-key", "wrong-key", "signed by a stranger", content, "form")
    altered = enveloped(xml).replace(b"<saml:Issuer>", b"<saml:Issuer >").replace(
        b'Version="2.0"', b'Version="2.0" ForceAuthn="true"'
    )
    content = form(altered)
    yield vector("post-altered", "content-altered", "altered after signing", content, "form")


def not_allowed() -> Iterator[Vector]:
    content = query(request("_stranger", issuer="https://stranger.example"))
    yield Vector("stranger", content, "an Issuer that nobody registered", "sp-unknown")
    content = query(request("_case", issuer="https://SP.example.no"))
    yield Vector("issuer-case", content, "a registered Issuer in other letters", "sp-unknown")
    for name, destination in (("host", "https://idp.example.com/saml/sso"), ("slash", f"{SSO}/")):
        content = query(request("_destination", Destination=destination))
        about = f"a Destination of another {name}"
        yield Vector(f"destination-{name}", content, about, "request-destination")
    content = query(request("_no-destination", Destination=None))
    about = "signed without a Destination"
    yield Vector("no-destination", content, about, "request-destination")
    content = query(request("_old", IssueInstant="2026-01-02T02:56:29Z"))
    yield Vector("stale", content, "made eight minutes and a second ago", "request-stale")
    content = query(request("_young", IssueInstant="2026-01-02T03:07:31Z"))
    about = "made three minutes and a second from now"
    yield Vector("future", content, about, "request-from-the-future")
    content = query(request("_unregistered", on_behalf_of("Bykle")))
    about = "OnBehalfOf that is not registered"
    yield Vector("on-behalf-of-other", content, about, "request-on-behalf-of")
    content = query(request("_unsigned", on_behalf_of("Aukra"), issuer=OPEN), key=None)
    about = "OnBehalfOf in an unsigned request"
    yield Vector("on-behalf-of-unsigned", content, about, "request-on-behalf-of-unsigned")
    for name, url in (
        ("foreign", "https://attacker.example/acs"),
        ("prefix", f"{SP}/acs/../other"),
        ("userinfo", f"{SP}@attacker.example/acs"),
        ("slash", f"{SP}/acs/"),
    ):
        content = query(request("_consumer", AssertionConsumerServiceURL=url))
        about = f"a consumer that is not registered ({name})"
        yield Vector(f"consumer-{name}", content, about, "consumer-unknown")
    content = query(request("_consumer-index", AssertionConsumerServiceIndex="9"))
    about = "the index of no consumer"
    yield Vector("consumer-no-index", content, about, "consumer-unknown")


if __name__ == "__main__":
    main()
