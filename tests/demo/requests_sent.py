"""Start a login and read the AuthnRequest as the hub gets it."""

import base64
import zlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from lxml import etree, html

from demo.provider import Provider

BASE_URL = "http://127.0.0.1:8090"


@dataclass(frozen=True)
class Sent:
    """One request on its way to the hub."""

    to: str
    parameters: dict[str, str]
    query: str  # as sent; empty when posted
    xml: etree._Element
    acs: str  # where this agency listens for the answer

    @property
    def request_id(self) -> str:
        return self.xml.get("ID", "")

    @property
    def relay_state(self) -> str:
        return self.parameters["RelayState"]


def ask(browser: FlaskClient, sp: Provider, service: str | None = None) -> Sent:
    """Follow a service link and read what the agency sends."""
    key = service or sp.agency.services[0].key
    page = browser.get(f"/{sp.agency.name}/login/{key}", base_url=BASE_URL)
    acs = sp.consumer_url(sp.agency.answer_at)
    if page.status_code == 200:
        return _posted(page.text, acs)
    address = urlsplit(page.headers["Location"])
    parameters = {name: values[0] for name, values in parse_qs(address.query).items()}
    inflated = zlib.decompress(base64.b64decode(parameters["SAMLRequest"]), -15)
    to = f"{address.scheme}://{address.netloc}{address.path}"
    return Sent(to, parameters, address.query, etree.fromstring(inflated), acs)


def _posted(page: str, acs: str) -> Sent:
    form = html.fromstring(page).get_element_by_id("saml-request")
    parameters = dict(form.form_values())
    xml = etree.fromstring(base64.b64decode(parameters["SAMLRequest"]))
    return Sent(form.get("action"), parameters, "", xml, acs)
