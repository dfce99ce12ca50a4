"""The agencies' software beside the hub's own reading and writing of messages."""

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey
from demo.agencies import AGENCIES
from demo.app import create_app
from demo.desk import Desk
from demo.hub import Hub
from demo.provider import Provider, metadata
from hub.saml import post_binding, redirect_binding, response
from hub.saml.accept_request import AcceptedRequest, accept
from hub.saml.assertion import Assertion
from hub.saml.attributes import Attribute
from hub.saml.message_id import new_message_id
from hub.saml.name_id import chosen_format
from hub.seams.logins import Sighting
from metadata import names
from metadata.build import IdpDescription, build
from metadata.parse import parse
from sp_registry.service_provider import ServiceProvider
from tests.demo.requests_sent import BASE_URL, Sent, ask

ISSUER = "http://localhost:8080/saml/metadata"
SSO = "http://localhost:8080/saml/sso"
EVERY = [agency.name for agency in AGENCIES]


class NothingSeen:
    def add(
        self, issuer: str, request_id: str, sighting: Sighting, until: datetime
    ) -> Sighting | None:
        return None


@pytest.fixture(scope="session", params=[KeyKind.RSA_3072, KeyKind.P_256])
def hub_key(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> PemSigningKey:
    folder: Path = tmp_path_factory.mktemp("hub-keys")
    return make_key(folder, "assertion", request.param, "test", datetime.now(UTC))


@pytest.fixture
def client(sps: Mapping[str, Provider], hub_key: PemSigningKey) -> Iterator[FlaskClient]:
    now = datetime.now(UTC)
    described = IdpDescription(ISSUER, SSO, (hub_key.certificate,))
    document = build(described, now).signed(hub_key)
    hub = Hub("http://localhost:8080", lambda url: document)
    with create_app(Desk(sps, hub, lambda: datetime.now(UTC))).test_client() as client:
        yield client


def accepted(sp: Provider, sent: Sent) -> AcceptedRequest:
    if sent.query:
        received = redirect_binding.receive(sent.query.encode(), SSO)
    else:
        received = post_binding.receive(list(sent.parameters.items()), SSO)
    registered = ServiceProvider("1", parse(metadata(sp).encode()))
    sighting = Sighting("", "", None)
    return accept(received, registered, NothingSeen(), sighting, datetime.now(UTC))


def envelope(taken: AcceptedRequest) -> response.Envelope:
    return response.Envelope(
        new_message_id(), ISSUER, taken.answer_to.url, taken.request.id, datetime.now(UTC)
    )


def answer(client: FlaskClient, taken: AcceptedRequest, message: bytes) -> TestResponse:
    fields = {"SAMLResponse": base64.b64encode(message), "RelayState": taken.relay_state}
    path = urlsplit(taken.answer_to.url).path
    return client.post(path, data=fields, base_url=BASE_URL)


@pytest.mark.parametrize("name", EVERY)
def test_a_login_goes_round(
    name: str, client: FlaskClient, sps: Mapping[str, Provider], hub_key: PemSigningKey
) -> None:
    taken = accepted(sps[name], ask(client, sps[name]))
    now = datetime.now(UTC)
    assertion = Assertion(
        id=new_message_id(),
        issuer=ISSUER,
        audience=taken.sp.entity_id,
        recipient=taken.answer_to.url,
        in_response_to=taken.request.id,
        name_id="_somebody",
        name_id_format=chosen_format(taken.request, taken.sp),
        issued_at=now,
        authn_at=now,
        session_index="_session",
        context_class=names.PASSWORD_PROTECTED_TRANSPORT,
        attributes=(Attribute("uid", "05816611891"), Attribute("SecurityLevel", "3")),
    )
    signer = response.Signer(hub_key, hub_key.algorithm)
    encrypt_to = taken.sp.encryption_key
    message = response.with_assertion(envelope(taken), assertion, encrypt_to, signer)
    welcomed = answer(client, taken, message)
    assert welcomed.status_code == 303
    page = client.get(welcomed.headers["Location"], base_url=BASE_URL).text
    assert "05816611891" in page
    assert assertion.name_id_format in page


def test_a_cancelled_login_goes_round(
    client: FlaskClient, sps: Mapping[str, Provider], hub_key: PemSigningKey
) -> None:
    taken = accepted(sps["nav"], ask(client, sps["nav"]))
    status = response.Status(names.RESPONDER, names.AUTHN_FAILED)
    signer = response.Signer(hub_key, hub_key.algorithm)
    message = response.with_status(envelope(taken), status, signer)
    page = answer(client, taken, message)
    assert page.status_code == 200 and "Du avbraut innlogginga" in page.text
