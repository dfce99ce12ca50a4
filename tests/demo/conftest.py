"""The seven agencies beside an identity provider made for the test."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import onelogin.saml2
import pytest
from flask.testing import FlaskClient
from lxml import etree

from demo.app import create_app
from demo.desk import Desk, providers
from demo.hub import Hub
from demo.provider import Provider
from tests.demo.throwaway_idp import IdpServer, Key, ThrowawayIdp, new_key

BASE_URL = "http://127.0.0.1:8090"
SCHEMAS = Path(onelogin.saml2.__file__).parent / "schemas"


@dataclass
class MovedClock:
    """The real time, for python3-saml reads it too, moved on as a test asks."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(scope="session")
def sps(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Provider]:
    return providers(BASE_URL, tmp_path_factory.mktemp("agencies"), datetime.now(UTC))


@pytest.fixture(scope="session")
def idp_key() -> Key:
    return new_key()


@pytest.fixture
def idp(idp_key: Key) -> Iterator[ThrowawayIdp]:
    idp = ThrowawayIdp(key=idp_key)
    server = IdpServer(idp)
    yield idp
    server.close()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def browser_at(
    sps: Mapping[str, Provider], idp: ThrowawayIdp, clock: MovedClock
) -> Iterator[FlaskClient]:
    """A client of the agencies' own pages."""
    app = create_app(Desk(sps, Hub(idp.issuer), clock))
    with app.test_client() as client:
        yield client


@pytest.fixture(scope="session")
def saml_schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMAS / "saml-schema-protocol-2.0.xsd"))


@pytest.fixture(scope="session")
def metadata_schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMAS / "saml-schema-metadata-2.0.xsd"))
