"""What is said of a message to a webhook, from what came of its last try."""

from datetime import UTC, datetime, timedelta

import pytest

from sp_registry.hook_calls import Fate, HookCall, Tried

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
END = NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("last", "at", "fate"),
    [
        (None, NOW, Fate.WAITING),
        (None, END, Fate.GIVEN_UP),
        (Tried(NOW, 204), END, Fate.TAKEN),
        (Tried(NOW, 500, "hook-status", False, again_at=END), NOW, Fate.WAITING),
        (Tried(NOW, 500, "hook-status", False, again_at=END), END, Fate.GIVEN_UP),
        (Tried(NOW, 500, "hook-status", False), NOW, Fate.GIVEN_UP),
        (Tried(NOW, 410, "hook-status"), NOW, Fate.REFUSED),
    ],
)
def test_the_fate_of_a_message(last: Tried | None, at: datetime, fate: Fate) -> None:
    assert HookCall("id", "hook", "test", NOW, END, 1, last).fate(at) is fate
