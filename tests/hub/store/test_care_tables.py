"""The registry's tables of care, on both engines."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from hub.store.open_store import DatabaseStore
from sp_registry import care, hook_calls
from sp_registry.feeds import Feeds
from sp_registry.hook_calls import Fate, HookCall, Tried
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
    feeds.revoke(feed, "staff:ola", NOW)
    assert feeds.of_secret(secret) is None


def test_an_empty_registry_has_nobody_to_care_for(store: DatabaseStore) -> None:
    care.attest(store.database, lambda *_told: None, "https://sp.example.no", "staff:ola", NOW)
    assert store.database.read(care.ownerships) == {}
    assert store.database.read(care.teams) == frozenset()
    assert store.database.read(lambda db: care.visible_keys(db, ["974760673"])) == frozenset()


def test_what_came_of_a_webhooks_messages_is_told_the_newest_first(store: DatabaseStore) -> None:
    later, end = NOW + timedelta(minutes=1), NOW + timedelta(days=3)

    def job(db: Connection) -> list[HookCall]:
        hook_calls.put(db, HookCall("a" * 32, "hook", "test", NOW, end))
        hook_calls.put(db, HookCall("b" * 32, "hook", "certificate.expires", later, end))
        hook_calls.put(db, HookCall("c" * 32, "other", "test", NOW, end))
        hook_calls.tell(db, "a" * 32, Tried(NOW, 503, "hook-status", False, later))
        hook_calls.tell(db, "a" * 32, Tried(later, 204))
        return hook_calls.latest(db, "hook")

    new, old = store.database.write(job)
    assert (new.type, new.tries, new.last) == ("certificate.expires", 0, None)
    assert (old.tries, old.last, old.fate(later)) == (2, Tried(later, 204), Fate.TAKEN)


def test_old_messages_of_a_webhook_are_forgotten_with_a_new_one(store: DatabaseStore) -> None:
    def job(db: Connection) -> list[HookCall]:
        for at in (NOW, NOW + hook_calls.KEPT + timedelta(days=1)):
            hook_calls.put(db, HookCall(f"{at:%Y%m%d}", "hook", "test", at, at))
        return hook_calls.latest(db, "hook")

    assert len(store.database.write(job)) == 1
