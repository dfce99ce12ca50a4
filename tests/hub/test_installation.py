"""An installation is made once, and what is there is left as it was."""

import stat
from pathlib import Path

import pytest

from certs.key_store import ASSERTION, METADATA, PemKeyStore
from hub.installation import install
from hub.keys.ring import KeyRing
from hub.store.migrate import is_current
from tests.builders import MOMENT
from tests.hub.world import settings_in


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".pem", ".json")
    }


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def test_it_makes_keys_a_ring_and_a_database_and_says_so(instance: Path) -> None:
    settings = settings_in(instance, key_kind="p-256")
    said = install(settings, MOMENT)
    assert [line.split(":")[0].split(" (")[0] for line in said] == [
        f"made the key ring {instance / 'keys' / 'ring.json'}",
        "made the metadata key",
        "made the assertion key",
    ]
    assert is_current(settings.database)
    assert KeyRing.load(settings.keys / "ring.json")


def test_a_second_time_it_makes_nothing_and_changes_nothing(instance: Path) -> None:
    settings = settings_in(instance, key_kind="p-256")
    install(settings, MOMENT)
    before = files(instance)
    assert install(settings, MOMENT) == []
    assert files(instance) == before


def test_a_key_that_is_there_is_not_made_anew(instance: Path) -> None:
    settings = settings_in(instance, key_kind="p-256")
    install(settings, MOMENT)
    kept = PemKeyStore(settings.keys).newest(ASSERTION).certificate
    (instance / "keys" / "metadata-1.key.pem").unlink()
    (instance / "keys" / "metadata-1.crt.pem").unlink()
    assert install(settings, MOMENT) == ["made the metadata key (p-256)"]
    assert PemKeyStore(settings.keys).newest(ASSERTION).certificate == kept


@pytest.mark.parametrize("kind", ["p-256", "rsa-2048"])
def test_the_kind_of_key_is_the_one_that_is_set(instance: Path, kind: str) -> None:
    settings = settings_in(instance, key_kind=kind)
    install(settings, MOMENT)
    for use in (METADATA, ASSERTION):
        certificate = PemKeyStore(settings.keys).newest(use).certificate
        assert certificate.key_kind == ("EC" if kind == "p-256" else "RSA")


def test_keys_and_ring_are_their_owners_alone(instance: Path) -> None:
    install(settings_in(instance, key_kind="p-256"), MOMENT)
    secret = [*instance.rglob("*.key.pem"), instance / "keys" / "ring.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    assert stat.S_IMODE((instance / "keys").stat().st_mode) == 0o700
