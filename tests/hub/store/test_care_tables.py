"""The registry's tables of care, on both engines."""

from datetime import UTC, datetime

from hub.store.open_store import DatabaseStore
from sp_registry import care
from sp_registry.feeds import Feeds
from tests.hub.store.store_builders import together

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)


def test_of_two_workers_one_takes_an_alert(store: DatabaseStore) -> None:
    def take() -> bool:
        return store.database.write(lambda db: care.take_alert(db, "sp signing a1", 30, NOW))

    assert sorted(together([take] * 4)) == [False, False, False, True]
    assert store.database.write(lambda db: care.take_alert(db, "sp signing a1", 14, NOW))


def test_a_feed_is_found_by_its_secret_until_it_is_revoked(store: DatabaseStore) -> None:
    feeds = Feeds(store.database, lambda *_told: None)
    secret = feeds.make("974760673", "staff:ola", NOW)
    feed = feeds.of_secret(secret)
    assert feed is not None and feed.organisation == "974760673" and feed.made_at == NOW
    assert secret not in repr(feeds.listing())
    feeds.revoke(feed.hash, "staff:ola", NOW)
    assert feeds.of_secret(secret) is None


def test_an_empty_registry_has_nobody_to_care_for(store: DatabaseStore) -> None:
    care.attest(store.database, lambda *_told: None, "https://sp.example.no", "staff:ola", NOW)
    assert store.database.read(care.ownerships) == {}
    assert store.database.read(care.teams) == frozenset()
    assert store.database.read(lambda db: care.visible_keys(db, ["974760673"])) == frozenset()
