"""What the hub publishes: its own metadata, and that of everybody it vouches for."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from certs.key_store import METADATA, PemKeyStore
from metadata import names, parse, safe_xml
from metadata.aggregate import sha1_id
from metadata.schema import Kind, schema_faults
from metadata.signature import signed_part
from sp_registry.onboarding import Proposal
from tests.builders import HUB, MOMENT, SP, a_policy
from tests.hub.world import World, desk, publish
from tests.metadata.sample_metadata import an_entity

MD = {"md": names.MD, "mdui": names.MDUI, "alg": names.ALG}
OWN = f"{HUB}/saml/metadata"
ONE, TWO = "https://one.example.no/sp?a=1", "https://two.example.no/sp"
MEDIA_TYPE = "application/samlmetadata+xml"


@pytest.fixture
def vouching(world: World) -> Iterator[World]:
    """A hub with two service providers that have documents of their own."""
    for entity_id in (ONE, TWO):
        document = an_entity(entity_id=entity_id).encode()
        proposal = Proposal(document, parse.parse(document), a_policy(), ())
        desk(world.store).propose(proposal, "kari", MOMENT)
        desk(world.store).approve(entity_id, "ola", MOMENT)
    publish(world.store, world.settings)
    yield world


def get(world: World, path: str, **headers: str) -> TestResponse:
    client: FlaskClient = world.app.test_client()
    return client.get(path, headers=headers)


def read(world: World, answer: TestResponse) -> etree._Element:
    """The document, valid by the schema and signed as a whole by the metadata key."""
    assert (answer.status_code, answer.content_type) == (200, MEDIA_TYPE)
    root = safe_xml.parse_metadata(answer.data)
    assert schema_faults(root, Kind.METADATA) == []
    key = PemKeyStore(world.settings.keys).newest(METADATA)
    return signed_part(root, [key.certificate]).element


# --- our own ----------------------------------------------------------------------------------


def test_our_metadata_speaks_four_languages_and_tells_what_we_verify(world: World) -> None:
    root = read(world, get(world, "/saml/metadata"))
    for element in ("DisplayName", "Description"):
        found = root.findall(f".//mdui:{element}", MD)
        languages = [one.get("{http://www.w3.org/XML/1998/namespace}lang") for one in found]
        assert languages == ["nb", "nn", "se", "en"]
    methods = {one.get("Algorithm") for one in root.findall(".//alg:SigningMethod", MD)}
    assert methods == names.ACCEPTED_SIGNATURES


def test_it_names_no_address_that_is_not_there(world: World) -> None:
    root = read(world, get(world, "/saml/metadata"))
    addresses = [
        (one.text or "").removeprefix(HUB)
        for name in ("Logo", "InformationURL", "PrivacyStatementURL")
        for one in root.findall(f".//mdui:{name}", MD)
    ]
    role = root.find("md:IDPSSODescriptor", MD)
    assert role is not None
    addresses.append(str(role.get("errorURL")).removeprefix(HUB))
    assert addresses and all(get(world, each).status_code == 200 for each in addresses)


def test_one_service_is_told_whether_its_requests_must_be_signed(world: World) -> None:
    def told(path: str) -> str | None:
        role = read(world, get(world, path)).find("md:IDPSSODescriptor", MD)
        assert role is not None
        return role.get("WantAuthnRequestsSigned")

    snapshot = world.outside.snapshots.current()
    assert told("/saml/metadata") is None
    assert told(f"/saml/metadata/sp/{snapshot.find(SP).id}") == "true"


def test_a_suspended_service_is_told_nothing(world: World) -> None:
    id = world.outside.snapshots.current().find(SP).id
    world.suspend(SP)
    assert get(world, f"/saml/metadata/sp/{id}").status_code == 404


# --- everybody --------------------------------------------------------------------------------


def entity_ids(root: etree._Element) -> list[str]:
    return [str(one.get("entityID")) for one in root.findall("md:EntityDescriptor", MD)]


def test_everybody_approved_stands_in_one_document_with_ourselves(vouching: World) -> None:
    root = read(vouching, get(vouching, "/entities"))
    assert entity_ids(root) == [OWN, ONE, TWO]


def test_who_is_suspended_stands_there_no_more(vouching: World) -> None:
    before = get(vouching, "/entities").headers["ETag"]
    vouching.suspend(ONE)
    answer = get(vouching, "/entities")
    assert entity_ids(read(vouching, answer)) == [OWN, TWO]
    assert answer.headers["ETag"] != before
    assert get(vouching, f"/entities/{quote(ONE, safe='')}").status_code == 404


def test_it_is_made_once_for_a_snapshot_and_a_day(vouching: World) -> None:
    first = get(vouching, "/entities")
    folder = vouching.settings.instance / "entities"
    (file,) = folder.iterdir()
    made_at = file.stat().st_mtime_ns
    vouching.clock.move(hours=20)
    assert get(vouching, "/entities").data == first.data
    assert file.stat().st_mtime_ns == made_at
    vouching.clock.move(hours=4)
    assert get(vouching, "/entities").headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/entities", f"/entities/{quote(ONE, safe='')}", "/saml/metadata"]
)
def test_who_has_it_already_gets_304(vouching: World, path: str) -> None:
    first = get(vouching, path)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    answer = get(vouching, path, **{"If-None-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == first.headers["ETag"]


# --- the Metadata Query Protocol ----------------------------------------------------------------


@pytest.mark.parametrize("entity_id", [ONE, TWO, OWN])
@pytest.mark.parametrize("form", ["escaped", "hashed", "hashed-escaped"])
def test_one_entity_is_found_by_its_id_in_each_form(
    vouching: World, entity_id: str, form: str
) -> None:
    identifier = {
        "escaped": quote(entity_id, safe=""),
        "hashed": "{sha1}" + sha1_id(entity_id),
        "hashed-escaped": quote("{sha1}" + sha1_id(entity_id), safe=""),
    }[form]
    root = read(vouching, get(vouching, f"/entities/{identifier}"))
    assert (root.tag, root.get("entityID")) == (f"{{{names.MD}}}EntityDescriptor", entity_id)


@pytest.mark.parametrize(
    "identifier",
    ["https%3A%2F%2Fnobody.example.no", "{sha1}" + "0" * 40, "{sha1}", "{md5}00", "x/../y"],
)
def test_nobody_else_is_found(vouching: World, identifier: str) -> None:
    assert get(vouching, f"/entities/{identifier}").status_code == 404


def test_a_service_that_cannot_stand_in_our_document_is_not_vouched_for(world: World) -> None:
    assert entity_ids(read(world, get(world, "/entities"))) == [OWN]
    assert get(world, f"/entities/{quote(SP, safe='')}").status_code == 404
