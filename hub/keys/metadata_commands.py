"""`minid keys metadata …`: the key that signs what we publish, and the change to the next.

What each command changes is put on record first, but for a key that is yet to be made.  A
running process signs with the keys that were there when it began.
"""

import argparse

from certs import metadata_keys
from certs.key_store import METADATA, PemKeyStore
from certs.make_key import KeyKind
from hub.keys.board import short
from hub.keys.context import KeyContext
from sp_registry.parsers import Parsers

RESTART = "restart minid serve and minid worker on each node, one after another"


def add_parsers(keys: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `metadata` to `keys`; each leaf sets `run_keys`."""
    parser = keys.add_parser("metadata", help="the key that signs our metadata")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("list", help="those that are here").set_defaults(run_keys=show)
    staging = commands.add_parser("new", help="make the next one, and publish its certificate")
    staging.add_argument("--kind", type=KeyKind, choices=list(KeyKind), help="kind of key")
    staging.set_defaults(run_keys=stage)
    switching = commands.add_parser("switch", help="sign with the next one")
    switching.add_argument("--early", action="store_true", help="before 14 days have passed")
    switching.set_defaults(run_keys=switch)
    retiring = commands.add_parser("retire", help="destroy the private half of an old one")
    retiring.add_argument("fingerprint", metavar="FINGERPRINT", type=str.lower)
    retiring.set_defaults(run_keys=retire)


def show(context: KeyContext, args: argparse.Namespace) -> int:
    coming = metadata_keys.coming(context.directory)
    store = PemKeyStore(context.directory)
    signing = store.newest(METADATA).certificate.fingerprint
    private = {key.certificate.fingerprint for key in store.all(METADATA)}
    for certificate in metadata_keys.certificates(context.directory):
        fingerprint = certificate.fingerprint
        if coming is not None and fingerprint == coming.certificate.fingerprint:
            state = "next"
        elif fingerprint == signing:
            state = "signs"
        else:
            state = "old" if fingerprint in private else "retired"
        made = f"{certificate.not_before:%Y-%m-%d %H:%M}"
        context.write_out(f"{short(fingerprint)}\t{state}\tmade {made}")
    return 0


def stage(context: KeyContext, args: argparse.Namespace) -> int:
    now, kind = context.clock(), args.kind or context.kind
    fingerprint = metadata_keys.stage(context.directory, kind, now).certificate.fingerprint
    context.record("metadata-key-staged", now, None, fingerprint=fingerprint, kind=kind)
    context.write_out(f"{short(fingerprint)} ({kind}) is the next metadata key")
    context.write_out(f"copy its two files to the keys of every other node, then {RESTART}")
    return 0


def switch(context: KeyContext, args: argparse.Namespace) -> int:
    now = context.clock()
    coming = metadata_keys.ready(context.directory, now, args.early).certificate.fingerprint
    context.record("metadata-key-switched", now, None, fingerprint=coming)
    metadata_keys.switch(context.directory)
    context.write_out(f"{short(coming)} signs our metadata from the next start on")
    context.write_out(f"do the same on every other node, and {RESTART}")
    return 0


def retire(context: KeyContext, args: argparse.Namespace) -> int:
    key_file, certificate = metadata_keys.retirable(context.directory, args.fingerprint)
    fingerprint = certificate.fingerprint
    context.record("metadata-key-retired", context.clock(), None, fingerprint=fingerprint)
    metadata_keys.retire(key_file)
    context.write_out(f"{short(fingerprint)}: its private half is gone from this node")
    return 0
