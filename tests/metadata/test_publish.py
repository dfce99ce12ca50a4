"""`GET /saml/metadata`: signed, cacheable, and the same until it changes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from metadata import names, safe_xml
from metadata.build import IdpDescription
from metadata.publish import Press, blueprint
from metadata.signature import signed_part
from tests.metadata.sample_idp import an_idp
from tests.metadata.sample_keys import ec_key


@dataclass
class One:
    """What one service provider is told: of both keys, or of the first alone."""

    idp: IdpDescription
    heard: list[tuple[str, str, int]] = field(default_factory=list)

    def describe(self, id: str, all_keys: bool) -> IdpDescription | None:
        if id != "sp-1":
            return None
        keys = self.idp.signing_certificates
        return replace(self.idp, signing_certificates=keys if all_keys else keys[:1])

    def fetched(self, id: str, etag: str, shown: IdpDescription) -> None:
        self.heard.append((id, etag, len(shown.signing_certificates)))


class Hub:
    """A hub whose description and clock a test can turn."""

    def __init__(self, now: datetime) -> None:
        self.idp = an_idp()
        self.time = now
        self.one = One(an_idp())

    def describe(self) -> IdpDescription:
        return self.idp

    def now(self) -> datetime:
        return self.time

    def worker(self) -> FlaskClient:
        app = Flask(__name__)
        app.register_blueprint(blueprint(self.describe, Press(ec_key(), self.now), self.one))
        return app.test_client()


@pytest.fixture
def hub(now: datetime) -> Hub:
    return Hub(now)


def test_it_is_metadata_signed_by_the_metadata_key(hub: Hub) -> None:
    answer = hub.worker().get("/saml/metadata")
    assert (answer.status_code, answer.mimetype) == (200, "application/samlmetadata+xml")
    part = signed_part(safe_xml.parse_metadata(answer.data), [ec_key().certificate])
    assert part.element.tag == f"{{{names.MD}}}EntityDescriptor"


def test_it_may_be_kept_by_everybody(hub: Hub) -> None:
    assert hub.worker().get("/saml/metadata").headers["Cache-Control"] == "public, max-age=3600"


def test_it_is_signed_once_a_day(hub: Hub) -> None:
    client = hub.worker()
    first = client.get("/saml/metadata")
    hub.time += timedelta(hours=8)
    assert client.get("/saml/metadata").data == first.data
    hub.time += timedelta(hours=16)
    assert client.get("/saml/metadata").data != first.data


def test_it_is_signed_anew_when_it_changes(hub: Hub) -> None:
    client = hub.worker()
    first = client.get("/saml/metadata")
    hub.idp = replace(hub.idp, error_url=None)
    second = client.get("/saml/metadata")
    assert (second.data, second.headers["ETag"]) != (first.data, first.headers["ETag"])


def test_two_workers_give_one_etag(hub: Hub) -> None:
    tags = {hub.worker().get("/saml/metadata").headers["ETag"] for _ in range(2)}
    assert len(tags) == 1


def test_who_has_it_already_gets_304(hub: Hub) -> None:
    client = hub.worker()
    tag = client.get("/saml/metadata").headers["ETag"]
    answer = client.get("/saml/metadata", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    answer = client.get("/saml/metadata", headers={"If-None-Match": '"other"'})
    assert answer.status_code == 200


def test_it_is_only_for_reading(hub: Hub) -> None:
    assert hub.worker().post("/saml/metadata").status_code == 405


# --- as one service provider sees it ------------------------------------------------------


def keys_in(document: bytes) -> int:
    root = signed_part(safe_xml.parse_metadata(document), [ec_key().certificate]).element
    return len(root.findall(f".//{{{names.MD}}}KeyDescriptor"))


def test_one_service_provider_sees_the_one_key_that_signs_for_it(hub: Hub) -> None:
    assert keys_in(hub.worker().get("/saml/metadata/sp/sp-1").data) == 1


def test_software_that_keeps_several_keys_can_have_them_all(hub: Hub) -> None:
    assert keys_in(hub.worker().get("/saml/metadata/sp/sp-1?keys=all").data) == 2


def test_what_was_fetched_is_noted_and_so_is_what_was_not_changed(hub: Hub) -> None:
    client = hub.worker()
    tag = client.get("/saml/metadata/sp/sp-1").headers["ETag"]
    answer = client.get("/saml/metadata/sp/sp-1", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert hub.one.heard == [("sp-1", tag.strip('"'), 1)] * 2


def test_looking_without_fetching_is_not_noted(hub: Hub) -> None:
    assert hub.worker().head("/saml/metadata/sp/sp-1").status_code == 200
    assert hub.one.heard == []


def test_there_is_nothing_for_a_service_provider_that_is_not_there(hub: Hub) -> None:
    assert hub.worker().get("/saml/metadata/sp/sp-2").status_code == 404
