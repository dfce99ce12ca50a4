"""Logout messages as services send them, and what the hub sends them, for the tests of logout.

Signed by `cryptography` and `xmlsec`, never by our own signer.
"""

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from hub.errors import OutsideFailed
from hub.saml import soap
from hub.saml.message_id import new_message_id
from metadata import names
from metadata.description import Endpoint
from metadata.safe_xml import text_of
from tests.builders import (
    HUB,
    REGISTERED,
    KeyPair,
    an_authn_request,
    deflated,
    enveloped,
    escaped,
)
from tests.hub.world import Browser, Page, World, ask, log_in

SLO = f"{HUB}/saml/slo"
SLO_SOAP = f"{HUB}/saml/slo/soap"
ASKER = "https://asker.example.no"
OTHER = "https://other.example.no"
THIRD = "https://third.example.no"
SUCCESS = ("Success",)
PARTIAL = ("Success", "PartialLogout")


@dataclass(frozen=True)
class Visit:
    """What a service was told in its assertion."""

    entity_id: str
    name_id: str
    name_id_format: str
    session_index: str


def redirect_at(entity_id: str, **more: Any) -> tuple[Endpoint, ...]:
    return (Endpoint(names.HTTP_REDIRECT, f"{entity_id}/slo", **more),)


def soap_at(entity_id: str) -> tuple[Endpoint, ...]:
    return (Endpoint(names.SOAP_BINDING, f"{entity_id}/slo/soap"),)


def visited(world: World, browser: Browser, entity_id: str, **description: Any) -> Visit:
    """Register a service provider, log in there, and read what it was told."""
    world.register(entity_id, **({"logout": redirect_at(entity_id)} | description))
    page = ask(world, browser, issuer=entity_id)
    if not page.is_answer:
        page = log_in(world, browser)
    (statement,) = page.answer().iter(f"{{{names.SAML}}}AuthnStatement")
    name_id = page.name_id
    return Visit(
        entity_id, text_of(name_id), name_id.get("Format", ""), statement.get("SessionIndex", "")
    )


# --- to the hub --------------------------------------------------------------------------


def a_logout_request(world: World, visit: Visit, **changes: Any) -> bytes:
    """`content` replaces NameID and SessionIndex."""
    content = (
        f'<saml:NameID Format="{visit.name_id_format}">{visit.name_id}</saml:NameID>'
        f"<samlp:SessionIndex>{visit.session_index}</samlp:SessionIndex>"
    )
    given: dict[str, Any] = {
        "id": new_message_id(),
        "issuer": visit.entity_id,
        "issued_at": world.clock.now(),
        "destination": SLO,
        "content": content,
        "root": "samlp:LogoutRequest",
    }
    return an_authn_request(**(given | changes))


def a_logout_response(world: World, asked: etree._Element, issuer: str, **changes: Any) -> bytes:
    """The answer to a LogoutRequest of the hub's."""
    top, *second = changes.pop("status", SUCCESS)
    inner = "".join(f'<samlp:StatusCode Value="{status_uri(one)}"/>' for one in second)
    given: dict[str, Any] = {
        "id": new_message_id(),
        "issuer": issuer,
        "issued_at": world.clock.now(),
        "destination": SLO,
        "root": "samlp:LogoutResponse",
        "InResponseTo": asked.get("ID"),
        "content": (
            f'<samlp:Status><samlp:StatusCode Value="{status_uri(top)}">{inner}'
            "</samlp:StatusCode></samlp:Status>"
        ),
    }
    return an_authn_request(**(given | changes))


def status_uri(name: str) -> str:
    return f"urn:oasis:names:tc:SAML:2.0:status:{name}"


def slo_address(
    xml: bytes,
    parameter: str = "SAMLRequest",
    relay_state: str | None = None,
    signed_by: KeyPair | None = REGISTERED,
) -> str:
    """Our address with a message by Redirect."""
    parts = [f"{parameter}={escaped(base64.b64encode(deflated(xml)))}"]
    if relay_state is not None:
        parts.append(f"RelayState={escaped(relay_state)}")
    if signed_by is None:
        return f"/saml/slo?{'&'.join(parts)}"
    parts.append(f"SigAlg={escaped(names.RSA_SHA256)}")
    octets = "&".join(parts)
    value = signed_by.private.sign(octets.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"/saml/slo?{octets}&Signature={escaped(base64.b64encode(value))}"


def slo_form(
    xml: bytes, parameter: str = "SAMLRequest", signed_by: KeyPair | None = REGISTERED
) -> tuple[tuple[str, str], ...]:
    message = xml if signed_by is None else enveloped(xml, signed_by)
    return ((parameter, base64.b64encode(message).decode()), ("RelayState", "back & forth"))


def asks(world: World, browser: Browser, visit: Visit, follow: bool = True, **given: Any) -> Page:
    """The service asks for the logout, by Redirect."""
    relay_state = given.pop("relay_state", None)
    xml = a_logout_request(world, visit, **given)
    return browser.open(slo_address(xml, relay_state=relay_state), follow=follow)


# --- from the hub ------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A message of the hub's on its way by Redirect."""

    url: str

    @property
    def fields(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def to(self) -> str:
        return self.url.partition("?")[0]

    @property
    def message(self) -> etree._Element:
        value = self.fields.get("SAMLResponse") or self.fields["SAMLRequest"]
        return etree.fromstring(zlib.decompress(base64.b64decode(value), -15))

    @property
    def status(self) -> tuple[str, ...]:
        return statuses(self.message)


def statuses(message: etree._Element) -> tuple[str, ...]:
    found = message.iter(f"{{{names.SAMLP}}}StatusCode")
    return tuple(str(one.get("Value")).rpartition(":")[2] for one in found)


def sent_by(page: Page) -> Sent:
    """The message that a redirect, or a page that goes on by itself, carries."""
    if page.status == 303:
        return Sent(page.response.headers["Location"])
    return Sent(page.response.headers["Refresh"].partition("url=")[2])


def leg(browser: Browser, number: int) -> Sent:
    """Walk one leg of the logout that the browser shows, as far as the service's door."""
    home = browser.page
    sent = sent_by(browser.open(f"{home.path}/leg/{number}", follow=False))
    browser.page = home
    return sent


def verdicts(browser: Browser) -> dict[str, str]:
    """What the page says of each service."""
    return {
        row.xpath("string(span)"): row.get("data-verdict")
        for row in browser.page.dom.xpath("//*[@data-number]")
    }


Reply = Callable[[etree._Element], bytes]


@dataclass
class SoapPeers:
    """Services behind the back channel; `answers` says what each replies with."""

    answers: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, etree._Element]] = field(default_factory=list)

    def send(self, url: str, envelope: bytes) -> bytes:
        message = soap.body_of(envelope)
        self.asked.append((url, message))
        return self.answers[url](message)


def confirming(world: World, issuer: str = OTHER, **changes: Any) -> Reply:
    def reply(asked: etree._Element) -> bytes:
        xml = a_logout_response(world, asked, issuer, **changes)
        return soap.enveloped_message(enveloped(xml, REGISTERED))

    return reply


def is_silent(message: etree._Element) -> bytes:
    raise OutsideFailed("no answer in time", code="soap-silent")


def is_away(message: etree._Element) -> bytes:
    raise OutsideFailed("connection refused", code="soap-unreachable")
