from datetime import datetime

from hub.store.open_store import DatabaseStore


def test_messages_come_newest_last(store: DatabaseStore, now: datetime) -> None:
    for text in ("første", "andre", "tredje"):
        store.inbox.add("+4799999999", text, now)
    assert store.inbox.messages() == [
        ("+4799999999", "første", now),
        ("+4799999999", "andre", now),
        ("+4799999999", "tredje", now),
    ]


def test_an_empty_inbox_is_empty(store: DatabaseStore) -> None:
    assert store.inbox.messages() == []
