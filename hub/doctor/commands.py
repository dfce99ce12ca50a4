"""`minid doctor [--json]`: everything is looked at, whatever the first finding was."""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from certs import metadata_keys
from certs.errors import CertsError
from hub.doctor import ground, work
from hub.doctor.finding import Finding, Findings, Patient, State, well, wrong
from hub.errors import HubError
from hub.keys.ring import KeyRing
from hub.settings import BadSettings, Settings
from hub.store.open_store import open_store
from metadata.errors import MetadataError
from sp_registry.errors import RegistryError
from sp_registry.parsers import Parsers

KNOWN_ERRORS = (HubError, RegistryError, MetadataError, CertsError)
GROUND: tuple[tuple[str, Callable[[Settings], Findings]], ...] = (
    ("files", ground.files),
    ("key ring", ground.ring),
    ("database", ground.database),
)
WORK: tuple[tuple[str, Callable[[Patient], Findings]], ...] = (
    ("keys", ground.keys),
    ("clock", work.clocks),
    ("snapshot", work.snapshot),
    ("gateways", work.gateways),
    ("registers", work.registers),
    ("outbox", work.messages),
    ("letters", work.letters),
    ("audit log", work.audit_log),
    ("worker", work.workers),
)


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("doctor", help="what is wrong here, and what mends it")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument(
        "--audit", action="store_true", help="check the whole chain of the audit log"
    )


@dataclass(frozen=True, slots=True)
class DoctorContext:
    """What the command works with; `hub/commands.py` makes it."""

    environ: Mapping[str, str]
    now: datetime
    registers: Callable[[Settings], Findings]
    write_out: Callable[[str], None]
    write_progress: Callable[[str], None]


def run(context: DoctorContext, as_json: bool, whole_audit: bool) -> int:
    """1 if anything is wrong; what is only weak does not count."""
    findings, write_out = list(examined(context, whole_audit)), context.write_out
    if as_json:
        write_out(json.dumps([asdict(each) for each in findings], indent=2))
    else:
        for each in findings:
            write_out(f"{each.state:5} {each.check}: {each.found}")
            if each.mend:
                write_out(f"      to mend it: {each.mend}")
    return 1 if any(each.state is State.WRONG for each in findings) else 0


def examined(context: DoctorContext, whole_audit: bool) -> Iterator[Finding]:
    try:
        settings = Settings.from_environ(context.environ)
    except BadSettings as fault:
        for each in fault.faults:
            yield wrong("settings", each, "docs/operations.md has all settings")
        return
    yield well("settings", f"{settings.mode} mode at {settings.base_url}")
    grounds = [each for name, check in GROUND for each in seen(name, lambda: check(settings))]
    yield from grounds
    if any(each.state is State.WRONG for each in grounds if each.check != "files"):
        return  # nothing more can be asked
    store = open_store(settings.database, KeyRing.load(settings.keys / "ring.json"))
    try:
        certificates = metadata_keys.certificates(settings.keys)
        patient = Patient(
            settings,
            store,
            certificates,
            context.now,
            context.registers,
            whole_audit,
            context.write_progress,
        )
        for name, look in WORK:
            yield from seen(name, lambda: look(patient))
    finally:
        store.close()


def seen(name: str, look: Callable[[], Findings]) -> list[Finding]:
    """What a check finds; what it cannot get past is a finding too."""
    try:
        return list(look())
    except KNOWN_ERRORS as fault:
        return [wrong(name, f"{fault.detail} ({fault.code})", f"see /errors/{fault.code}")]
    except OSError as fault:
        return [wrong(name, f"{fault.filename}: {fault.strerror}", "look at the file")]
