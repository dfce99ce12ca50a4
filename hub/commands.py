"""`minid`: what administrators do from a shell, in the folder of the clone."""

import argparse
import getpass
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from certs import metadata_keys
from certs.errors import CertsError
from certs.key_store import METADATA, PemKeyStore
from certs.make_key import KeyKind
from hub import audit_commands, person_commands
from hub.app import (
    configured_printer,
    metadata_fetcher,
    population_register,
    print_folder,
    print_office,
    print_provider,
    register_findings,
    services_told,
    snapshots_of,
    system_clock,
    work_of,
)
from hub.audit_commands import AuditContext
from hub.development import demo
from hub.doctor import commands as doctor
from hub.doctor.commands import DoctorContext
from hub.errors import HubError
from hub.installation import install
from hub.keys import commands as key_commands
from hub.keys.context import KeyContext
from hub.keys.ring import KeyRing
from hub.letters import commands as letter_commands
from hub.letters.commands import LetterContext
from hub.operations import worker
from hub.person_commands import PersonContext
from hub.registry import staff_commands
from hub.registry.audit import registry_audit
from hub.registry.invitation_mail import link_of, person_of
from hub.registry.staff import mode_of
from hub.registry.staff_commands import StaffContext
from hub.registry.traffic import HubTraffic
from hub.registry.watch import HubWatch
from hub.settings import BadSettings, Settings
from hub.store.open_store import DatabaseStore, open_store
from metadata.errors import MetadataError
from sp_registry import commands as registry
from sp_registry import remarks, transfer_commands
from sp_registry.errors import RegistryError
from sp_registry.invitations import Invitations
from sp_registry.registry_context import RegistryContext
from sp_registry.staff import Staff

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did all that it was asked."""
    args = parser().parse_args(arguments)
    try:
        return run(args)
    except BadSettings as fault:
        for each in fault.faults:
            print(f"minid: {each} (settings)", file=sys.stderr)
    except (HubError, RegistryError, MetadataError, CertsError) as fault:
        print(f"minid: {fault.detail} ({fault.code})", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="minid", description=__doc__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND", dest="command")
    commands.add_parser("init", help="make keys, database and first snapshot where missing")
    commands.add_parser("serve", help="run the hub with gunicorn")
    commands.add_parser("worker", help="deliver messages, sweep, and other work beside the hub")
    # Another prefix: words that begin with "-" are for the bench to read.
    measuring = commands.add_parser(
        "bench", help="measure the hub's speed here", add_help=False, prefix_chars="+"
    )
    measuring.add_argument("words", nargs="*")
    trying = commands.add_parser("demo", help="the hub and the demo agencies, on this machine")
    trying.add_argument("--instance", type=Path, default=Path("instance"))
    trying.add_argument("--port", type=int, default=8080, help="of the hub")
    trying.add_argument("--agencies-port", type=int, default=8090)
    registry.add_parsers(commands)
    transfer_commands.add_parsers(commands)
    key_commands.add_parsers(commands)
    audit_commands.add_parsers(commands)
    staff_commands.add_parsers(commands)
    letter_commands.add_parsers(commands)
    person_commands.add_parsers(commands)
    doctor.add_parsers(commands)
    return whole


def run(args: argparse.Namespace) -> int:
    if args.command == "demo":
        return run_demo(args)
    if args.command == "bench":
        os.chdir(ROOT)  # it measures this tree, and is no part of what it measures
        os.execv(sys.executable, [sys.executable, "-m", "bench", *args.words])
    if "run_alone" in args:
        alone: int = args.run_alone(args, system_clock().now(), print)
        return alone
    if args.command == "doctor":
        return doctor.run(doctor_context(), args.json, args.audit)
    settings = Settings.from_environ(os.environ)
    if args.command == "init":
        return init(settings)
    if args.command == "serve":
        return serve(settings)
    if args.command == "worker":
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        return worker.run(work_of(settings))
    status: int
    if args.command == "audit":
        status = args.run_audit(audit_context(settings), args)
        return status
    if args.command in ("pins", "letters"):
        status = args.run_letters(letter_context(settings), args)
        return status
    if args.command == "person":
        status = args.run_person(person_context(settings), args)
        return status
    if args.command == "staff":
        status = args.run_staff(staff_context(settings), args)
        return status
    if args.command == "keys":
        status = args.run_keys(key_context(settings), args)
        return status
    with_registry = registry_context(settings)
    status = args.run(with_registry, args)
    return status


def init(settings: Settings) -> int:
    for sentence in install(settings, system_clock().now()):
        print(sentence)
    if not (settings.snapshots / "current").exists():
        registry.publish_now(registry_context(settings), argparse.Namespace(note=remarks.FIRST))
    return 0


def run_demo(args: argparse.Namespace) -> int:
    clock = system_clock()
    settings, is_new = demo.prepared(args, clock)
    context = registry_context(settings)
    if is_new:
        added = [str(path) for path in demo.agencies_metadata(args, settings)]
        adding = parser().parse_args(["sp", "add", "--approve", *added])
        registry.add(replace(context, write_out=lambda _line: None), adding)
    store = opened_store(settings)
    people = demo.people_of(settings, store, clock.now())
    store.close()
    demo.run_until_stopped(args, settings, people, clock)


def serve(settings: Settings) -> int:
    """Become gunicorn.  `--no-control-socket`, or it writes into the home folder."""
    os.chdir(ROOT)
    os.execv(
        sys.executable,
        [
            sys.executable, "-m", "gunicorn", "wsgi:app",
            "--bind", settings.bind,
            "--worker-class", "gthread",
            "--workers", str(settings.workers),
            "--threads", str(settings.threads),
            "--no-control-socket",
        ],
    )  # fmt: skip


def doctor_context() -> DoctorContext:
    """What the doctor works with, before any setting is read."""
    now, environ = system_clock().now(), os.environ
    return DoctorContext(environ, now, register_findings, print, write_progress)


def write_progress(text: str) -> None:
    print(text, file=sys.stderr)


def audit_context(settings: Settings) -> AuditContext:
    keys = PemKeyStore(settings.keys)
    return AuditContext(
        database=opened_store(settings).database,
        key=keys.newest(METADATA),
        certificates=metadata_keys.certificates(settings.keys),
        now=system_clock().now(),
        write_out=print,
        write_progress=write_progress,
    )


def opened_store(settings: Settings) -> DatabaseStore:
    return open_store(settings.database, KeyRing.load(settings.keys / "ring.json"))


def staff_context(settings: Settings) -> StaffContext:
    store = opened_store(settings)
    audit, clock = registry_audit(store.ledger), system_clock()
    return StaffContext(
        staff=Staff(store.database, audit),
        invitations=Invitations(store.database, audit),
        people=store.people,
        person_of=lambda typed: person_of(store.people, settings, typed, clock.now()),
        link_of=lambda secret: link_of(settings, secret),
        clock=clock.now,
        who=f"shell:{getpass.getuser()}",
        write_out=print,
        read_number=staff_commands.number_from_shell,
    )


def key_context(settings: Settings) -> KeyContext:
    """What the commands about keys work with, made from the settings."""
    store = opened_store(settings)
    return KeyContext(
        directory=settings.keys,
        kind=KeyKind(settings.key_kind),
        room=store.keys,
        snapshots=snapshots_of(settings),
        ledger=store.ledger,
        clock=system_clock().now,
        who=f"shell:{getpass.getuser()}",
        write_out=print,
    )


def letter_context(settings: Settings) -> LetterContext:
    """What the commands about sheets and letters work with, made from the settings."""
    store = opened_store(settings)
    return LetterContext(
        settings=settings,
        store=store,
        clock=system_clock(),
        who=f"shell:{getpass.getuser()}",
        office=lambda: print_office(settings, store),
        folder=print_folder,
        printer=lambda: configured_printer(settings, store),
        provider=lambda: print_provider(settings, store),
        register=lambda: population_register(settings, store),
        write_out=print,
    )


def person_context(settings: Settings) -> PersonContext:
    """What the commands about one person work with, made from the settings."""
    return PersonContext(
        settings=settings,
        store=opened_store(settings),
        clock=system_clock(),
        who=f"shell:{getpass.getuser()}",
        tell=lambda person_id, sessions: services_told(settings, person_id, sessions),
        write_out=print,
    )


def registry_context(settings: Settings) -> RegistryContext:
    """What the registry's commands work with, made from the settings."""
    keys = PemKeyStore(settings.keys)
    store = opened_store(settings)
    return RegistryContext(
        database=store.database,
        directory=settings.snapshots,
        signing_key=keys.newest(METADATA),
        certificates=metadata_keys.certificates(settings.keys),
        clock=system_clock().now,
        who=f"shell:{getpass.getuser()}",
        mode=mode_of(settings),
        audit=registry_audit(store.ledger),
        write_out=print,
        traffic=HubTraffic(store, settings),
        fetch=metadata_fetcher(settings),
        watch=HubWatch(store, snapshots_of(settings)),
        in_use=lambda entity_id: key_commands.certificates_in_use(store.keys, entity_id),
    )


if __name__ == "__main__":
    sys.exit(main())
