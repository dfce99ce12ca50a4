from pathlib import Path

import pytest

from hub.keys.ring import KeyRing
from hub.pseudonyms import pairwise_id, subject_id

BASE = "https://minid.example.no:8443"
NAV = "https://nav.example.no"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.make(tmp_path / "keys.json")


def test_the_scope_is_the_hubs_host_without_a_port(ring: KeyRing) -> None:
    assert pairwise_id(ring, "p", NAV, BASE).partition("@")[2] == "minid.example.no"


def test_person_and_service_decide(ring: KeyRing) -> None:
    made = {
        pairwise_id(ring, "p", NAV, BASE),
        pairwise_id(ring, "q", NAV, BASE),
        pairwise_id(ring, "p", NAV + "/2", BASE),
        subject_id(ring, "p", BASE),
        subject_id(ring, "q", BASE),
    }
    assert len(made) == 5
    assert pairwise_id(ring, "p", NAV, BASE) in made


def test_parts_are_not_mixed_up(ring: KeyRing) -> None:
    assert pairwise_id(ring, "ab", "c", BASE) != pairwise_id(ring, "a", "bc", BASE)


def test_another_installation_makes_others(ring: KeyRing, tmp_path: Path) -> None:
    another = KeyRing.make(tmp_path / "other.json")
    assert pairwise_id(ring, "p", NAV, BASE) != pairwise_id(another, "p", NAV, BASE)
