"""The registry out to a folder and in to another one."""

import argparse
import os
from pathlib import Path

import pytest

from metadata.errors import MetadataError
from sp_registry import (
    commands,
    folder,
    onboarding,
    organisations,
    transfer,
    transfer_commands,
)
from sp_registry.changes import ChangeKind
from sp_registry.errors import RegistryError
from sp_registry.onboarding import Options
from sp_registry.registry_context import RegistryContext
from tests.needed import missing
from tests.sp_registry.registry_fixtures import (
    DEVELOPMENT,
    NAV,
    NOW,
    PRODUCTION,
    World,
    a_certificate,
    a_key,
    a_world,
)
from tests.sp_registry.test_commands import DOCUMENT
from tests.sp_registry.test_logos import a_picture

OURS = "889640782"
POSTEN = "https://posten.example.no/saml"


def run(world: World, *arguments: str | Path, who: str = "kari") -> tuple[int, list[str]]:
    told: list[str] = []
    parser = argparse.ArgumentParser("minid")
    leaves = parser.add_subparsers(required=True)
    commands.add_parsers(leaves)
    transfer_commands.add_parsers(leaves)
    args = parser.parse_args([str(argument) for argument in arguments])
    context = RegistryContext(
        database=world.database,
        directory=world.directory,
        signing_key=a_key(),
        certificates=[a_key().certificate],
        clock=lambda: NOW,
        who=who,
        mode=world.mode,
        audit=world.audit,
        write_out=told.append,
        traffic=world.traffic,
        fetch=lambda url: b"",
        watch=world.watch,
    )
    return int(args.run(context, args)), told


def document(entity_id: str = NAV, consumer: str = "https://nav.example.no/acs") -> bytes:
    return DOCUMENT.format(
        entity_id=entity_id, consumer=consumer, certificate=a_certificate().base64
    ).encode()


def register(world: World, at: Path, entity_id: str = NAV, *options: str) -> None:
    file = at / "document.xml"
    file.write_bytes(document(entity_id))
    assert run(world, "sp", "add", file, "--approve", *options)[0] == 0


@pytest.fixture
def filled(world: World, tmp_path: Path) -> World:
    register(world, tmp_path, NAV, "--organisation", OURS, "--idp-initiated")
    register(world, tmp_path, POSTEN, "--attributes", "Culture")
    run(world, "sp", "suspend", POSTEN)
    return world


def files(at: Path) -> dict[str, bytes]:
    return {str(path.relative_to(at)): path.read_bytes() for path in at.rglob("*.*")
            if path.is_file()}  # fmt: skip


def exported(world: World, at: Path) -> dict[str, bytes]:
    assert run(world, "registry", "export", at)[0] == 0
    return files(at)


def test_it_comes_back_without_loss(filled: World, tmp_path: Path) -> None:
    first = exported(filled, tmp_path / "a")
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        status, told = run(other, "registry", "import", tmp_path / "a", "--approve")
        assert status == 0 and told[-1] == "snapshot 1 is in force"
        assert exported(other, tmp_path / "b") == first
        assert not other.snapshots.current().find(POSTEN).active
        assert other.snapshots.current().find(NAV).policy.organisation_number == OURS


def test_the_document_is_kept_byte_for_byte(filled: World, tmp_path: Path) -> None:
    first = exported(filled, tmp_path / "a")
    assert first[f"production/{folder.name_of(NAV)}/metadata.xml"] == document()


def test_exporting_again_changes_no_file_and_leaves_none_behind(
    filled: World, tmp_path: Path
) -> None:
    first = exported(filled, tmp_path / "a")
    old = tmp_path / "a" / "production" / "gone-0123456789"
    old.mkdir()
    (old / "policy.toml").write_text("")
    assert exported(filled, tmp_path / "a") == first and not old.exists()


@pytest.mark.parametrize("name", ["registry.toml", "production", "production/a/metadata.xml"])
def test_nothing_is_written_where_a_link_leads(
    filled: World, tmp_path: Path, name: str
) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "a" / name
    elsewhere.mkdir()
    link.parent.mkdir(parents=True)
    (tmp_path / "a" / "registry.toml").touch()
    link.unlink(missing_ok=True)
    link.symlink_to(elsewhere / "registry.toml" if link.suffix else elsewhere)
    (elsewhere / "registry.toml").write_text("mine")
    with pytest.raises(RegistryError) as caught:
        run(filled, "registry", "export", tmp_path / "a")
    assert caught.value.code == "registry-folder"
    assert [each.read_text() for each in elsewhere.iterdir()] == ["mine"]


def test_what_is_here_already_is_left_as_it_is(filled: World, tmp_path: Path) -> None:
    exported(filled, tmp_path / "a")
    status, told = run(filled, "registry", "import", tmp_path / "a")
    assert status == 0 and [line.rpartition(": ")[2] for line in told] == ["as it is"] * 2
    assert not filled.desk.show(NAV).newest.waits


def test_a_change_in_a_file_becomes_a_proposal(filled: World, tmp_path: Path) -> None:
    exported(filled, tmp_path / "a")
    policy = tmp_path / "a" / "production" / folder.name_of(NAV) / "policy.toml"
    policy.write_text(policy.read_text().replace("idp_initiated = true", "idp_initiated = false"))
    _status, told = run(filled, "registry", "import", tmp_path / "a", "--dry-run")
    assert "  policy.idp_initiated: yes -> no" in told
    assert not filled.desk.show(NAV).newest.waits
    run(filled, "registry", "import", tmp_path / "a")
    entry = filled.desk.show(NAV)
    assert entry.newest.waits and not entry.proposed.policy.idp_initiated


def test_in_production_nobody_approves_what_they_bring_in(
    filled: World, tmp_path: Path
) -> None:
    exported(filled, tmp_path / "a")
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        other.mode = PRODUCTION
        _status, told = run(other, "registry", "import", tmp_path / "a", "--approve")
        assert any("somebody else" in line for line in told)
        assert len(other.snapshots.current()) == 0


def test_what_is_to_be_suspended_is_so_at_once_and_waits_to_go_on(
    filled: World, tmp_path: Path
) -> None:
    exported(filled, tmp_path / "a")
    run(filled, "sp", "suspend", NAV)
    run(filled, "registry", "import", tmp_path / "a")
    assert filled.desk.show(NAV).newest.kind is ChangeKind.RESUMPTION
    assert filled.desk.show(NAV).newest.waits
    run(filled, "sp", "resume", POSTEN)
    run(filled, "sp", "approve", POSTEN)
    run(filled, "registry", "import", tmp_path / "a", "--approve")
    assert not filled.snapshots.current().find(POSTEN).active
    assert filled.snapshots.current().find(NAV).active


def test_a_change_that_waits_goes_along_and_waits_again(filled: World, tmp_path: Path) -> None:
    newer = tmp_path / "newer.xml"
    newer.write_bytes(document(consumer="https://b.no/acs"))
    run(filled, "sp", "add", newer)
    first = exported(filled, tmp_path / "a")
    assert f"production/{folder.name_of(NAV)}/waiting/metadata.xml" in first
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        run(other, "registry", "import", tmp_path / "a", "--approve")
        assert other.desk.show(NAV).newest.waits
        assert exported(other, tmp_path / "b") == first


def test_what_only_waits_comes_in_waiting(world: World, tmp_path: Path) -> None:
    file = tmp_path / "nav.xml"
    file.write_bytes(document())
    run(world, "sp", "add", file)
    exported(world, tmp_path / "a")
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        run(other, "registry", "import", tmp_path / "a", "--approve")
        assert other.desk.show(NAV).newest.waits


def test_one_bad_file_keeps_all_out_unless_the_others_are_asked_for(
    filled: World, tmp_path: Path
) -> None:
    exported(filled, tmp_path / "a")
    bad = tmp_path / "a" / "production" / folder.name_of(NAV)
    (bad / "metadata.xml").write_bytes(document(POSTEN))
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        status, told = run(other, "registry", "import", tmp_path / "a", "--approve")
        assert status == 1 and any("(registry-file)" in line for line in told)
        assert "--skip-broken" in told[-1]
        assert other.audited == [] and not other.desk.listing()
        assert other.database.read(organisations.names) == {}
        status, told = run(other, "registry", "import", tmp_path / "a", "--skip-broken")
        assert status == 1 and len(other.desk.listing()) == 1


@pytest.mark.parametrize(
    ("sound", "broken", "told"),
    [
        ("encrypt = true", "encrypt = maybe", "it is not TOML in UTF-8: Invalid value (at line"),
        ("encrypt = true", "encrypt = 1", "policy.toml, line 12: encrypt of the policy cannot"),
        ("encrypt = true", "encode = 1", "policy.toml, line 12: encode of the policy cannot"),
        ("</md:KeyDescriptor>", "", "/metadata.xml: refused: The document is not read: not well-"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    filled: World, tmp_path: Path, sound: str, broken: str, told: str
) -> None:
    exported(filled, tmp_path / "a")
    for file in (tmp_path / "a" / "production" / folder.name_of(NAV)).iterdir():
        file.write_text(file.read_text().replace(sound, broken))
    first = run(filled, "registry", "import", tmp_path / "a")[1][0]
    assert told in first and "line " in first


def test_what_would_change_is_told_before_it_is_proposed(
    filled: World, tmp_path: Path
) -> None:
    exported(filled, tmp_path / "a")
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        told = run(other, "registry", "import", tmp_path / "a")[1]
    assert [line.rpartition(": ")[2] for line in told[:3]] == ["new", "new", "waits for approval"]


def test_a_suspension_is_in_force_without_an_approval(filled: World, tmp_path: Path) -> None:
    exported(filled, tmp_path / "a")
    run(filled, "sp", "resume", POSTEN)
    run(filled, "sp", "approve", POSTEN)
    assert filled.snapshots.current().find(POSTEN).active
    run(filled, "registry", "import", tmp_path / "a")
    assert not filled.snapshots.current().find(POSTEN).active


def test_a_file_allows_no_algorithm_that_nobody_can_allow(
    filled: World, tmp_path: Path
) -> None:
    exported(filled, tmp_path / "a")
    policy = tmp_path / "a" / "production" / folder.name_of(NAV) / "policy.toml"
    allowed = 'algorithm_exceptions = [["urn:weak", "2030-01-01"]]'
    policy.write_text(policy.read_text().replace("algorithm_exceptions = []", allowed))
    status, told = run(filled, "registry", "import", tmp_path / "a")
    assert status == 1 and "no exception is made for 'urn:weak'" in told[0]


def test_what_is_not_in_the_folder_is_told_and_left(filled: World, tmp_path: Path) -> None:
    exported(filled, tmp_path / "a")
    for path in (tmp_path / "a" / "production" / folder.name_of(POSTEN)).iterdir():
        path.unlink()
    _status, told = run(filled, "registry", "import", tmp_path / "a")
    assert told[-1] == f"not in the folder, left as it is: {POSTEN}"


def test_other_folders_are_neither_written_nor_read(world: World, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for command in ("export", "import"):
        with pytest.raises(RegistryError) as caught:
            run(world, "registry", command, tmp_path)
        assert caught.value.code == "registry-folder"


def test_an_opaque_id_that_another_has_is_not_taken(filled: World, tmp_path: Path) -> None:
    taken = filled.desk.show(NAV).proposed.id
    proposal = onboarding.propose(
        document("https://new.example.no"), Options(), None, DEVELOPMENT, NOW
    )
    change = filled.desk.propose(proposal, "kari", NOW, id=taken)
    assert filled.desk.show(change.entity_id).proposed.id != taken


def test_real_documents_come_back_byte_for_byte(world: World, tmp_path: Path) -> None:
    samples = os.environ.get("MINID_SAMPLES")
    paths = sorted(Path(samples).rglob("*.xml")) if samples else []
    for path in paths or missing("MINID_SAMPLES, a folder of real metadata,"):
        try:
            proposal = onboarding.propose(path.read_bytes(), Options(), None, DEVELOPMENT, NOW)
            world.approved(proposal)
        except (MetadataError, RegistryError):
            continue
    first = exported(world, tmp_path / "a")
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        for place in folder.places(tmp_path / "a"):
            kept = folder.read(place.path)
            found = transfer.coming(other.database, kept, DEVELOPMENT, NOW)
            other.desk.propose(found.proposal, "kari", NOW, id=kept.id)
            other.desk.approve(kept.entity_id, "ola", NOW)
        assert exported(other, tmp_path / "b") == first


def test_what_is_for_test_lies_in_a_folder_of_its_own_and_comes_back(
    world: World, tmp_path: Path
) -> None:
    for environment in ("production", "test"):
        register(world, tmp_path, NAV, "--environment", environment)
    first = exported(world, tmp_path / "a")
    assert f"test/{folder.name_of(NAV)}/metadata.xml" in first
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        assert run(other, "registry", "import", tmp_path / "a", "--approve")[0] == 0
        assert exported(other, tmp_path / "b") == first
        assert other.desk.show(f"test {NAV}").approved == world.desk.show(f"test {NAV}").approved


def test_a_logo_goes_along_and_no_other_picture_in_its_place(world: World, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(a_picture())
    register(world, tmp_path, NAV, "--logo", str(picture))
    first = exported(world, tmp_path / "a")
    name = f"production/{folder.name_of(NAV)}/logo.webp"
    with a_world(str(tmp_path / "other.db"), tmp_path / "other") as other:
        assert run(other, "registry", "import", tmp_path / "a", "--approve")[0] == 0
        assert exported(other, tmp_path / "b")[name] == first[name]
    (tmp_path / "a" / name).write_bytes(a_picture("WEBP"))
    status, told = run(world, "registry", "import", tmp_path / "a")
    assert status == 1 and "logo.webp is not the picture" in told[0]
