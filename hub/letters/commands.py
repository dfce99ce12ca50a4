"""`minid pins …` and `minid letters …`: sheets of codes, from a shell.

An identity number is read from standard input and never from the command line, where every
user of the machine could see it and the shell would keep it.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.errors import HubError, OutsideFailed
from hub.letters.notice_printing import print_notices
from hub.letters.printing import (
    Office,
    Printer,
    Provider,
    hand_over_all,
    print_due,
    withdraw_void,
)
from hub.letters.receiving import receive_all
from hub.letters.reconciliation import BadReport, read_report
from hub.person import NationalId, NotANumber, read_number
from hub.progress import Progress
from hub.registers.cohort import TURNS_13, Cohort
from hub.seams.letters import LetterState
from hub.seams.outside import Clock
from hub.seams.records import AuditEvent
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store
from hub.sending import notices
from hub.sending.notices import Notice
from hub.settings import Settings
from sp_registry.parsers import Parsers


class NumberUnusable(HubError):
    """What stands on standard input is no identity number that may log in here."""

    code = "number-unusable"


@dataclass(frozen=True, slots=True)
class LetterContext:
    """What the commands work with; `hub/commands.py` makes it from the settings."""

    settings: Settings
    store: Store
    clock: Clock
    who: str
    office: Callable[[], Office]
    folder: Callable[[Path], Printer]
    printer: Callable[[], Printer | None]  # of the settings
    provider: Callable[[], Provider | None]  # a printer that reports come from
    register: Callable[[], PopulationRegister]
    write_out: Callable[[str], None]


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `pins` and `letters`; each leaf sets `run_letters`."""
    pins = subparsers.add_parser("pins", help="one person's sheet of PIN codes")
    commands = pins.add_subparsers(required=True, metavar="COMMAND")
    for name, help_text, handler in (
        ("order", "send a new sheet by post, also to somebody without an account", order),
        ("block", "put every sheet of the person out of use", block),
    ):
        one = commands.add_parser(name, help=help_text)
        one.add_argument(
            "--number-from-stdin", action="store_true", required=True,
            help="read the identity number from standard input",
        )  # fmt: skip
        one.set_defaults(run_letters=handler)
    letters = subparsers.add_parser("letters", help="print letters, and hear how they fare")
    commands = letters.add_subparsers(required=True, metavar="COMMAND")
    first = commands.add_parser(
        "cohort", help="order first sheets: for those who turn 13 this year and who moved in"
    )
    first.set_defaults(run_letters=order_cohort)
    printing = commands.add_parser("print", help="render what is ordered, and hand it over")
    printing.add_argument(
        "--out", type=Path, metavar="DIR", help="a folder; else the printer of the settings"
    )
    printing.set_defaults(run_letters=print_all)
    listing = commands.add_parser("list", help="how many letters are in each state")
    listing.set_defaults(run_letters=show)
    reading = commands.add_parser("reconcile", help="read what the print provider reports")
    reading.add_argument(
        "file", type=Path, nargs="?", metavar="FILE.csv", help="else the provider's server is asked"
    )
    reading.set_defaults(run_letters=reconcile)


def order(context: LetterContext, args: argparse.Namespace) -> int:
    now, store = context.clock.now(), context.store
    number = number_typed(context.settings)
    require_letter_possible(context, number, now)
    person = store.people.create(number, now)

    def act() -> str:
        made, is_new = store.letters.order(person.id, "ordered-by-staff", now)
        if is_new:
            record(context, "pins-ordered", person.id)
            if person.is_registered:
                notices.put(store, context.settings, person.id, Notice.PINS_ORDERED, now)
            return f"letter {made.id} is ordered"
        return f"letter {made.id} of {made.ordered_at:%Y-%m-%d} stands: it is {made.state}"

    context.write_out(store.together(act))
    return 0


def require_letter_possible(context: LetterContext, number: NationalId, now: datetime) -> None:
    """Refuse what could never be printed; while the register is away, orders wait for it."""
    try:
        registered = context.register().person(number)
    except OutsideFailed as fault:
        context.write_out(f"the register is away, so the order waits for it ({fault.code})")
        return
    if registered is None or registered.is_over:
        raise HubError("the register says that nobody has this number", "register-over")
    if not registered.is_old_enough(now):
        raise HubError("the person does not turn 13 this year", "register-too-young")


def order_cohort(context: LetterContext, args: argparse.Namespace) -> int:
    """First sheets; whoever has an account or had a letter is passed by."""
    now, register, kinds = context.clock.now(), context.register(), context.settings.number_kinds
    cohort = Cohort(register, context.store, kinds, now)
    numbers = cohort.turning_13()
    bar = Progress("looked at", len(numbers))
    count = cohort.order(numbers, TURNS_13, bar.step)
    bar.end()
    context.write_out(f"{count} letters are ordered of {len(numbers)} who turn 13 this year")
    context.write_out(f"{cohort.order_for_new_residents()} letters are ordered for new residents")
    return 0


def block(context: LetterContext, args: argparse.Namespace) -> int:
    now, store = context.clock.now(), context.store
    person = store.people.find(number_typed(context.settings))
    if person is None:
        raise HubError("nobody has this number here", "person-unknown")

    def act() -> int:
        record(context, "pins-blocked", person.id)
        count = store.sheets.block(person.id, now)
        if count and person.is_registered:
            notices.put(store, context.settings, person.id, Notice.PINS_BLOCKED, now)
        return count

    context.write_out(f"{store.together(act)} sheets are out of use")
    return 0


def number_typed(settings: Settings) -> NationalId:
    """The number on standard input; a terminal does not show it."""
    typed = getpass.getpass("number: ") if sys.stdin.isatty() else sys.stdin.readline()
    try:
        number = read_number(typed)
    except NotANumber as fault:
        raise NumberUnusable(str(fault)) from None
    if number.kind not in settings.number_kinds:
        raise NumberUnusable(f"a number of the kind {number.kind} may not log in here")
    return number


def record(context: LetterContext, event: str, person_id: str) -> None:
    now, told = context.clock.now(), {"by": context.who}
    context.store.ledger.append(AuditEvent(event, now, person_id=person_id, details=told))


def print_all(context: LetterContext, args: argparse.Namespace) -> int:
    """1 if some could not be printed as they are, or if the register was away."""
    printer = context.folder(args.out) if args.out else context.printer()
    if printer is None:
        raise HubError("no printer is set up: give --out DIR", "printer-missing")
    letters, office = context.store.letters, context.office()
    aside: list[LetterState] = []
    waiting = letters.counts().get(LetterState.ORDERED, 0)
    rendering = Progress("rendered", waiting)

    def note(state: LetterState) -> None:
        rendering.step()
        if state is LetterState.MANUAL:
            aside.append(state)

    try:
        print_due(office, note)
        print_notices(office)
    finally:  # what was rendered goes, though the register be away
        rendering.end()
        withdrawn = withdraw_void(office)
        handing = Progress("handed over", letters.counts().get(LetterState.RENDERED, 0))
        given = hand_over_all(office, printer, handing.step)
        handing.end()
        context.write_out(f"{given} letters are handed over{f' in {args.out}' if args.out else ''}")
        if withdrawn:
            context.write_out(f"{withdrawn} are withdrawn: their codes are out of use")
    if aside:
        context.write_out(f"{len(aside)} must be looked at: minid letters list")
    return 1 if aside else 0


def show(context: LetterContext, args: argparse.Namespace) -> int:
    counts = context.store.letters.counts()
    for state in LetterState:
        context.write_out(f"{counts.get(state, 0):8} {state}")
    for each in context.store.letters.set_aside_orders():
        context.write_out(f"set aside: {each.id} of {each.ordered_at:%Y-%m-%d}, {each.fault}")
    return 0


def reconcile(context: LetterContext, args: argparse.Namespace) -> int:
    """1 if the provider tells of letters that are not ours; all others are used.

    It says too how many went out whose codes died on the way: these open nothing.
    """
    if args.file is not None:
        return tell_report(context, text_of(args.file))
    provider = context.provider()
    if provider is None:
        raise HubError("no server is set up that reports come from: give FILE.csv", BadReport.code)
    found: list[int] = []
    count = provider.take_reports(lambda text: found.append(tell_report(context, text)))
    context.write_out(f"{count} reports are fetched")
    return max(found, default=0)


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadReport(f"{path} cannot be read: {type(fault).__name__}") from None


def tell_report(context: LetterContext, text: str) -> int:
    reported = read_report(text)
    progress = Progress("read", len(reported))
    tally = receive_all(context.store, reported, context.clock, progress.step)
    progress.end()
    context.write_out(
        f"{len(reported)} lines: {tally.news} with news, {tally.strange} of letters not ours"
    )
    if tally.dead:
        context.write_out(f"{tally.dead} were posted with codes that are out of use")
    return 1 if tally.strange else 0
