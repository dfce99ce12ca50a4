from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Delete, Update, delete, insert, select, update

from certs.key_store import METADATA
from certs.make_key import KeyKind, make_key
from certs.signing_key import SigningKey
from hub.store import audit_chain, audit_cut
from hub.store.audit_chain import Verdict
from hub.store.open_store import DatabaseStore
from hub.store.tables import audit, audit_checkpoint
from tests.hub.store.store_builders import an_event, together


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    return make_key(tmp_path_factory.mktemp("keys"), METADATA, KeyKind.P_256, "test", now)


def with_two_checkpoints(store: DatabaseStore, key: SigningKey, now: datetime) -> None:
    for minute in range(4):
        store.ledger.append(an_event(now + timedelta(minutes=minute)))
        if minute % 2:
            audit_chain.seal(store.database, key, now + timedelta(minutes=minute))


def checked(store: DatabaseStore, key: SigningKey) -> Verdict:
    return audit_chain.check(store.database, [key.certificate])


def run(store: DatabaseStore, statement: Delete | Update) -> None:
    store.database.write(lambda db: db.execute(statement).rowcount)


def test_a_chain_that_nobody_touched_holds(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    assert checked(store, key) == Verdict(checkpoints=2, rows=4, faults=())


def test_a_long_chain_is_read_in_pages_and_tells_how_far_it_has_come(
    store: DatabaseStore, key: SigningKey, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "PAGE", 2)
    for _ in range(3):
        with_two_checkpoints(store, key, now)
    told: list[tuple[int, int]] = []
    verdict = audit_chain.check(
        store.database, [key.certificate], progress=lambda done, of: told.append((done, of))
    )
    assert verdict == Verdict(checkpoints=6, rows=12, faults=())
    assert told == [(done, 6) for done in range(1, 7)]


def test_the_chain_of_the_last_day_is_checked_alone(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    with_two_checkpoints(store, key, now + timedelta(days=1))
    since = now + timedelta(hours=12)
    run(store, update(audit).where(audit.c.checkpoint == 1).values(event="never-happened"))
    assert audit_chain.check_since(store.database, [key.certificate], since) == Verdict(2, 4, ())
    run(store, update(audit).where(audit.c.checkpoint == 3).values(event="never-happened"))
    assert audit_chain.check_since(store.database, [key.certificate], since).faults == (
        "checkpoint 3: the rows are not those that were sealed",
    )


def test_where_nothing_was_sealed_of_late_the_latest_checkpoint_is_checked(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    since = now + timedelta(days=1)
    assert audit_chain.check_since(store.database, [key.certificate], since) == Verdict(1, 2, ())
    run(store, update(audit_checkpoint).values(signature=b"forged"))
    assert audit_chain.check_since(store.database, [key.certificate], since).faults


def test_nothing_new_makes_no_checkpoint(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    assert audit_chain.seal(store.database, key, now) == 0
    assert checked(store, key).checkpoints == 2


def test_a_changed_row_is_found(store: DatabaseStore, key: SigningKey, now: datetime) -> None:
    with_two_checkpoints(store, key, now)
    run(store, update(audit).where(audit.c.sequence == 3).values(event="never-happened"))
    assert checked(store, key).faults == (
        "checkpoint 2: the rows are not those that were sealed",
    )


def test_a_removed_row_is_found(store: DatabaseStore, key: SigningKey, now: datetime) -> None:
    with_two_checkpoints(store, key, now)
    run(store, delete(audit).where(audit.c.sequence == 1))
    assert "checkpoint 1 sealed 2 rows, 1 are there" in checked(store, key).faults


def test_an_added_row_is_found(store: DatabaseStore, key: SigningKey, now: datetime) -> None:
    with_two_checkpoints(store, key, now)
    row = store.database.read(lambda db: db.execute(select(audit)).first())
    assert row is not None
    forged = {**row._mapping, "sequence": 99}
    store.database.write(lambda db: db.execute(insert(audit), forged).rowcount)
    assert "checkpoint 1 sealed 2 rows, 3 are there" in checked(store, key).faults


def test_a_checkpoint_made_again_with_another_key_is_found(
    store: DatabaseStore, key: SigningKey, now: datetime, tmp_path: Path
) -> None:
    foreign = make_key(tmp_path, METADATA, KeyKind.P_256, "foreign", now)
    with_two_checkpoints(store, foreign, now)
    assert len(checked(store, key).faults) == 2


def test_a_removed_checkpoint_breaks_all_that_come_after(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    run(store, delete(audit_checkpoint).where(audit_checkpoint.c.number == 1))
    assert "checkpoint 1 is missing" in checked(store, key).faults


def test_two_sealers_at_once_share_the_rows(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    for _ in range(5):
        store.ledger.append(an_event(now))
    taken = together([lambda: audit_chain.seal(store.database, key, now)] * 2)
    assert sorted(taken) == [0, 5]
    assert checked(store, key).faults == ()


# --- cut after thirteen months -----------------------------------------------------------------

LATER = timedelta(days=397)


def cut(store: DatabaseStore, key: SigningKey, now: datetime) -> int:
    """As the worker does it; how many rows went."""
    number = audit_chain.sound_cut(store.database, [key.certificate], now)
    return 0 if number is None else audit_cut.cut(store.database, key, number, now)


def test_what_is_old_enough_is_cut_off_and_the_rest_still_holds(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    assert cut(store, key, now + LATER) == 0  # the first was sealed a minute later
    assert cut(store, key, now + LATER + timedelta(minutes=1)) == 2
    assert checked(store, key) == Verdict(checkpoints=1, rows=2, faults=())
    store.ledger.append(an_event(now + LATER))
    audit_chain.seal(store.database, key, now + LATER)
    assert checked(store, key) == Verdict(checkpoints=2, rows=3, faults=())
    assert store.upkeep.sealing().cut_at_number == 1


def test_a_log_that_was_cut_to_its_end_goes_on_from_there(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    assert cut(store, key, now + LATER + timedelta(hours=1)) == 4
    store.ledger.append(an_event(now + LATER))
    audit_chain.seal(store.database, key, now + LATER)
    assert checked(store, key) == Verdict(checkpoints=1, rows=1, faults=())


def test_what_somebody_changed_is_not_tidied_away(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    run(store, update(audit).where(audit.c.sequence == 1).values(event="never-happened"))
    with pytest.raises(audit_cut.AuditBroken):
        cut(store, key, now + LATER + timedelta(hours=1))
    assert checked(store, key).rows == 4


def test_a_cut_that_nobody_signed_is_found(
    store: DatabaseStore, key: SigningKey, now: datetime, tmp_path: Path
) -> None:
    foreign = make_key(tmp_path, METADATA, KeyKind.P_256, "foreign", now)
    with_two_checkpoints(store, key, now)
    audit_cut.cut(store.database, foreign, 1, now + LATER + timedelta(hours=1))
    assert len(checked(store, key).faults) == 1


def test_a_cut_made_too_early_is_found(
    store: DatabaseStore, key: SigningKey, now: datetime
) -> None:
    with_two_checkpoints(store, key, now)
    audit_cut.cut(store.database, key, 1, now + timedelta(days=30))
    assert "before thirteen months" in checked(store, key).faults[0]
