"""The agencies' metadata and keys."""

import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree

from demo.__main__ import main
from demo.agencies import AGENCIES
from demo.desk import providers
from demo.provider import Provider, metadata
from tests.demo.requests_sent import BASE_URL

NS = {
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "mdui": "urn:oasis:names:tc:SAML:metadata:ui",
}
EVERY = [agency.name for agency in AGENCIES]

Sps = Mapping[str, Provider]


def descriptor(sp: Provider) -> etree._Element:
    return etree.fromstring(metadata(sp).encode())


def test_there_are_seven_agencies_with_names_of_their_own() -> None:
    assert len(set(EVERY)) == 7
    assert len({agency.initials for agency in AGENCIES}) == 7


@pytest.mark.parametrize("name", EVERY)
def test_the_metadata_holds_to_the_schema(
    name: str, sps: Sps, metadata_schema: etree.XMLSchema
) -> None:
    metadata_schema.assertValid(descriptor(sps[name]))


@pytest.mark.parametrize("name", EVERY)
def test_it_has_the_entity_id_and_a_name_in_three_languages(name: str, sps: Sps) -> None:
    root = descriptor(sps[name])
    assert root.get("entityID") == f"http://127.0.0.1:8090/{name}/saml/metadata"
    names = root.findall(".//mdui:DisplayName", NS)
    languages = [each.get("{http://www.w3.org/XML/1998/namespace}lang") for each in names]
    assert languages == ["nn", "nb", "en"]


def test_posten_alone_does_not_sign(sps: Sps) -> None:
    unsigned = [
        name
        for name in EVERY
        if descriptor(sps[name])[0].get("AuthnRequestsSigned") == "false"
    ]
    assert unsigned == ["posten"]


def test_five_have_an_encryption_key_apart_from_the_signing_key(sps: Sps) -> None:
    with_key = [
        name
        for name in EVERY
        if descriptor(sps[name]).find(".//md:KeyDescriptor[@use='encryption']", NS) is not None
    ]
    assert len(with_key) == 5
    for name in with_key:
        keys = sps[name].keys
        assert keys.encryption is not None
        assert keys.encryption.private_key != keys.signing.private_key


def test_no_key_is_shared_between_agencies(sps: Sps) -> None:
    assert len({sp.keys.signing.certificate for sp in sps.values()}) == 7


def test_lanekassen_wants_persistent_names(sps: Sps) -> None:
    formats = descriptor(sps["lanekassen"]).findall(".//md:NameIDFormat", NS)
    assert [each.text for each in formats] == [
        "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    ]


def test_several_endpoints_have_indexes_and_one_default(sps: Sps) -> None:
    consumers = descriptor(sps["skatteetaten"]).findall(".//md:AssertionConsumerService", NS)
    assert [each.get("index") for each in consumers] == ["0", "1", "2"]
    assert [each.get("isDefault") for each in consumers] == ["true", None, None]
    assert len({each.get("Location") for each in consumers}) == 3


def test_the_private_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    main(["--write-metadata-only", "--dir", str(tmp_path)])
    keys = list(tmp_path.glob("*/*.key"))
    assert len(keys) == 12
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert len(list(tmp_path.glob("*/metadata.xml"))) == 7


def test_a_second_start_keeps_the_keys(sps: Sps, tmp_path: Path) -> None:
    first = providers(BASE_URL, tmp_path, datetime.now(UTC))
    assert providers(BASE_URL, tmp_path, datetime.now(UTC)) == first


def test_a_key_shows_nothing_of_itself_in_a_log(sps: Sps) -> None:
    assert "PRIVATE" not in repr(sps["nav"])


def test_the_metadata_is_served_at_the_entity_id(browser_at: FlaskClient, sps: Sps) -> None:
    served = browser_at.get("/nav/saml/metadata", base_url=BASE_URL)
    assert served.mimetype == "application/samlmetadata+xml"
    assert served.text == metadata(sps["nav"])
