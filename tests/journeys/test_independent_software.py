"""Responses of real logins, caught on their way, judged by software that is not ours.

`xmlsec1` for signatures and encryption, pysaml2's client for the whole profile, and the
OASIS schemas for the shape.  The demo agencies and `test_new_agency` use python3-saml.
"""

import base64
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from lxml import etree
from playwright.sync_api import Browser, Page
from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.response import AuthnResponse
from saml2.sigver import SignatureError

from certs.key_store import ASSERTION, METADATA
from hub.development.synthetic import Standing, SyntheticPerson
from metadata import names
from metadata.schema import Kind, schema_faults
from tests.installation import Installation
from tests.journeys.citizen import Citizen
from tests.needed import program

RESPONSE_SIGNATURE = "/*/*[local-name()='Signature']"
ASSERTION_SIGNATURE = "//*[local-name()='Assertion']/*[local-name()='Signature']"


@dataclass(frozen=True)
class Caught:
    """One Response, and the request that it answers."""

    agency: str
    request_id: str
    consumer: str
    message: bytes  # as posted, without the base64
    encoded: str


@pytest.fixture(scope="module")
def person(demo: Installation) -> SyntheticPerson:
    return demo.person(Standing.WITH_MOBILE)


@pytest.fixture(scope="module")
def catch(
    browser: Browser, demo: Installation, person: SyntheticPerson
) -> Iterator[Callable[[str, str], Caught]]:
    """Log in at an agency and keep the answer from it."""
    page = browser.new_context(locale="nn-NO").new_page()
    page.goto(f"{demo.hub}/login")
    Citizen(page, demo).logs_in_by_sms(person)
    page.wait_for_url(f"{demo.hub}/me")
    page.route("**/saml/acs**", lambda route: route.fulfill(body="caught"))
    yield lambda agency, service: caught(page, demo, agency, service)
    page.context.close()


def caught(page: Page, demo: Installation, agency: str, service: str) -> Caught:
    with (
        page.expect_request(lambda request: "/saml/sso?" in request.url) as asked,
        page.expect_request("**/saml/acs**") as answered,
    ):
        page.goto(f"{demo.agencies}/{agency}/login/{service}", wait_until="commit")
    page.wait_for_url("**/saml/acs**")
    form = answered.value.post_data_json
    assert form is not None
    return Caught(
        agency=agency,
        request_id=request_id_in(asked.value.url),
        consumer=answered.value.url,
        message=base64.b64decode(form["SAMLResponse"]),
        encoded=form["SAMLResponse"],
    )


def request_id_in(url: str) -> str:
    sent = parse_qs(urlsplit(url).query)["SAMLRequest"][0]
    return str(etree.fromstring(zlib.decompress(base64.b64decode(sent), -15)).get("ID"))


@pytest.fixture(scope="module")
def plain(catch: Callable[[str, str], Caught]) -> Caught:
    return catch("posten", "sendingar")


@pytest.fixture(scope="module")
def encrypted(catch: Callable[[str, str], Caught]) -> Caught:
    return catch("skatteetaten", "skattekort")


def certificate(demo: Installation, use: str) -> Path:
    """The hub's certificate, as its operator would hand it over."""
    (file,) = demo.settings.keys.glob(f"{use}-*.crt.pem")
    return file


def verified(message: bytes, signature: str, trusted: Path, folder: Path) -> bool:
    """Whether xmlsec1 finds this signature to be one of the trusted key, over the right thing."""
    file = folder / "message.xml"
    file.write_bytes(message)
    command = [program("xmlsec1"), "--verify", "--enabled-key-data", "rsa"]
    command += ["--pubkey-cert-pem", str(trusted), *id_attributes()]
    command += ["--node-xpath", signature, str(file)]
    return subprocess.run(command, capture_output=True).returncode == 0


def id_attributes() -> list[str]:
    return [
        *("--id-attr:ID", f"{names.SAMLP}:Response"),
        *("--id-attr:ID", f"{names.SAML}:Assertion"),
    ]


def decrypted(caught: Caught, demo: Installation, folder: Path) -> bytes:
    """The message as xmlsec1 decrypts it with the agency's key."""
    file, key = folder / "encrypted.xml", agency_file(demo, caught.agency, "encryption.key")
    file.write_bytes(caught.message)
    command = [program("xmlsec1"), "--decrypt", "--privkey-pem", str(key), str(file)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def agency_file(demo: Installation, agency: str, name: str) -> Path:
    return demo.instance / "demo" / "agencies" / agency / name


@pytest.mark.parametrize("signature", [RESPONSE_SIGNATURE, ASSERTION_SIGNATURE])
def test_xmlsec1_verifies_what_is_sent_in_clear(
    plain: Caught, demo: Installation, tmp_path: Path, signature: str
) -> None:
    trusted = certificate(demo, ASSERTION)
    assert verified(plain.message, signature, trusted, tmp_path)


def test_xmlsec1_verifies_the_response_around_an_encrypted_assertion(
    encrypted: Caught, demo: Installation, tmp_path: Path
) -> None:
    trusted = certificate(demo, ASSERTION)
    assert b"EncryptedAssertion" in encrypted.message
    assert verified(encrypted.message, RESPONSE_SIGNATURE, trusted, tmp_path)


def test_xmlsec1_decrypts_the_assertion_and_verifies_it(
    encrypted: Caught, demo: Installation, tmp_path: Path, person: SyntheticPerson
) -> None:
    trusted = certificate(demo, ASSERTION)
    message = decrypted(encrypted, demo, tmp_path)
    assert person.national_id.encode() in message
    assert person.national_id.encode() not in encrypted.message
    assert verified(message, ASSERTION_SIGNATURE, trusted, tmp_path)


@pytest.mark.parametrize("signature", [RESPONSE_SIGNATURE, ASSERTION_SIGNATURE])
def test_xmlsec1_refuses_another_level_and_another_key(
    plain: Caught, demo: Installation, tmp_path: Path, signature: str
) -> None:
    trusted = certificate(demo, ASSERTION)
    changed = plain.message.replace(b">Minid-OTC<", b">Minid-PIN<")
    assert changed != plain.message
    assert not verified(changed, signature, trusted, tmp_path)
    another = certificate(demo, METADATA)
    assert not verified(plain.message, signature, another, tmp_path)


def pysaml2_client(demo: Installation, caught: Caught, trusted: Path) -> Saml2Client:
    """The agency as pysaml2 would be it, with the hub's metadata from its address."""
    provider: dict[str, object] = {
        "endpoints": {"assertion_consumer_service": [(caught.consumer, BINDING_HTTP_POST)]},
        "want_response_signed": True,
        "want_assertions_signed": True,
        "allow_unsolicited": False,
    }
    hub = {
        "url": f"{demo.hub}/saml/metadata",
        "cert": str(trusted),
        "node_name": f"{names.MD}:EntityDescriptor",
    }
    known: dict[str, object] = {
        "entityid": f"{demo.agencies}/{caught.agency}/saml/metadata",
        "xmlsec_binary": program("xmlsec1"),
        "key_file": str(agency_file(demo, caught.agency, "signing.key")),
        "cert_file": str(agency_file(demo, caught.agency, "signing.crt")),
        "allow_unknown_attributes": True,  # ours carry no NameFormat
        "metadata": {"remote": [hub]},
        "service": {"sp": provider},
    }
    if agency_file(demo, caught.agency, "encryption.key").exists():
        pair = {
            "key_file": str(agency_file(demo, caught.agency, "encryption.key")),
            "cert_file": str(agency_file(demo, caught.agency, "encryption.crt")),
        }
        known["encryption_keypairs"] = [pair]
    return Saml2Client(config=SPConfig().load(known))


def read_by_pysaml2(demo: Installation, caught: Caught) -> AuthnResponse:
    client = pysaml2_client(demo, caught, certificate(demo, METADATA))
    return client.parse_authn_request_response(
        caught.encoded, BINDING_HTTP_POST, {caught.request_id: "/"}
    )


@pytest.mark.parametrize("which", ["plain", "encrypted"])
def test_pysaml2_reads_the_login(
    request: pytest.FixtureRequest,
    demo: Installation,
    tmp_path: Path,
    person: SyntheticPerson,
    which: str,
) -> None:
    caught: Caught = request.getfixturevalue(which)
    read = read_by_pysaml2(demo, caught)
    assert read.ava["uid"] == [person.national_id]
    assert read.ava["SecurityLevel"] == ["3"]
    assert read.in_response_to == caught.request_id
    assert read.authn_info()[0][0] == names.PASSWORD_PROTECTED_TRANSPORT
    assert read.session_info()["issuer"] == f"{demo.hub}/saml/metadata"


def test_pysaml2_refuses_the_metadata_under_another_certificate(
    demo: Installation, plain: Caught, tmp_path: Path
) -> None:
    with pytest.raises(SignatureError):
        pysaml2_client(demo, plain, certificate(demo, ASSERTION))


def test_the_responses_are_as_the_schema_says(
    plain: Caught, encrypted: Caught, demo: Installation, tmp_path: Path
) -> None:
    assert not schema_faults(etree.fromstring(plain.message), Kind.PROTOCOL)
    assert not schema_faults(etree.fromstring(encrypted.message), Kind.PROTOCOL)
    message = etree.fromstring(decrypted(encrypted, demo, tmp_path))
    (assertion,) = message.iter(f"{{{names.SAML}}}Assertion")
    assert not schema_faults(assertion, Kind.PROTOCOL)


def test_a_refusal_is_as_the_schema_says_and_signed(
    catch: Callable[[str, str], Caught], demo: Installation, tmp_path: Path
) -> None:
    refused = catch("altinn", "skjema-niva-4")
    assert not schema_faults(etree.fromstring(refused.message), Kind.PROTOCOL)
    trusted = certificate(demo, ASSERTION)
    assert verified(refused.message, RESPONSE_SIGNATURE, trusted, tmp_path)


def test_the_metadata_is_as_the_schema_says_and_xmlsec1_verifies_it(
    demo: Installation, tmp_path: Path
) -> None:
    document = requests.get(f"{demo.hub}/saml/metadata", timeout=60).content
    assert not schema_faults(etree.fromstring(document), Kind.METADATA)
    file = tmp_path / "metadata.xml"
    file.write_bytes(document)
    command = [program("xmlsec1"), "--verify", "--enabled-key-data", "rsa"]
    command += ["--pubkey-cert-pem", str(certificate(demo, METADATA))]
    command += ["--id-attr:ID", f"{names.MD}:EntityDescriptor", str(file)]
    assert subprocess.run(command, capture_output=True).returncode == 0
