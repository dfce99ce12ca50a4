"""What `minid doctor` finds in an installation, and that it says how to mend it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import update

from certs.key_store import METADATA, PemKeyStore
from hub.doctor.commands import DoctorContext, run
from hub.doctor.finding import Finding
from hub.operations.worker import JOBS
from hub.outside import register_probe
from hub.seams.records import AuditEvent
from hub.sending.outbox import an_sms
from hub.settings import Settings
from hub.store import audit_chain
from hub.store.tables import audit
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.world import opened, settings_in


@pytest.fixture
def instance(installation: Path, tmp_path: Path) -> Path:
    """An installation in which a worker has just been at work."""
    copied = Path(copytree(installation, tmp_path / "instance"))
    with opened(settings_in(copied)) as store:
        for job in JOBS:
            store.upkeep.ran(job.name, None, MOMENT)
    return copied


def examined(
    instance: Path, minutes: int = 0, whole_audit: bool = False, **settings: str
) -> tuple[int, list[str]]:
    """The exit status, and what is not well."""
    environ = {
        "MINID_BASE_URL": "http://localhost:8080",
        "MINID_MODE": "development",
        "MINID_INSTANCE": str(instance),
    }
    said: list[str] = []
    now = MOMENT + timedelta(minutes=minutes)
    status = run(context(environ | settings, now, said), True, whole_audit)
    findings = json.loads(said[0])
    assert all(each["mend"] for each in findings if each["state"] != "ok")
    return status, [
        f"{each['state']} {each['check']}: {each['found']}"
        for each in findings
        if each["state"] != "ok"
    ]


def context(environ: dict[str, str], now: datetime, said: list[str]) -> DoctorContext:
    def registers(settings: Settings) -> Iterator[Finding]:
        return register_probe.findings(settings, FixedClock(now))

    return DoctorContext(environ, now, registers, said.append, said.append)


def test_a_sound_installation_has_nothing_to_mend(instance: Path) -> None:
    assert examined(instance) == (0, [])


def test_it_speaks_to_people_too(instance: Path) -> None:
    said: list[str] = []
    assert run(context({"MINID_BASE_URL": "ftp://x"}, MOMENT, said), False, False) == 1
    assert said[0].startswith("wrong settings:") and said[1].startswith("      to mend it:")


def test_files_that_others_can_open_are_wrong(instance: Path) -> None:
    (instance / "minid.sqlite").chmod(0o644)
    status, [found] = examined(instance)
    assert status == 1 and "can be opened by others" in found


def test_without_a_key_ring_nothing_more_is_asked(instance: Path) -> None:
    (instance / "keys" / "ring.json").unlink()
    status, [found] = examined(instance)
    assert status == 1 and "key-ring-unusable" in found


def test_a_database_of_another_version_is_wrong(instance: Path) -> None:
    (instance / "minid.sqlite").unlink()
    status, [found] = examined(instance)
    assert status == 1 and "not those of this version" in found


def test_without_a_worker_messages_wait(instance: Path, installation: Path, tmp_path: Path) -> None:
    idle = Path(copytree(installation, tmp_path / "idle"))
    status, found = examined(idle)
    assert status == 1 and "wrong worker: none has ever run: messages and letters wait" in found


def test_a_worker_that_stopped_is_told_by_its_jobs(instance: Path) -> None:
    status, found = examined(instance, minutes=60)
    assert status == 1 and any("outbox ran last at" in each for each in found)
    assert any("rows wait for a seal" in each for each in found)


def test_a_job_that_fails_is_weak(instance: Path) -> None:
    with opened(settings_in(instance)) as store:
        store.upkeep.ran("letters", "register-missing", MOMENT)
    assert examined(instance) == (0, ["weak worker: letters ended with register-missing"])


def test_a_clock_behind_what_was_written_is_wrong(instance: Path) -> None:
    status, found = examined(instance, minutes=-10)
    assert status == 1 and any("behind what was written" in each for each in found)


def test_messages_that_wait_too_long_are_weak(instance: Path) -> None:
    earlier = MOMENT - timedelta(minutes=6)
    with opened(settings_in(instance)) as store:
        message = an_sms("+4790190190", "Hei", "notice", MOMENT + timedelta(days=1))
        store.outbox.put([message], earlier)
    assert any(each.startswith("weak outbox: 1 sms wait") for each in examined(instance)[1])


def test_a_gateway_that_does_not_answer_is_wrong(instance: Path) -> None:
    gateway = {
        "MINID_SMS_GATEWAY": "json",
        "MINID_SMS_URL": "http://127.0.0.1:9/send",
        "MINID_SMS_PASSWORD": "token",
    }
    status, [found] = examined(instance, **gateway)
    assert status == 1 and "does not answer at 127.0.0.1:9" in found


def test_a_snapshot_that_was_not_followed_is_wrong(instance: Path) -> None:
    (instance / "snapshots" / "current").unlink()
    status, [found] = examined(instance)
    assert status == 1 and found.startswith("wrong snapshot:")


def test_a_folder_for_letters_that_is_not_there_is_wrong(instance: Path) -> None:
    status, [found] = examined(instance, MINID_LETTERS_FOLDER=str(instance / "nowhere"))
    assert status == 1 and "no folder that we may write in" in found


# --- the audit log ----------------------------------------------------------------------------


@pytest.fixture
def sealed(instance: Path) -> Path:
    """A row was sealed two days ago, and one a moment ago."""
    settings = settings_in(instance)
    with opened(settings) as store:
        for at in (MOMENT - timedelta(days=2), MOMENT):
            store.ledger.append(AuditEvent("logged-in", at))
            audit_chain.seal(store.database, PemKeyStore(settings.keys).newest(METADATA), at)
    return instance


def change(instance: Path, checkpoint: int) -> None:
    with opened(settings_in(instance)) as store:
        changed = update(audit).where(audit.c.checkpoint == checkpoint).values(event="nothing")
        store.database.write(lambda db: db.execute(changed).rowcount)


def test_a_row_of_the_last_day_that_was_changed_is_wrong(sealed: Path) -> None:
    assert examined(sealed) == (0, [])
    change(sealed, 2)
    assert examined(sealed) == (
        1, ["wrong audit log: checkpoint 2: the rows are not those that were sealed"]
    )


def test_an_older_row_that_was_changed_is_found_where_all_is_looked_at(sealed: Path) -> None:
    change(sealed, 1)
    assert examined(sealed) == (0, [])
    status, [found] = examined(sealed, whole_audit=True)
    assert status == 1 and found.startswith("wrong audit log: checkpoint 1:")
