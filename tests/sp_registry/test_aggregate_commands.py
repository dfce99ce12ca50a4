"""A federation's service providers, from its aggregate into the registry."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import update

from metadata import names
from metadata.errors import MetadataError
from metadata.signature import enveloped
from sp_registry import intake, tables
from sp_registry.errors import RegistryError
from tests.sp_registry.registry_fixtures import NAV, World, a_key
from tests.sp_registry.test_transfer import POSTEN, document, run

IDP = '<md:EntityDescriptor entityID="https://idp"><md:IDPSSODescriptor/></md:EntityDescriptor>'
BROKEN = IDP.replace("idp", "broken").replace("IDPSSO", "SPSSO")
HEAD = f'<md:EntitiesDescriptor xmlns:md="{names.MD}" ID="_all">'
TAIL = "</md:EntitiesDescriptor>"
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def written(*entities: str) -> Path:
        file = tmp_path / "aggregate.xml"
        file.write_text(f"{HEAD}{''.join(entities)}{TAIL}")
        return file

    return written


def test_service_providers_alone_are_taken_and_one_that_is_bad_stops_no_other(
    world: World, written: Written
) -> None:
    file = written(document().decode(), IDP, BROKEN, document(POSTEN).decode())
    status, told = run(world, "registry", "aggregate", file, "--approve")
    assert status == 1
    assert [line.split(": ")[0] for line in told[:3]] == [NAV, "https://broken", POSTEN]
    assert "refused" in told[1]
    assert told[3] == "4 entities: 2 service providers taken in, 1 refused, 1 are none"
    assert len(world.snapshots.current()) == 2


def test_what_is_proposed_waits_as_with_any_document(world: World, written: Written) -> None:
    run(world, "registry", "aggregate", written(document().decode()), "--profile", "V2")
    entry = world.desk.show(NAV)
    assert entry.newest.waits and entry.proposed.policy.profile == "V2"


def test_nothing_is_taken_of_a_file_that_is_broken_further_on(
    world: World, written: Written
) -> None:
    with pytest.raises(MetadataError):
        run(world, "registry", "aggregate", written(document().decode(), "<oops>"))
    assert not world.desk.listing()


def test_a_signed_one_is_taken_by_its_key_alone(world: World, tmp_path: Path) -> None:
    entity = document().replace(b"\n", b" ")
    file, certificate = tmp_path / "signed.xml", tmp_path / "key.pem"
    file.write_bytes(signed_by("federation", entity))
    for name, well in (("another", False), ("federation", True)):
        certificate.write_text(ssl.DER_cert_to_PEM_cert(a_key(name).certificate.der))
        arguments = ("registry", "aggregate", file, "--certificate", certificate)
        if well:
            assert run(world, *arguments)[0] == 0
            continue
        with pytest.raises(MetadataError) as caught:
            run(world, *arguments)
        assert caught.value.code == "signature-invalid" and not world.desk.listing()
    assert world.desk.show(NAV).newest.waits


def signed_by(name: str, entity: bytes) -> bytes:
    whole = f"{HEAD}{entity.decode()}{TAIL}"
    canonical = etree.tostring(etree.fromstring(whole), method="c14n", exclusive=True)
    inner = canonical.removeprefix(HEAD.encode())
    return enveloped(HEAD.encode(), inner, "_all", a_key(name))


def test_a_file_that_cannot_be_opened_is_said_to_be_so(world: World, tmp_path: Path) -> None:
    with pytest.raises(RegistryError) as caught:
        run(world, "registry", "aggregate", tmp_path / "missing.xml")
    assert caught.value.code == "file-unreadable"


def test_one_that_stands_there_twice_is_two_proposals_in_their_order(
    world: World, written: Written
) -> None:
    again = document(consumer="https://nav.example.no/new")
    run(world, "registry", "aggregate", written(document().decode(), again.decode()))
    newest, first = world.desk.history(NAV)
    assert newest.waits and newest.version != first.version
    assert world.desk.show(NAV).proposed.description.consumers[0].url.endswith("/new")


def test_one_that_cannot_be_kept_spoils_no_other_of_its_group(
    world: World, written: Written
) -> None:
    run(world, "registry", "aggregate", written(document().decode()), "--approve")
    broken = update(tables.entity_version).values(content="{}")
    world.database.write(lambda connection: connection.execute(broken))
    file = written(document().decode(), document(POSTEN).decode())
    status, told = run(world, "registry", "aggregate", file)
    assert status == 1
    assert told[0].startswith(f"{NAV}: refused: ") and "(registry-unreadable)" in told[0]
    assert told[1].startswith(f"{POSTEN}: taken in")


def test_a_large_aggregate_is_taken_in_by_groups(world: World, written: Written) -> None:
    count = intake.GROUP + 1
    entities = [document(f"https://sp-{number}.example.no").decode() for number in range(count)]
    status, told = run(world, "registry", "aggregate", written(*entities))
    assert status == 0 and told[-1].startswith(f"{count} entities: {count} service providers")
    assert len(world.desk.listing()) == count
