import json
from pathlib import Path

import pytest

from hub.keys.ring import KeyRing, KeyRingUnusable, SealBroken


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def ring(path: Path) -> KeyRing:
    return KeyRing.make(path)


def with_new(purpose: str, path: Path) -> KeyRing:
    """The same ring with a second key for this purpose."""
    text = json.loads(path.read_text())
    text["keys"][purpose]["2"] = text["keys"]["form"]["1"]
    path.write_text(json.dumps(text))
    return KeyRing.load(path)


def test_the_file_is_its_owners_alone(ring: KeyRing, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_it_never_overwrites_a_ring(ring: KeyRing, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyRingUnusable):
        KeyRing.make(path)
    assert path.read_bytes() == before


def test_it_refuses_a_file_that_others_can_read(ring: KeyRing, path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(KeyRingUnusable, match="0640"):
        KeyRing.load(path)


@pytest.mark.parametrize("text", ["", "[]", '{"keys": {}}', '{"keys": {"lookup": {"1": "AA=="}}}'])
def test_it_refuses_a_file_that_is_no_key_ring(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(KeyRingUnusable):
        KeyRing.load(path)


def test_it_refuses_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(KeyRingUnusable):
        KeyRing.load(path)


def test_a_loaded_ring_does_what_the_made_one_did(ring: KeyRing, path: Path) -> None:
    loaded = KeyRing.load(path)
    assert loaded.lookup("02013299997") == ring.lookup("02013299997")
    assert loaded.open(ring.seal(b"secret", "person:1"), "person:1") == b"secret"


def test_its_repr_shows_no_key(ring: KeyRing) -> None:
    assert repr(ring) == "<KeyRing lookup 1, data 1, pepper 1, decoy 1, form 1>"


def test_what_is_sealed_opens_only_in_its_place(ring: KeyRing) -> None:
    with pytest.raises(SealBroken):
        ring.open(ring.seal(b"secret", "person:1"), "person:2")


def test_a_sealed_value_may_not_change_in_any_byte(ring: KeyRing) -> None:
    sealed = ring.seal(b"secret", "person:1")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealBroken):
            ring.open(bytes(changed), "person:1")


@pytest.mark.parametrize("length", range(0, 14))
def test_a_sealed_value_may_not_be_cut_short(ring: KeyRing, length: int) -> None:
    with pytest.raises(SealBroken):
        ring.open(ring.seal(b"secret", "person:1")[:length], "person:1")


def test_the_same_text_is_never_sealed_alike(ring: KeyRing) -> None:
    assert ring.seal(b"secret", "person:1") != ring.seal(b"secret", "person:1")


def test_what_an_older_key_sealed_still_opens(ring: KeyRing, path: Path) -> None:
    sealed = ring.seal(b"secret", "person:1")
    newer = with_new("data", path)
    assert newer.open(sealed, "person:1") == b"secret"
    assert newer.seal(b"secret", "person:1")[0] == 2


def test_parts_are_told_apart(ring: KeyRing) -> None:
    assert ring.verifier("ab", "c") != ring.verifier("a", "bc")
    assert ring.decoy("ab", "c") != ring.decoy("ab", "c", "")


def test_purposes_are_told_apart(ring: KeyRing) -> None:
    made = {ring.lookup("1"), ring.subject("1"), ring.verifier("1")[1], ring.decoy("1")}
    assert len(made | {bytes.fromhex(ring.form_token("1"))}) == 5


def test_an_older_pepper_still_verifies(ring: KeyRing, path: Path) -> None:
    version, verifier = ring.verifier("sheet", "123456")
    newer = with_new("pepper", path)
    assert newer.verifier("sheet", "123456") != (version, verifier)
    assert newer.verifier_of(version, "sheet", "123456") == verifier


def test_an_unknown_pepper_is_refused(ring: KeyRing) -> None:
    with pytest.raises(KeyRingUnusable):
        ring.verifier_of(7, "sheet", "123456")


def test_a_pseudonym_stays_when_the_key_is_renewed(ring: KeyRing, path: Path) -> None:
    before = ring.pseudonym("pairwise-id", "p", "sp")
    assert with_new("lookup", path).pseudonym("pairwise-id", "p", "sp") == before
