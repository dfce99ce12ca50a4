"""The key that signs what we publish: the next one staged, taken into use, the old one gone."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from certs import metadata_keys
from certs.key_store import METADATA, PemKeyStore
from certs.make_key import KeyKind, make_key
from certs.metadata_keys import WrongState
from certs.rotation import KeyInUse

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path, now: datetime) -> Path:
    """One that signs."""
    make_key(tmp_path / "keys", METADATA, KeyKind.P_256, "first", now)
    return tmp_path / "keys"


def signing(folder: Path) -> str:
    return PemKeyStore(folder).newest(METADATA).certificate.fingerprint


def staged(folder: Path, now: datetime) -> str:
    return metadata_keys.stage(folder, KeyKind.P_256, now).certificate.fingerprint


def trusted(folder: Path) -> set[str]:
    return {one.fingerprint for one in metadata_keys.certificates(folder)}


def test_a_staged_key_is_trusted_and_signs_nothing(folder: Path, now: datetime) -> None:
    first = signing(folder)
    coming = staged(folder, now)
    assert signing(folder) == first and trusted(folder) == {first, coming}
    with pytest.raises(WrongState, match="staged already"):
        metadata_keys.stage(folder, KeyKind.P_256, now)


def test_it_is_switched_to_when_it_was_published_for_a_fortnight(
    folder: Path, now: datetime
) -> None:
    with pytest.raises(WrongState, match="no next metadata key"):
        metadata_keys.ready(folder, now, False)
    first, coming = signing(folder), staged(folder, now)
    with pytest.raises(WrongState, match="less than 14 days"):
        metadata_keys.ready(folder, now + 13 * DAY, False)
    assert metadata_keys.ready(folder, now, True)
    assert metadata_keys.ready(folder, now + 14 * DAY, False)
    metadata_keys.switch(folder)
    assert signing(folder) == coming and trusted(folder) == {first, coming}
    assert metadata_keys.coming(folder) is None


def test_of_an_old_key_the_private_half_goes_and_the_certificate_stays(
    folder: Path, now: datetime
) -> None:
    first, coming = signing(folder), staged(folder, now)
    metadata_keys.switch(folder)
    key_file, certificate = metadata_keys.retirable(folder, first[:8])
    metadata_keys.retire(key_file)
    assert certificate.fingerprint == first and trusted(folder) == {first, coming}
    assert [key.certificate.fingerprint for key in PemKeyStore(folder).all(METADATA)] == [coming]


def test_the_number_of_an_old_key_is_not_used_again(folder: Path, now: datetime) -> None:
    for _ in range(2):
        first = signing(folder)
        staged(folder, now)
        metadata_keys.switch(folder)
        metadata_keys.retire(metadata_keys.retirable(folder, first)[0])
    assert [path.name for path in folder.glob("*.key.pem")] == ["metadata-3.key.pem"]
    assert len(trusted(folder)) == 3


def test_a_staged_key_is_given_up_as_a_whole(folder: Path, now: datetime) -> None:
    first, coming = signing(folder), staged(folder, now)
    metadata_keys.retire(metadata_keys.retirable(folder, coming)[0])
    assert trusted(folder) == {first}


@pytest.mark.parametrize("length", [64, 0])
def test_the_one_that_signs_stays(folder: Path, length: int) -> None:
    with pytest.raises((KeyInUse, WrongState)):
        metadata_keys.retirable(folder, signing(folder)[:length])
