"""An identity provider for one test run: a key, a metadata document on a local server,
and Responses made with python-xmlsec, sound or faulty as a test asks."""

import base64
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
LEVEL_3 = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"

ASSERTION = """<saml:Assertion xmlns:saml="{saml}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="{id}" Version="2.0" IssueInstant="{now}">
<saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{format}">_n1</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData InResponseTo="{request_id}" Recipient="{acs}" NotOnOrAfter="{end}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{start}" NotOnOrAfter="{end}">{audience}</saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s1"><saml:AuthnContext>
<saml:AuthnContextClassRef>{level}</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="uid">
<saml:AttributeValue xsi:type="xs:string">05816611891</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="SecurityLevel">
<saml:AttributeValue xsi:type="xs:string">3</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="AuthMethod">
<saml:AttributeValue xsi:type="xs:string">Minid-OTC</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion>"""

RESPONSE = """<samlp:Response xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="{id}" Version="2.0"
 IssueInstant="{now}" Destination="{acs}" InResponseTo="{request_id}">
<saml:Issuer>{issuer}</saml:Issuer><samlp:Status>{status}</samlp:Status></samlp:Response>"""

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{issuer}">
<md:IDPSSODescriptor protocolSupportEnumeration="{samlp}">{keys}
<md:SingleSignOnService Binding="{bindings}HTTP-Redirect" Location="{issuer}/saml/sso"/>
<md:SingleSignOnService Binding="{bindings}HTTP-POST" Location="{issuer}/saml/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""

KEY = """<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"""


@dataclass(frozen=True)
class Key:
    private: str
    certificate: str


def new_key() -> Key:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Key(private.decode(), certificate.public_bytes(Encoding.PEM).decode())


@dataclass
class ThrowawayIdp:
    issuer: str = ""
    key: Key = field(default_factory=new_key)
    published: list[Key] = field(default_factory=list)
    fetched: int = 0

    def metadata(self) -> bytes:
        keys = "".join(
            KEY.format("".join(key.certificate.strip().splitlines()[1:-1]))
            for key in self.published or [self.key]
        )
        return METADATA.format(
            issuer=self.issuer, samlp=SAMLP, bindings=BINDINGS, keys=keys
        ).encode()

    def login(
        self,
        request_id: str,
        entity_id: str,
        acs: str,
        *,
        level: str = LEVEL_3,
        sign_assertion: bool = True,
        sign_response: bool = True,
        with_audience: bool = True,
        encrypt_to: str | None = None,
    ) -> str:
        response = self._response(request_id, acs, f'<samlp:StatusCode Value="{STATUS}Success"/>')
        assertion = etree.fromstring(
            self._assertion(request_id, entity_id, acs, level, with_audience)
        )
        response.append(assertion)
        if sign_assertion:
            self._sign(assertion)
        if encrypt_to:
            encrypt(response, assertion, encrypt_to)
        if sign_response:
            self._sign(response)
        return encoded(response)

    def failure(self, request_id: str, acs: str, *codes: str, signed: bool = True) -> str:
        inner = "".join(f'<samlp:StatusCode Value="{STATUS}{code}"/>' for code in codes[1:])
        status = f'<samlp:StatusCode Value="{STATUS}{codes[0]}">{inner}</samlp:StatusCode>'
        response = self._response(request_id, acs, status)
        if signed:
            self._sign(response)
        return encoded(response)

    def _response(self, request_id: str, acs: str, status: str) -> etree._Element:
        return etree.fromstring(
            RESPONSE.format(
                samlp=SAMLP, saml=SAML, id=f"_{secrets.token_hex(8)}", now=at(0), acs=acs,
                request_id=request_id, issuer=self.issuer, status=status,
            )
        )  # fmt: skip

    def _assertion(
        self, request_id: str, entity_id: str, acs: str, level: str, with_audience: bool
    ) -> str:
        named = f"<saml:Audience>{entity_id}</saml:Audience>"
        audience = f"<saml:AudienceRestriction>{named}</saml:AudienceRestriction>"
        return ASSERTION.format(
            saml=SAML, id=f"_{secrets.token_hex(8)}", now=at(0), start=at(-60), end=at(300),
            issuer=self.issuer, request_id=request_id, acs=acs, level=level,
            audience=audience if with_audience else "",
            format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        )  # fmt: skip

    def _sign(self, element: etree._Element) -> None:
        signature = xmlsec.template.create(
            element, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256, ns="ds"
        )
        element[0].addnext(signature)
        reference = xmlsec.template.add_reference(
            signature, xmlsec.Transform.SHA256, uri=f"#{element.get('ID')}"
        )
        xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
        xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        xmlsec.tree.add_ids(element, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(self.key.private, xmlsec.KeyFormat.PEM)
        context.sign(signature)


def at(seconds: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def encoded(response: etree._Element) -> str:
    return base64.b64encode(etree.tostring(response)).decode()


def encrypt(response: etree._Element, assertion: etree._Element, certificate: str) -> None:
    """Put an EncryptedAssertion in the assertion's place."""
    wrapper = etree.SubElement(response, f"{{{SAML}}}EncryptedAssertion")
    wrapper.append(assertion)
    data = xmlsec.template.encrypted_data_create(
        wrapper, xmlsec.Transform.AES256_GCM, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    encrypted_key = xmlsec.template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
    xmlsec.template.encrypted_data_ensure_cipher_value(encrypted_key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
    context.encrypt_xml(data, assertion)


class IdpServer:
    """Publishes an identity provider's metadata on a free port of this machine."""

    def __init__(self, idp: ThrowawayIdp) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                idp.fetched += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(idp.metadata())

            def log_message(self, format: str, *args: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        idp.issuer = self.url
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
