"""`minid keys …`: the hub's signing keys, and who has come how far in a change of them.

What each command changes is put on record first.  Dates are in UTC.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from certs.errors import CertsError
from certs.key_store import ASSERTION, PemKeyStore
from certs.make_key import KeyKind, make_key
from certs.metadata_keys import SEEN_BY_MOST
from certs.rotation import DatedKey, KeyInUse, Pin, State
from hub.keys import board as key_board
from hub.keys import metadata_commands
from hub.keys.board import short
from hub.keys.context import KeyContext
from hub.keys.rehearsal import Outcome
from hub.keys.room import KeyRoom
from hub.keys.running import Plan, read_plan
from sp_registry.parsers import Parsers

WINDOW_DAYS = 30


class CannotRotate(CertsError):
    """The keys are not in a state in which that can be done."""

    code = "key-state"


Handler = Callable[[KeyContext, argparse.Namespace], int]


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `keys`; each leaf sets `run_keys`, a Handler."""
    keys = subparsers.add_parser("keys", help="the hub's signing keys, and changes of them")
    commands = keys.add_subparsers(required=True, metavar="COMMAND")
    _leaf(commands, "list", "every key with its state and dates", show)
    new = _leaf(commands, "new", "make the next key and publish its certificate at once", make)
    new.add_argument("--kind", type=KeyKind, choices=list(KeyKind), help="kind of key")
    rotating = _leaf(commands, "rotate", "begin the window that ends with the next key", rotate)
    rotating.add_argument("--at", type=moment, metavar="DATE", help="when it opens; now")
    rotating.add_argument(
        "--window", type=days, default=timedelta(days=WINDOW_DAYS), metavar="DAYS",
        help=f"how long each may choose its own date; {WINDOW_DAYS}",
    )  # fmt: skip
    retiring = _leaf(commands, "retire", "take a key out of the metadata for ever", retire)
    retiring.add_argument("fingerprint", metavar="FINGERPRINT")
    pinning = _leaf(commands, "pin", "give one service provider a key and a date", pin)
    pinning.add_argument("entity_id", metavar="ENTITYID")
    pinning.add_argument("fingerprint", metavar="FINGERPRINT")
    pinning.add_argument("--at", type=moment, metavar="DATE", help="from when; now")
    for name, help_text, handler in (
        ("unpin", "let one follow all others again", unpin),
        ("rehearse", "sign the next login of one with the next key", rehearse),
        ("confirm", "its contact says that the rehearsal went well", confirm),
    ):
        _leaf(commands, name, help_text, handler).add_argument("entity_id", metavar="ENTITYID")
    metadata_commands.add_parsers(commands)
    _leaf(commands, "board", "how far each service provider has come", board)


def _leaf(
    commands: "Parsers[argparse.ArgumentParser]", name: str, help_text: str, handler: Handler
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text)
    parser.set_defaults(run_keys=handler)
    return parser


def moment(text: str) -> datetime:
    """A date, or a date and time; in UTC unless it says otherwise."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def days(text: str) -> timedelta:
    read = timedelta(days=float(text))
    if read < timedelta(0):
        raise ValueError("a window has no negative length")
    return read


# --- keys -------------------------------------------------------------------------------


def show(context: KeyContext, args: argparse.Namespace) -> int:
    now = context.clock()
    rotation = read_plan(context.room).rotation
    files = PemKeyStore(context.directory)
    for key in sorted(rotation.keys, key=lambda each: each.published_at, reverse=True):
        state = rotation.state_of(key, now)
        here = "" if files.find(ASSERTION, key.fingerprint) else "\tnot on this machine"
        if state is State.RETIRED:
            here = ""
        certificate = key.certificate
        context.write_out(
            f"{short(key.fingerprint)}\t{state}\t{certificate.key_kind} {certificate.key_bits}"
            f"\t{_dates(key)}{here}"
        )
    return 0


def _dates(key: DatedKey) -> str:
    dates = (
        ("published", key.published_at),
        ("window from", key.window_opens_at),
        ("active from", key.active_at),
        ("retired", key.retired_at),
    )
    return ", ".join(f"{what} {date:%Y-%m-%d %H:%M}" for what, date in dates if date is not None)


def make(context: KeyContext, args: argparse.Namespace) -> int:
    """One next key at a time: with two, nobody could say which was rehearsed."""
    now = context.clock()
    coming = read_plan(context.room).rotation.next(now)
    if coming is not None:
        raise CannotRotate(
            f"{short(coming.fingerprint)} is the next key already; "
            "take it into use (rotate) or give it up (retire)"
        )
    kind = args.kind or context.kind
    key = make_key(context.directory, ASSERTION, kind, "MinID hub assertion", now)
    fingerprint = key.certificate.fingerprint
    context.record("key-published", now, None, fingerprint=fingerprint, kind=kind)
    context.room.publish(key.certificate, ASSERTION, now)
    context.write_out(f"{short(fingerprint)} ({kind}) is the next key and stands in our metadata")
    context.write_out("copy its two files to the folder of keys on every other node")
    return 0


def rotate(context: KeyContext, args: argparse.Namespace) -> int:
    now = context.clock()
    coming = _next_of(read_plan(context.room), now)
    if PemKeyStore(context.directory).find(ASSERTION, coming.fingerprint) is None:
        raise CannotRotate(f"the private key of {short(coming.fingerprint)} is not on this machine")
    opens = max(args.at or now, now)
    closes = opens + args.window
    dates = {"opens": opens.isoformat(), "closes": closes.isoformat()}
    context.record("key-window-set", now, None, fingerprint=coming.fingerprint, **dates)
    if not context.room.schedule(coming.fingerprint, opens, closes, now):
        raise CannotRotate(f"{short(coming.fingerprint)} was taken into use or retired meanwhile")
    context.write_out(
        f"{short(coming.fingerprint)}: window from {opens:%Y-%m-%d %H:%M}, "
        f"signs for all from {closes:%Y-%m-%d %H:%M}"
    )
    if closes < coming.published_at + SEEN_BY_MOST:
        context.write_out(
            "warning: it will have been published for less than 14 days by then; "
            "services that fetch our metadata seldom may not know it (minid keys board)"
        )
    return 0


def retire(context: KeyContext, args: argparse.Namespace) -> int:
    """Refused while anybody is signed for with the key, or will be."""
    now = context.clock()
    plan = read_plan(context.room)
    key = plan.rotation.find(args.fingerprint, now)
    require_unused(plan, key, now)
    context.record("key-retired", now, None, fingerprint=key.fingerprint)
    context.room.retire(key.fingerprint, now)
    context.write_out(f"{short(key.fingerprint)} is retired and out of our metadata")
    return 0


def require_unused(plan: Plan, key: DatedKey, now: datetime) -> None:
    if plan.rotation.state_of(key, now) is State.ACTIVE:
        raise KeyInUse(f"{short(key.fingerprint)} is active; rotate to another key first")
    if key.has_open_window(now):
        raise KeyInUse(f"{short(key.fingerprint)} is being taken into use; its window is open")
    relying = plan.relying_on(key, now)
    if relying:
        raise KeyInUse(
            f"{short(key.fingerprint)} signs, or is to sign, for {', '.join(sorted(relying))}; "
            "unpin them or pin them to another key"
        )


def _next_of(plan: Plan, now: datetime) -> DatedKey:
    coming = plan.rotation.next(now)
    if coming is None:
        raise CannotRotate("there is no next key; make one with: minid keys new")
    return coming


# --- service providers --------------------------------------------------------------------


def pin(context: KeyContext, args: argparse.Namespace) -> int:
    now = context.clock()
    entity_id = _known(context, args.entity_id)
    key = read_plan(context.room).rotation.find(args.fingerprint, now)
    at = args.at or now
    dates = {"fingerprint": key.fingerprint, "switch_at": at.isoformat()}
    context.record("key-pinned", now, entity_id, **dates)
    context.room.pin(entity_id, Pin(key.fingerprint, at, now))
    context.write_out(f"{entity_id}: {short(key.fingerprint)} from {at:%Y-%m-%d %H:%M}")
    return 0


def unpin(context: KeyContext, args: argparse.Namespace) -> int:
    # Not only those in the registry: a pin may outlive its service provider.
    now = context.clock()
    context.record("key-unpinned", now, args.entity_id)
    count = context.room.unpin(args.entity_id)
    context.write_out(f"{args.entity_id}: {count} pins are gone; it follows all others")
    return 0


def rehearse(context: KeyContext, args: argparse.Namespace) -> int:
    now = context.clock()
    entity_id = _known(context, args.entity_id)
    coming = _next_of(read_plan(context.room), now)
    context.record("key-rehearsal-armed", now, entity_id, fingerprint=coming.fingerprint)
    context.room.arm(entity_id, coming.fingerprint, now)
    context.write_out(
        f"{entity_id}: its next login, one only, is signed with {short(coming.fingerprint)}"
    )
    return 0


def confirm(context: KeyContext, args: argparse.Namespace) -> int:
    now = context.clock()
    plan = read_plan(context.room)
    signed = [
        each
        for each in plan.rehearsals.get(args.entity_id, ())
        if each.outcome is not Outcome.ARMED
    ]
    if not signed:
        raise CannotRotate(f"no rehearsal of {args.entity_id} has been signed")
    latest = max(signed, key=lambda each: each.armed_at)
    context.record("key-rehearsal-confirmed", now, args.entity_id, fingerprint=latest.fingerprint)
    context.room.confirmed(args.entity_id, latest.fingerprint, now)
    context.write_out(f"{args.entity_id}: rehearsal with {short(latest.fingerprint)} confirmed")
    return 0


def board(context: KeyContext, args: argparse.Namespace) -> int:
    lines = key_board.board(
        read_plan(context.room),
        context.room.fetches(),
        context.snapshots.current().all(),
        context.clock(),
    )
    for row in _aligned([key_board.HEADINGS, *map(key_board.cells, lines)]):
        context.write_out(row)
    return 0


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def certificates_in_use(room: KeyRoom, entity_id: str) -> list[str]:
    """For `minid sp show`: which of a service provider's own certificates really sign."""
    return [
        f"signed with {seen.fingerprint}: last {seen.last_seen:%Y-%m-%d %H:%M}, "
        f"first {seen.first_seen:%Y-%m-%d %H:%M}, at least {seen.count} times"
        for seen in room.certificates_seen(entity_id)
    ] or ["signed with: nothing seen yet"]


def _known(context: KeyContext, entity_id: str) -> str:
    """The entity id, if a login of it can come; raises UnknownServiceProvider."""
    return context.snapshots.current().find(entity_id).entity_id
