"""The change of the metadata key: by commands, and in what services can fetch."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest

from certs import metadata_keys
from certs.certificate import Certificate
from certs.errors import CertsError
from certs.key_store import METADATA, PemKeyStore
from certs.make_key import KeyKind
from hub.keys.board import short
from metadata import names, safe_xml
from metadata.signature import BadSignature, signed_part
from tests.builders import MOMENT
from tests.hub.keys.test_keys import Desk
from tests.hub.world import World, a_world, publish, settings_in

NEXT = f"{{{names.MD}}}Extensions/{{{names.MINID}}}NextSigningCertificate"


@pytest.fixture
def staged(installation: Path, tmp_path: Path) -> Iterator[World]:
    """A hub that was started after its next metadata key was made."""
    folder = Path(copytree(installation, tmp_path / "staged"))
    metadata_keys.stage(settings_in(folder).keys, KeyKind.P_256, MOMENT)
    with a_world(folder, tmp_path / "instance") as world:
        yield world


def fetched(world: World, path: str) -> bytes:
    return world.app.test_client().get(path).data


def coming(world: World) -> Certificate:
    key = metadata_keys.coming(world.settings.keys)
    assert key is not None
    return key.certificate


def present(world: World) -> Certificate:
    return PemKeyStore(world.settings.keys).newest(METADATA).certificate


def test_the_next_certificate_is_told_under_the_present_signature(staged: World) -> None:
    root = safe_xml.parse_metadata(fetched(staged, "/saml/metadata"))
    signed = signed_part(root, [present(staged)]).element
    assert signed.findtext(NEXT) == coming(staged).base64


def test_both_certificates_can_be_fetched_as_they_are(staged: World) -> None:
    text = fetched(staged, "/saml/metadata/certificates.pem").decode()
    first, second = text.split("-----END CERTIFICATE-----")[:2]
    assert Certificate.from_pem(f"{first}-----END CERTIFICATE-----") == present(staged)
    assert Certificate.from_pem(f"{second}-----END CERTIFICATE-----") == coming(staged)


def test_software_can_be_tried_with_metadata_that_the_next_key_signs(staged: World) -> None:
    root = safe_xml.parse_metadata(fetched(staged, "/saml/metadata/next"))
    assert signed_part(root, [coming(staged)])
    with pytest.raises(BadSignature):
        signed_part(root, [present(staged)])


def test_without_a_next_key_there_is_one_certificate_and_nothing_to_try(world: World) -> None:
    assert world.app.test_client().get("/saml/metadata/next").status_code == 404
    text = fetched(world, "/saml/metadata/certificates.pem").decode()
    assert text.count("BEGIN CERTIFICATE") == 1
    assert safe_xml.parse_metadata(fetched(world, "/saml/metadata")).find(NEXT) is None


def test_a_node_that_knew_the_next_key_follows_what_it_signs(staged: World) -> None:
    """Whatever began after the staging trusts a snapshot of a node that switched before it."""
    trusted = metadata_keys.certificates(staged.settings.keys)
    metadata_keys.switch(staged.settings.keys)
    publish(staged.store, staged.settings)
    assert present(staged) in trusted
    assert staged.outside.snapshots.current().number > 0


def test_the_commands_stage_switch_and_retire_with_all_on_record(world: World) -> None:
    desk, first = Desk(world), present(world).fingerprint
    assert "is the next metadata key" in desk("metadata", "new")
    said = desk("metadata", "list")
    assert f"{short(first)}\tsigns" in said and "\tnext" in said
    with pytest.raises(CertsError, match="less than 14 days"):
        desk("metadata", "switch")
    world.clock.move(days=15)
    assert "signs our metadata" in desk("metadata", "switch")
    assert present(world).fingerprint != first
    assert "gone from this node" in desk("metadata", "retire", first[:8])
    assert f"{short(first)}\tretired" in desk("metadata", "list")
    events = ("metadata-key-staged", "metadata-key-switched", "metadata-key-retired")
    assert len(world.events(*events)) == 3


def test_one_in_a_hurry_switches_at_once(world: World) -> None:
    desk = Desk(world)
    desk("metadata", "new")
    assert "signs our metadata" in desk("metadata", "switch", "--early")
    assert present(world).not_before > MOMENT - timedelta(days=1)
