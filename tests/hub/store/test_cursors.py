from datetime import datetime

from hub.store.open_store import DatabaseStore


def test_a_feed_that_nobody_read_has_no_place(store: DatabaseStore) -> None:
    assert store.cursors.find("feed") is None


def test_a_place_is_kept_for_each_feed(store: DatabaseStore, now: datetime) -> None:
    store.cursors.move("feed", 0, now)
    store.cursors.move("feed", 12, now)
    store.cursors.move("other", 3, now)
    assert (store.cursors.find("feed"), store.cursors.find("other")) == (12, 3)


def test_a_slow_worker_moves_it_not_back(store: DatabaseStore, now: datetime) -> None:
    store.cursors.move("feed", 12, now)
    store.cursors.move("feed", 7, now)
    assert store.cursors.find("feed") == 12
