"""The SAML messages that a browser carried, as anybody beside it could read them."""

import base64
import zlib
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from lxml import etree
from playwright.sync_api import BrowserContext, Request

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


@dataclass(frozen=True, slots=True)
class Carried:
    """One message on its way, and how it went."""

    to: str
    method: str
    parameters: dict[str, str] = field(repr=False)

    @property
    def root(self) -> etree._Element:
        coded = self.parameters.get("SAMLRequest") or self.parameters["SAMLResponse"]
        plain = base64.b64decode(coded)
        return etree.fromstring(zlib.decompress(plain, -15) if self.method == "GET" else plain)

    @property
    def kind(self) -> str:
        return etree.QName(self.root).localname

    @property
    def relay_state(self) -> str | None:
        return self.parameters.get("RelayState")

    @property
    def is_signed(self) -> bool:
        """In the query of a Redirect, or enveloped in a POST."""
        if self.method == "GET":
            return "Signature" in self.parameters
        return self.root.find(SIGNATURE) is not None

    @property
    def has_encrypted_assertion(self) -> bool:
        """True of an encrypted one alone; False of one in clear alone."""
        encrypted = self.root.find(f"{SAML}EncryptedAssertion") is not None
        in_clear = self.root.find(f"{SAML}Assertion") is not None
        assert encrypted != in_clear
        return encrypted

    @property
    def status(self) -> tuple[str, ...]:
        """The status codes from the top down, without what all of them begin with."""
        codes = self.root.iter(f"{SAMLP}StatusCode")
        return tuple(code.get("Value", "").rpartition(":")[2] for code in codes)


class Wire:
    """Listens to one browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.messages: list[Carried] = []
        context.on("request", self._hear)

    def _hear(self, request: Request) -> None:
        text = urlsplit(request.url).query if request.method == "GET" else request.post_data
        parameters = dict(parse_qsl(text or "", keep_blank_values=True))
        if {"SAMLRequest", "SAMLResponse"} & parameters.keys():
            to = request.url.partition("?")[0]
            self.messages.append(Carried(to, request.method, parameters))

    def last(self, kind: str) -> Carried:
        """The newest AuthnRequest, Response, LogoutRequest or LogoutResponse."""
        return [message for message in self.messages if message.kind == kind][-1]
