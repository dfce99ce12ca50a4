"""Keys on disk: made once, never overwritten, and read only where nobody else can."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certs.key_store import ASSERTION, METADATA, NoKey, PemKeyStore, UnsafeKeyFile, require_private
from certs.make_key import KeyExists, KeyKind, make_key
from certs.signing_key import PemSigningKey, UnfitKey

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def made(directory: Path, use: str = ASSERTION, number: int | None = None) -> PemSigningKey:
    return make_key(directory, use, KeyKind.P_256, "MinID", NOW, number)


def test_a_key_is_found_again_by_its_use(directory: Path) -> None:
    assertion, metadata = made(directory, ASSERTION), made(directory, METADATA)
    store = PemKeyStore(directory)
    assert store.newest(ASSERTION).certificate == assertion.certificate
    assert store.newest(METADATA).certificate == metadata.certificate


def test_the_newest_has_the_highest_number(directory: Path) -> None:
    keys = [made(directory, number=number) for number in (2, 10, 9)]
    store = PemKeyStore(directory)
    assert store.newest(ASSERTION).certificate == keys[1].certificate
    found = [one.certificate for one in store.all(ASSERTION)]
    assert found == [keys[1].certificate, keys[2].certificate, keys[0].certificate]


def test_numbers_rise(directory: Path) -> None:
    made(directory, number=7)
    made(directory)
    assert (directory / "assertion-8.key.pem").exists()


def test_a_key_is_never_overwritten(directory: Path) -> None:
    first = made(directory, number=1)
    with pytest.raises(KeyExists):
        made(directory, number=1)
    assert PemKeyStore(directory).newest(ASSERTION).certificate == first.certificate


def test_a_key_without_its_certificate_is_not_overwritten(directory: Path) -> None:
    made(directory, number=1)
    key = directory / "assertion-1.key.pem"
    before = key.read_bytes()
    (directory / "assertion-1.crt.pem").unlink()
    with pytest.raises(KeyExists):
        made(directory, number=1)
    assert key.read_bytes() == before


def test_only_the_owner_may_read_a_new_key(directory: Path) -> None:
    made(directory)
    assert stat.S_IMODE((directory / "assertion-1.key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("kind", "name", "bits"),
    [
        (KeyKind.RSA_3072, "RSA", 3072),
        (KeyKind.RSA_2048, "RSA", 2048),
        (KeyKind.P_256, "EC", 256),
        (KeyKind.P_384, "EC", 384),
    ],
)
def test_a_key_is_of_the_kind_asked_for(
    directory: Path, kind: KeyKind, name: str, bits: int
) -> None:
    certificate = make_key(directory, ASSERTION, kind, "MinID", NOW).certificate
    assert (certificate.key_kind, certificate.key_bits) == (name, bits)


def test_its_certificate_lasts_ten_years(directory: Path) -> None:
    certificate = made(directory).certificate
    assert certificate.subject == "CN=MinID"
    assert certificate.valid_at(NOW)
    assert certificate.valid_at(NOW + timedelta(days=3650))
    assert not certificate.valid_at(NOW + timedelta(days=3660))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused_with_its_cure(directory: Path, mode: int) -> None:
    made(directory)
    key = directory / "assertion-1.key.pem"
    key.chmod(mode)
    with pytest.raises(UnsafeKeyFile, match=f"chmod 600 {key}"):
        PemKeyStore(directory)


def test_a_folder_that_others_may_write_to_is_refused(directory: Path) -> None:
    made(directory)
    directory.chmod(0o770)
    with pytest.raises(UnsafeKeyFile, match=f"chmod 700 {directory}"):
        PemKeyStore(directory)


def test_a_key_of_another_user_is_refused(directory: Path) -> None:
    made(directory)
    key = directory / "assertion-1.key.pem"
    stranger = os.geteuid() + 1
    found = list(key.stat()[:10])
    found[stat.ST_UID] = stranger
    with pytest.raises(UnsafeKeyFile, match=f"belongs to user {stranger}"):
        require_private(key, os.stat_result(found), 0o077, "600")


def test_a_key_without_its_certificate_is_named(directory: Path) -> None:
    made(directory)
    (directory / "assertion-1.crt.pem").unlink()
    with pytest.raises(UnfitKey, match=r"assertion-1\.crt\.pem"):
        PemKeyStore(directory)


def test_it_says_how_to_make_a_key_that_is_missing(directory: Path) -> None:
    with pytest.raises(NoKey, match="minid keys new"):
        PemKeyStore(directory).newest(ASSERTION)


def test_files_of_other_names_are_left_alone(directory: Path) -> None:
    made(directory)
    (directory / "notes.txt").write_text("hei")
    (directory / "old.key.pem").write_text("hei")
    assert len(PemKeyStore(directory).all(ASSERTION)) == 1


def test_a_key_that_is_put_there_later_is_found_when_it_is_wanted(directory: Path) -> None:
    first = made(directory)
    store = PemKeyStore(directory)
    second = made(directory)
    found = store.find(ASSERTION, second.certificate.fingerprint)
    assert found is not None and found.certificate == second.certificate
    assert store.find(ASSERTION, first.certificate.fingerprint) is not None


def test_a_key_that_is_not_there_is_not_found(directory: Path) -> None:
    metadata = made(directory, METADATA)
    made(directory)
    assert PemKeyStore(directory).find(ASSERTION, metadata.certificate.fingerprint) is None
