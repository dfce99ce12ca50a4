"""`minid person …`: how one person's account stands, and closing it, from a shell.

The identity number is read from standard input and never from the command line, where every
user of the machine could see it and the shell would keep it.  No secret, address or name is
shown; the look is on record like one of the help desk's.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub import accounts
from hub.errors import HubError
from hub.letters.commands import number_typed
from hub.logout.plan import Verdict
from hub.logout.unseen import Outcome
from hub.person import Person
from hub.seams.outside import Clock
from hub.seams.records import AuditEvent
from hub.seams.store import Store
from hub.settings import Settings
from hub.support.forms import A_NUMBER
from hub.support.state import Account, State, state_of
from sp_registry.parsers import Parsers

SAID: Mapping[Verdict, str] = {
    Verdict.OUT: "was told, and has logged the person out",
    Verdict.NOT_YET: "not told: only the person's browser could, and it was not asked",
    Verdict.PENDING: "was told, and has not answered",
    Verdict.SILENT: "was told, and did not answer in time",
    Verdict.UNREACHABLE: "not told: it could not be reached",
    Verdict.ERROR: "was told, and answered with an error",
    Verdict.CANNOT: "not told: it has no address for it, or is suspended",
}


class ReasonWithNumber(HubError):
    """A reason goes into the audit log and to the person: no number or code stands in it."""

    code = "reason-with-number"


@dataclass(frozen=True, slots=True)
class PersonContext:
    """What the commands work with; `hub/commands.py` makes it from the settings."""

    settings: Settings
    store: Store
    clock: Clock
    who: str
    tell: Callable[[str, Sequence[str]], Outcome]  # the services of these sessions
    write_out: Callable[[str], None]


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    """Add `person`; each leaf sets `run_person`."""
    parser = subparsers.add_parser("person", help="one person's account")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help_text, handler in (
        ("show", "how it stands, without secrets", show),
        ("close", "close it: only a new letter and a registration open it again", close),
    ):
        leaf = commands.add_parser(name, help=f"{help_text}; the number is read from stdin")
        leaf.add_argument("--reason", required=True, help="for the audit log and the person")
        leaf.set_defaults(run_person=handler)


def show(context: PersonContext, args: argparse.Namespace) -> int:
    person = person_typed(context, args.reason)
    record(context, "support-looked-up", person, args.reason)
    for line in lines(state_of(context.store, person, context.clock.now())):
        context.write_out(line)
    return 0


def close(context: PersonContext, args: argparse.Namespace) -> int:
    person, store = person_typed(context, args.reason), context.store
    state = state_of(store, person, context.clock.now())
    if state.account is not Account.REGISTERED and not state.sheets:
        context.write_out("there is nothing to close")
        return 0

    def act() -> None:
        record(context, "support-acted", person, args.reason, act="close")
        told = {"by": context.who}
        accounts.close(store, context.settings, person, None, context.clock.now(), told)

    living = [session.id for session in store.sessions.living(person.id, context.clock.now())]
    store.together(act)
    context.write_out("the account is closed")
    for entity_id, verdict in context.tell(person.id, living).items() if living else ():
        context.write_out(f"{entity_id}: {SAID[verdict]}")
    return 0


def person_typed(context: PersonContext, reason: str) -> Person:
    if A_NUMBER.search(reason):
        raise ReasonWithNumber("the reason holds a number, and the person can read it")
    person = context.store.people.find(number_typed(context.settings))
    if person is None:
        raise HubError("nobody has this number here", "person-unknown")
    return person


def record(
    context: PersonContext, event: str, person: Person, reason: str, **more: str
) -> None:
    details = {"by": context.who, "reason": "other", "words": reason, **more}
    context.store.ledger.append(
        AuditEvent(event, context.clock.now(), person_id=person.id, details=details)
    )


def lines(state: State) -> Iterator[str]:
    yield f"account: {state.account}"
    yield f"password: {yes(state.has_password)}"
    if state.needs_new_password:
        yield "password: to be changed at the next login"
    yield f"mobile: {'ends in ' + state.mobile_ending if state.mobile_ending else 'no'}"
    yield f"e-mail: {yes(state.has_email)}"
    yield f"passkeys: {state.passkeys}, authenticator app: {yes(state.has_app)}"
    yield f"sessions: {state.sessions}"
    for sheet in state.sheets:
        yield f"sheet: {sheet.label} of {sheet.issued_at:%Y-%m-%d}, {sheet.codes_left} codes left"
    for letter in state.letters:
        yield f"letter: ordered {letter.ordered_at:%Y-%m-%d}, {letter.state}"
    for lock in state.locks:
        until = f", closed until {lock.until:%Y-%m-%d %H:%M} UTC" if lock.until else ""
        yield f"failures: {lock.limit} {lock.failures}{until}"
    for wait in state.waits:
        yield f"waits: {wait.what}, due {wait.due_at:%Y-%m-%d %H:%M} UTC"
    for login in state.logins:
        service = login.entity_id or "MinID"
        yield f"{login.event}: {login.at:%Y-%m-%d %H:%M} UTC, {service}"


def yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
