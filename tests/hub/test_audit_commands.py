import argparse
import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database as SqliteFile

from certs.key_store import METADATA
from certs.make_key import KeyKind, make_key
from hub import audit_commands
from hub.audit_commands import AuditContext, AuditFileExists, telling
from hub.keys.ring import KeyRing
from hub.seams.records import AuditEvent
from hub.store import audit_chain
from hub.store.migrate import migrate
from hub.store.open_store import DatabaseStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> DatabaseStore:
    migrate(str(tmp_path / "hub.db"))
    return open_store(str(tmp_path / "hub.db"), KeyRing.make(tmp_path / "ring.json"))


@pytest.fixture
def context(store: DatabaseStore, tmp_path: Path, now: datetime) -> AuditContext:
    key = make_key(tmp_path / "keys", METADATA, KeyKind.P_256, "test", now)
    certificates = [key.certificate]
    return AuditContext(store.database, key, certificates, now, said.append, progress.append)


said: list[str] = []
progress: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    said.clear()
    progress.clear()


def test_a_long_log_tells_how_far_its_check_has_come() -> None:
    told = telling(progress.append)
    for done in (1, 10_000, 10_001, 20_000):
        told(done, 25_000)
    assert progress == [
        f"{done} of 25000 checkpoints of the audit log are checked" for done in (10_000, 20_000)
    ]


def test_a_whole_log_is_told_with_its_numbers(
    context: AuditContext, store: DatabaseStore, now: datetime
) -> None:
    store.ledger.append(AuditEvent("logged-in", now))
    assert audit_commands.verify(context, argparse.Namespace()) == 0
    assert said == ["the audit log is whole: 1 rows under 1 checkpoints"]


def test_the_copy_has_sealed_and_unsealed_rows_and_can_be_searched(
    context: AuditContext, store: DatabaseStore, now: datetime, tmp_path: Path
) -> None:
    store.ledger.append(AuditEvent("logged-in", now))
    audit_chain.seal(store.database, context.key, now)
    store.ledger.append(AuditEvent("answered", now, entity_id="https://skatt.example/saml"))
    target = tmp_path / "copy.db"
    assert audit_commands.export(context, argparse.Namespace(file=target)) == 0
    table = SqliteFile(target).table("audit")
    assert table.count == 2
    assert [row["event"] for row in table.search("skatt")] == ["answered"]
    assert os.stat(target).st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_not_overwritten(context: AuditContext, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(AuditFileExists):
        audit_commands.export(context, argparse.Namespace(file=target))
    assert target.read_text() == "mine"
