"""The demo's instance: made at the first run, kept at the next."""

import json
import stat
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.development import demo
from hub.keys.ring import KeyRing
from hub.person import read_number
from hub.settings import Settings
from hub.store.open_store import DatabaseStore, open_store
from tests.builders import MOMENT
from tests.fakes import FixedClock

CLOCK = FixedClock(MOMENT)


@pytest.fixture
def args(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Namespace:
    monkeypatch.setenv("MINID_SETTINGS", "")
    monkeypatch.setenv("MINID_INSTANCE", "")
    monkeypatch.setenv("MINID_KEY_KIND", "p-256")
    return Namespace(instance=tmp_path / "instance", port=18080, agencies_port=18090)


@pytest.fixture
def settings(args: Namespace) -> Settings:
    return demo.prepared(args, CLOCK)[0]


@pytest.fixture
def store(settings: Settings) -> Iterator[DatabaseStore]:
    store = open_store(settings.database, KeyRing.load(settings.keys / "ring.json"))
    yield store
    store.close()


def test_the_first_run_writes_its_settings(args: Namespace) -> None:
    settings, is_new = demo.prepared(args, CLOCK)
    assert is_new
    assert (settings.base_url, settings.bind) == ("http://localhost:18080", "127.0.0.1:18080")
    assert settings.is_development


def test_the_next_run_keeps_what_the_first_one_made(args: Namespace) -> None:
    demo.prepared(args, CLOCK)
    args.port = 28080
    settings, is_new = demo.prepared(args, CLOCK)
    assert not is_new
    assert settings.base_url == "http://localhost:18080"


def test_its_people_can_log_in(settings: Settings, store: DatabaseStore) -> None:
    people = demo.people_of(settings, store, MOMENT)
    assert len(people) >= 12
    for person in people:
        known = store.people.find(read_number(person.national_id))
        assert known is not None
        assert known.is_registered == (person.password is not None)
        assert known.mobile == person.mobile
        assert store.sheets.asked(known.id, 2) is not None


def test_its_people_are_written_down_for_their_owner_alone(
    settings: Settings, store: DatabaseStore
) -> None:
    people = demo.people_of(settings, store, MOMENT)
    file = settings.instance / "demo" / "people.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = json.loads(file.read_text("utf-8"))
    assert [each["national_id"] for each in written] == [each.national_id for each in people]


def test_the_next_run_has_the_same_people(settings: Settings, store: DatabaseStore) -> None:
    first = demo.people_of(settings, store, MOMENT)
    assert demo.people_of(settings, store, MOMENT) == first


def test_the_agencies_are_told_where_the_hub_is(args: Namespace, settings: Settings) -> None:
    command = demo.agencies_command(args, settings)
    assert command[1:3] == ["-m", "demo"]
    assert command[command.index("--hub") + 1] == "http://localhost:18080"
    assert command[command.index("--port") + 1] == "18090"
