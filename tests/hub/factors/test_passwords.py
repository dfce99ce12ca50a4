"""Argon2id in one slot: right or wrong costs the same, and the queue has an end."""

import threading

import pytest

from hub.errors import OutsideFailed
from hub.factors import passwords
from hub.factors.passwords import LONGEST, LONGEST_QUEUE, Passwords


@pytest.fixture(scope="module")
def slot() -> Passwords:
    return Passwords()


def test_the_right_password_matches_and_another_does_not(slot: Passwords) -> None:
    hashed = slot.hash("hest batteri stift")
    assert slot.matches(hashed, "hest batteri stift")
    assert not slot.matches(hashed, "hest batteri stifT")


def test_a_hash_says_nothing_of_the_password_and_is_never_the_same(slot: Passwords) -> None:
    one, two = slot.hash("hest"), slot.hash("hest")
    assert one != two and "hest" not in one


def test_it_is_argon2id_with_19_megabytes_and_two_passes(slot: Passwords) -> None:
    assert slot.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_without_a_hash_the_same_work_is_done_and_nothing_matches(
    slot: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watched(password_hash: str, password: str) -> bool:
        seen.append(password_hash)
        return True

    monkeypatch.setattr(passwords, "verified", watched)
    assert slot.matches(None, "nobody has this password") is False
    assert seen[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_not_even_the_words_of_the_made_up_hash_match(slot: Passwords) -> None:
    assert not slot.matches(None, "nobody has this password")


def test_a_hash_that_is_none_matches_nothing(slot: Passwords) -> None:
    assert not slot.matches("not a hash", "x")


def test_what_is_longer_than_any_password_is_not_hashed_in_full(slot: Passwords) -> None:
    hashed = slot.hash("a" * LONGEST)
    assert slot.matches(hashed, "a" * LONGEST)
    assert not slot.matches(hashed, "a" * (LONGEST + 1))


def test_letters_of_all_alphabets_may_be_in_a_password(slot: Passwords) -> None:
    assert slot.matches(slot.hash("gáfe 𝛼 кофе"), "gáfe 𝛼 кофе")


def test_a_full_queue_is_refused_rather_than_made_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    slot, refused, go_on = Passwords(), [], threading.Event()
    monkeypatch.setattr(passwords, "verified", lambda *_given: go_on.wait())

    def log_in() -> None:
        try:
            slot.matches("hash", "x")
        except OutsideFailed as busy:
            refused.append(busy.code)
            go_on.set()

    crowd = [threading.Thread(target=log_in) for _ in range(LONGEST_QUEUE + 1)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert refused == ["busy"]
