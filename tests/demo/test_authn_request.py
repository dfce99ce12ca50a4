"""What each agency's software sends to the hub."""

import base64
from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest
import xmlsec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from flask.testing import FlaskClient
from lxml import etree

from demo.agencies import AGENCIES
from demo.provider import Provider
from tests.demo.requests_sent import BASE_URL, ask
from tests.demo.throwaway_idp import SAML, SAMLP, ThrowawayIdp

NS = {"saml": SAML, "samlp": SAMLP, "ds": "http://www.w3.org/2000/09/xmldsig#"}
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
EVERY = [agency.name for agency in AGENCIES]
SIGNED_IN_THE_QUERY = [name for name in EVERY if name not in ("nav", "posten")]

Sps = Mapping[str, Provider]


@pytest.mark.parametrize("name", EVERY)
def test_each_names_itself_the_endpoint_and_a_new_id(
    name: str, browser_at: FlaskClient, idp: ThrowawayIdp, sps: Sps
) -> None:
    sent = ask(browser_at, sps[name])
    assert sent.to == sent.xml.get("Destination") == f"{idp.issuer}/saml/sso"
    assert sent.xml.findtext("saml:Issuer", namespaces=NS) == sps[name].entity_id
    assert sent.request_id.startswith("_") and len(sent.request_id) == 41
    assert ask(browser_at, sps[name]).request_id != sent.request_id


@pytest.mark.parametrize("name", SIGNED_IN_THE_QUERY)
def test_a_redirect_is_signed_with_the_key_of_the_metadata(
    name: str, browser_at: FlaskClient, sps: Sps
) -> None:
    sent = ask(browser_at, sps[name])
    assert sent.parameters["SigAlg"] == RSA_SHA256
    signed = "&".join(
        f"{part}={quote_plus(sent.parameters[part])}"
        for part in ("SAMLRequest", "RelayState", "SigAlg")
    )
    certificate = load_pem_x509_certificate(sps[name].keys.signing.certificate.encode())
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey) and key.key_size == 2048
    signature = base64.b64decode(sent.parameters["Signature"])
    key.verify(signature, signed.encode(), PKCS1v15(), SHA256())


def test_posten_does_not_sign(browser_at: FlaskClient, sps: Sps) -> None:
    sent = ask(browser_at, sps["posten"])
    assert set(sent.parameters) == {"SAMLRequest", "RelayState"}
    assert sent.xml.find(".//ds:Signature", NS) is None


def test_nav_posts_a_request_that_is_signed_inside(browser_at: FlaskClient, sps: Sps) -> None:
    sent = ask(browser_at, sps["nav"])
    assert sent.query == "" and set(sent.parameters) == {"SAMLRequest", "RelayState"}
    signature = sent.xml.find("ds:Signature", NS)
    assert signature is not None
    xmlsec.tree.add_ids(sent.xml, ["ID"])
    context = xmlsec.SignatureContext()
    certificate = sps["nav"].keys.signing.certificate
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM)
    context.verify(signature)
    assert signature.find(".//ds:Reference", NS).get("URI") == f"#{sent.request_id}"


def test_the_post_page_may_send_its_form_to_the_hub_and_nowhere_else(
    browser_at: FlaskClient, idp: ThrowawayIdp
) -> None:
    page = browser_at.get("/nav/login/pensjon", base_url=BASE_URL)
    assert page.headers["Content-Security-Policy"].endswith(f"form-action {idp.issuer}")


def test_skatteetaten_wants_the_answer_at_its_second_endpoint(
    browser_at: FlaskClient, sps: Sps
) -> None:
    sent = ask(browser_at, sps["skatteetaten"])
    wanted = "http://127.0.0.1:8090/skatteetaten/saml/acs/1"
    assert sent.xml.get("AssertionConsumerServiceURL") == wanted == sent.acs


def test_the_municipality_asks_by_index_alone(browser_at: FlaskClient, sps: Sps) -> None:
    xml = ask(browser_at, sps["kommune"]).xml
    assert xml.get("AssertionConsumerServiceIndex") == "7"
    assert xml.get("AssertionConsumerServiceURL") is None and xml.get("ProtocolBinding") is None


def test_lanekassen_asks_for_a_persistent_name_and_tells_its_language(
    browser_at: FlaskClient, sps: Sps
) -> None:
    sent = ask(browser_at, sps["lanekassen"])
    policy = sent.xml.find("samlp:NameIDPolicy", NS)
    assert policy is not None and policy.get("Format", "").endswith(":persistent")
    assert sent.query.endswith("&locale=nn")


@pytest.mark.parametrize(
    "name, service, comparison, classes",
    [
        ("miside", "sesjon", None, []),
        ("nav", "pensjon", "exact", ["PasswordProtectedTransport"]),
        ("altinn", "skjema", "minimum", ["PasswordProtectedTransport"]),
        ("altinn", "skjema-niva-4", "minimum", ["SmartcardPKI"]),
    ],
)
def test_the_level_asked_for_is_that_of_the_service(
    name: str,
    service: str,
    comparison: str | None,
    classes: list[str],
    browser_at: FlaskClient,
    sps: Sps,
) -> None:
    xml = ask(browser_at, sps[name], service).xml
    asked = xml.find("samlp:RequestedAuthnContext", NS)
    assert (asked.get("Comparison") if asked is not None else None) == comparison
    found = xml.iterfind(".//saml:AuthnContextClassRef", NS)
    assert [(name.text or "").rpartition(":")[2] for name in found] == classes


@pytest.mark.parametrize("name", EVERY)
def test_each_request_holds_to_the_schema(
    name: str, browser_at: FlaskClient, sps: Sps, saml_schema: etree.XMLSchema
) -> None:
    saml_schema.assertValid(ask(browser_at, sps[name]).xml)
