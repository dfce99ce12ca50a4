"""The bench takes nothing for an answer but a Response to its request, signed twice."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.answers import NoAnswer, check
from bench.load import Sent
from bench.service import Service, make_service
from certs.make_key import KeyKind, make_key
from certs.signing_key import SigningKey
from hub.saml import response
from hub.saml.assertion import Assertion
from hub.saml.attributes import Attribute
from hub.saml.response import Envelope, Signer
from metadata import names

NOW = datetime(2026, 3, 1, 10, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def hub(folder: Path) -> SigningKey:
    return make_key(folder / "hub", "assertion", KeyKind.RSA_2048, "hub", datetime.now(UTC))


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "sealed"])
def service(folder: Path, request: pytest.FixtureRequest) -> Service:
    name = "sealed" if request.param else "plain"
    return make_service(folder / "services", name, is_sealed=request.param)


def sent(service: Service, key: SigningKey, status: bytes = b"200") -> Sent:
    """The page that a hub with this key answers with, to a request `_asked`."""
    envelope = Envelope("_r", "https://hub.test", service.consumer, "_asked", NOW)
    assertion = Assertion(
        "_a", "https://hub.test", service.entity_id, service.consumer, "_asked", "_n",
        names.TRANSIENT, NOW, NOW, "_i", "urn:c", (Attribute("SecurityLevel", "3"),),
    )  # fmt: skip
    seal_to = service.description().encryption_keys[0] if service.is_sealed else None
    message = response.with_assertion(envelope, assertion, seal_to, Signer(key, key.algorithm))
    value = base64.b64encode(message).decode()
    page = f'<input type="hidden" name="SAMLResponse" value="{value}">'
    return Sent(0.01, status, page.encode())


def test_it_takes_a_signed_answer(service: Service, hub: SigningKey) -> None:
    check(sent(service, hub), "_asked", service, hub.certificate)


def test_it_refuses_an_answer_to_another_request(service: Service, hub: SigningKey) -> None:
    with pytest.raises(NoAnswer, match="an answer to _asked, not to _other"):
        check(sent(service, hub), "_other", service, hub.certificate)


def test_it_refuses_another_signer(service: Service, hub: SigningKey) -> None:
    with pytest.raises(NoAnswer, match="is not good"):
        check(sent(service, service.key), "_asked", service, hub.certificate)


def test_it_refuses_an_error_page(service: Service, hub: SigningKey) -> None:
    with pytest.raises(NoAnswer, match="status 503"):
        check(sent(service, hub, b"503"), "_asked", service, hub.certificate)
