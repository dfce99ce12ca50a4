"""Authenticator apps and passkeys: each thing once, each person's own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from hub.keys.ring import SealBroken
from hub.seams.people import Credential, Passkey
from hub.store.open_store import DatabaseStore
from hub.store.tables import authenticator_app, passkey
from tests.hub.store.store_builders import OTHER_NUMBER, a_person, together

SECRET = b"twenty secret bytes."
CREDENTIAL = Credential(b"id", b"public key", 3, True, False, False, ("internal", "usb"))
LATER = timedelta(minutes=1)
MOST = 4


def with_app(store: DatabaseStore, now: datetime) -> str:
    person = a_person(store, now)
    assert store.methods.add_app(person.id, SECRET, 100, now)
    return person.id


def with_passkey(store: DatabaseStore, now: datetime, **changes: object) -> tuple[str, Passkey]:
    person = a_person(store, now)
    credential = replace(CREDENTIAL, **changes)  # type: ignore[arg-type]  # names are its fields'
    assert store.methods.add_passkey(person.id, "Mobilen min", credential, MOST, now)
    (found,) = store.methods.passkeys(person.id)
    return person.id, found


def test_an_app_is_kept_with_its_secret(store: DatabaseStore, now: datetime) -> None:
    found = store.methods.app(with_app(store, now))
    assert found is not None and (found.secret, found.added_at) == (SECRET, now)


def test_there_is_one_app(store: DatabaseStore, now: datetime) -> None:
    person_id = with_app(store, now)
    assert not store.methods.add_app(person_id, b"another", 1, now)
    assert store.methods.remove_app(person_id) and not store.methods.remove_app(person_id)
    assert store.methods.app(person_id) is None
    assert store.methods.add_app(person_id, b"another", 1, now)


def test_a_time_step_is_used_once_and_those_before_it_never(
    store: DatabaseStore, now: datetime
) -> None:
    app = store.methods.app(with_app(store, now))
    assert app is not None
    tried = [store.methods.use_step(app.id, step) for step in (100, 102, 102, 101, 103)]
    assert tried == [False, True, False, False, True]


def test_of_eight_at_once_one_uses_the_step(store: DatabaseStore, now: datetime) -> None:
    app = store.methods.app(with_app(store, now))
    assert app is not None
    app_id = app.id
    assert together([lambda: store.methods.use_step(app_id, 101)] * 8).count(True) == 1


def test_a_passkey_is_kept_with_all_that_was_told_of_it(
    store: DatabaseStore, now: datetime
) -> None:
    _, found = with_passkey(store, now)
    assert found == Passkey(found.id, "Mobilen min", CREDENTIAL, now)


def test_a_credential_is_registered_once(store: DatabaseStore, now: datetime) -> None:
    with_passkey(store, now)
    other = a_person(store, now, OTHER_NUMBER)
    assert not store.methods.add_passkey(other.id, "Min", CREDENTIAL, MOST, now)
    assert not store.methods.passkeys(other.id)


def test_of_eight_added_at_once_no_more_are_kept_than_may_be(
    store: DatabaseStore, now: datetime
) -> None:
    person_id, _ = with_passkey(store, now)

    def adding(number: int) -> Callable[[], bool]:
        new = replace(CREDENTIAL, id=b"new %d" % number)
        return lambda: store.methods.add_passkey(person_id, "Ny", new, MOST, now)

    assert together([adding(number) for number in range(8)]).count(True) == MOST - 1
    assert len(store.methods.passkeys(person_id)) == MOST


def test_its_counter_must_grow(store: DatabaseStore, now: datetime) -> None:
    person_id, found = with_passkey(store, now)
    tried = [store.methods.use_passkey(found.id, n, True, now + LATER) for n in (3, 2, 4, 4, 0)]
    assert tried == [False, False, True, False, False]
    (found,) = store.methods.passkeys(person_id)
    assert (found.credential.sign_count, found.credential.is_backed_up) == (4, True)
    assert found.last_used_at == now + LATER


def test_one_that_counts_nothing_may_stay_at_nought(store: DatabaseStore, now: datetime) -> None:
    _, found = with_passkey(store, now, sign_count=0)
    assert all(store.methods.use_passkey(found.id, 0, False, now) for _ in range(2))


def test_its_owner_alone_renames_and_removes_it(store: DatabaseStore, now: datetime) -> None:
    person_id, found = with_passkey(store, now)
    stranger = a_person(store, now, OTHER_NUMBER)
    assert not store.methods.rename_passkey(stranger.id, found.id, "Min")
    assert not store.methods.remove_passkey(stranger.id, found.id)
    assert store.methods.rename_passkey(person_id, found.id, "Nøkkelringen")
    assert store.methods.passkeys(person_id)[0].name == "Nøkkelringen"
    assert store.methods.remove_passkey(person_id, found.id)
    assert not store.methods.passkeys(person_id)


def test_what_was_added_since_a_moment_can_be_removed(
    store: DatabaseStore, now: datetime
) -> None:
    person_id, old = with_passkey(store, now)
    newer = replace(CREDENTIAL, id=b"newer")
    store.methods.add_passkey(person_id, "Framand", newer, MOST, now + LATER)
    store.methods.add_app(person_id, SECRET, 1, now + LATER)
    assert store.methods.remove_since(person_id, now + LATER) == 2
    assert store.methods.passkeys(person_id) == [old]
    assert store.methods.app(person_id) is None


def test_a_closed_account_has_none(store: DatabaseStore, now: datetime) -> None:
    person_id = with_app(store, now)
    with_passkey(store, now)
    store.people.close(person_id, now)
    assert store.methods.app(person_id) is None and not store.methods.passkeys(person_id)


def test_what_is_moved_to_another_person_does_not_open(
    store: DatabaseStore, now: datetime
) -> None:
    with_app(store, now)
    with_passkey(store, now)
    thief = a_person(store, now, OTHER_NUMBER).id
    for table in (authenticator_app, passkey):
        moved = update(table).values(person_id=thief)
        store.database.write(lambda db, moved=moved: db.execute(moved))
    for look in (store.methods.app, store.methods.passkeys):
        with pytest.raises(SealBroken):
            look(thief)
