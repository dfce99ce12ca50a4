"""`minid staff …`: who may do what in the registry and at the help desk.

A person is named by an identity number read from standard input or a prompt, never by an
argument: arguments are seen by everybody on the machine, and kept in the shell's history.
Who may run this may do anything in the registry: the rule of two guards the pages.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.errors import HubError
from hub.person import NotANumber, read_number
from hub.seams.people import People
from sp_registry.invitations import Invitations, Wish
from sp_registry.parsers import Parsers
from sp_registry.staff import Role, Staff

ROLES = {
    "administrator": Role.ADMINISTRATOR,
    "contact": Role.CONTACT,
    "auditor": Role.AUDITOR,
    "support": Role.SUPPORT,
}


class NoSuchPerson(HubError):
    """Nobody with this identity number is known, or it is no identity number."""

    code = "staff-person-unknown"


@dataclass(frozen=True, slots=True)
class StaffContext:
    """What the commands work with; `hub/commands.py` makes it from the settings."""

    staff: Staff
    invitations: Invitations
    people: People
    person_of: Callable[[str], str | None]  # of an identity number, made if unknown
    link_of: Callable[[str], str]  # of an invitation's secret
    clock: Callable[[], datetime]
    who: str
    write_out: Callable[[str], None]
    read_number: Callable[[], str]


def add_parsers(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("staff", help="who may do what, here and at the help desk")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help_text, handler in (
        ("grant", "give somebody a role", grant),
        ("revoke", "take a role from somebody", revoke),
        ("invite", "invite somebody who may be unknown here", invite),
    ):
        leaf = commands.add_parser(name, help=f"{help_text}; their number is read from stdin")
        leaf.add_argument("--role", choices=tuple(ROLES), required=True)
        leaf.add_argument("--organisation", metavar="NUMBER", help="of an agency's contact")
        leaf.set_defaults(run_staff=handler)
        if handler is not revoke:
            leaf.add_argument("--name", required=True, help="what colleagues are shown")
        if handler is grant:
            leaf.add_argument("--shell", metavar="USER", help="who they are on this machine")
        if handler is invite:
            leaf.add_argument("--organisation-name", metavar="NAME", default="", help="if new")
            leaf.add_argument("--link", action="store_true", help="print a link instead")
    commands.add_parser("list", help="who has which role").set_defaults(run_staff=show_all)


def grant(context: StaffContext, args: argparse.Namespace) -> int:
    person_id = _person(context)
    role, organisation, now = ROLES[args.role], args.organisation, context.clock()
    context.staff.grant(person_id, args.name, role, organisation, context.who, now)
    context.write_out(f"{args.name} is {role.value}{_of(organisation)}")
    if args.shell is not None:
        context.staff.bind_shell(args.shell, person_id, context.who, now)
        context.write_out(f"shell:{args.shell} counts as {args.name}")
    return 0


def invite(context: StaffContext, args: argparse.Namespace) -> int:
    """By number, theirs from their next login on; or by a link that is printed this once."""
    wish = Wish(args.name, ROLES[args.role], args.organisation, args.organisation_name)
    if args.link:
        found, secret = context.invitations.by_link(wish, context.who, context.clock())
        context.write_out(context.link_of(secret))
    else:
        person_id = context.person_of(context.read_number())
        if person_id is None:
            raise NoSuchPerson("that is no identity number")
        found = context.invitations.by_person(wish, person_id, context.who, context.clock())
    context.write_out(f"open until {found.expires_at:%Y-%m-%d %H:%M}")
    return 0


def revoke(context: StaffContext, args: argparse.Namespace) -> int:
    person_id = _person(context)
    role, organisation, now = ROLES[args.role], args.organisation, context.clock()
    context.staff.revoke(person_id, role, organisation, context.who, now)
    context.write_out(f"the role is taken away: {role.value}{_of(organisation)}")
    return 0


def show_all(context: StaffContext, args: argparse.Namespace) -> int:
    for one in context.staff.listing():
        context.write_out(
            f"{one.name}\t{one.role.value}{_of(one.organisation)}"
            f"\tsince {one.granted_at:%Y-%m-%d} by {one.granted_by}"
            f"\t{f'last login {one.login_at:%Y-%m-%d}' if one.login_at else 'never here'}"
        )
    for invitation in context.invitations.listing(context.clock()):
        context.write_out(
            f"{invitation.name}\t{invitation.role.value}{_of(invitation.organisation)}"
            f"\tinvited until {invitation.expires_at:%Y-%m-%d} by {invitation.invited_by}"
        )
    return 0


def number_from_shell() -> str:
    """From a pipe, or typed without being shown."""
    return getpass.getpass("Identity number: ") if sys.stdin.isatty() else sys.stdin.readline()


def _person(context: StaffContext) -> str:
    try:
        found = context.people.find(read_number(context.read_number()))
    except NotANumber:
        raise NoSuchPerson("that is no identity number") from None
    if found is None:
        raise NoSuchPerson("nobody with that identity number is known here")
    return found.id


def _of(organisation: str | None) -> str:
    return f" of {organisation}" if organisation else ""
