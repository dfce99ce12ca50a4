"""The arguments of `minid sp add` that stand beside the documents, and the Options they make.

The form of `/registry/new` asks for the same.
"""

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from certs.certificate import Certificate, NotACertificate
from metadata.algorithms import EXCEPTIONS
from metadata.description import Contact
from sp_registry.attribute_profiles import PROFILES
from sp_registry.environment import Environment
from sp_registry.service_provider import LOGOUT_WISHES
from sp_registry.wishes import Options

T = TypeVar("T")

CONTACT: Final = re.compile(r"(?P<kind>\w+)=(?:(?P<name>[^<]*)<(?P<email>[^>]*)>|(?P<bare>\S+))")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--environment", type=Environment, choices=list(Environment), help="which it is for"
    )
    _add_release(parser)
    _add_presentation(parser)
    _add_login(parser)
    _add_source(parser)


def options_of(args: argparse.Namespace) -> Options:
    return Options(
        environment=args.environment,
        attributes=args.attributes,
        profile=args.profile,
        legal_basis=args.legal_basis,
        bases=_several(args.bases),
        minimum=args.min_level,
        demand_signed=args.demand_signed,
        encrypt=args.encryption,
        read_as_minimum=args.read_as_minimum,
        idp_initiated=args.idp_initiated,
        logout_wish=args.logout,
        return_url=args.return_url,
        on_behalf_of=_several(args.on_behalf_of),
        exceptions=_several(args.exceptions),
        display_names=_several(args.names),
        organisation_number=args.organisation,
        contacts=_several(args.contacts),
        source_url=args.source_url,
        source_pins=_several(args.pins),
    )


def _add_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--legal-basis", metavar="TEXT", help="why uid may be released")
    _repeated(parser, "--basis", "bases", "ATTRIBUTE=TEXT", "why another attribute may be")
    parser.add_argument("--attributes", type=_names, metavar="NAME,…", help="what is released")
    parser.add_argument("--profile", choices=tuple(PROFILES), help="what is released, as a bundle")


def _add_presentation(parser: argparse.ArgumentParser) -> None:
    _repeated(parser, "--name", "names", "LANGUAGE=NAME", "what the login page calls it")
    parser.add_argument(
        "--logo", type=_picture, metavar="FILE", help="PNG, JPEG or WebP; empty: none any more"
    )
    parser.add_argument("--organisation", metavar="NUMBER", help="whose it is")
    parser.add_argument(
        "--contact",
        type=_contact,
        action="append",
        dest="contacts",
        metavar="KIND=EMAIL",
        help='who is told, or KIND="Name <EMAIL>"; repeat it for each',
    )
    parser.add_argument("--return-url", metavar="URL", help='where "back to the service" leads')


def _add_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--min-level", type=int, metavar="LEVEL", help="lowest level, 3")
    for name, help_text in (
        ("--demand-signed", "refuse its unsigned requests, whatever its metadata says"),
        ("--encryption", "encrypt assertions where it publishes a key (the default)"),
        ("--read-as-minimum", "read RequestedAuthnContext as ID-porten does"),
        ("--idp-initiated", "let /saml/init begin logins to it"),
    ):
        parser.add_argument(name, action=argparse.BooleanOptionalAction, help=help_text)
    parser.add_argument("--logout", choices=LOGOUT_WISHES, help="how it is told of logouts")
    _repeated(
        parser, "--on-behalf-of", "on_behalf_of", "VALUE=NAME", "a value of OnBehalfOf, as shown"
    )
    parser.add_argument(
        "--exception",
        type=_dated,
        action="append",
        dest="exceptions",
        metavar="ALGORITHM=YYYY-MM-DD",
        help=f"let it use {', '.join(EXCEPTIONS)} until that day; repeat it for each",
    )
    parser.add_argument(
        "--no-exceptions", action="store_const", const=[], dest="exceptions", help="none any more"
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source-url", metavar="URL", help="fetch its metadata there each night; empty: no more"
    )
    parser.add_argument(
        "--pin",
        type=_pinned,
        action="append",
        dest="pins",
        metavar="FILE",
        help="a certificate in PEM whose key must have signed what is fetched; repeat it",
    )
    parser.add_argument(
        "--no-pins", action="store_const", const=[], dest="pins", help="none any more"
    )


def _repeated(
    parser: argparse.ArgumentParser, option: str, dest: str, metavar: str, help_text: str
) -> None:
    parser.add_argument(
        option, type=_pair, action="append", dest=dest, metavar=metavar,
        help=f"{help_text}; repeat it for each",
    )  # fmt: skip


def _several(given: list[T] | None) -> tuple[T, ...] | None:
    return None if given is None else tuple(given)


def _pair(text: str) -> tuple[str, str]:
    value, _, name = text.partition("=")
    return value.strip(), name.strip()


def _dated(text: str) -> tuple[str, date]:
    name, last_day = _pair(text)
    return name, date.fromisoformat(last_day)


def _contact(text: str) -> Contact:
    read = CONTACT.fullmatch(text.strip())
    if read is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not KIND=EMAIL")
    return Contact(read["kind"], (read["name"] or "").strip(), (read["email"] or read["bare"],))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _picture(path: str) -> bytes:
    try:
        return Path(path).read_bytes() if path else b""
    except OSError as fault:
        raise argparse.ArgumentTypeError(f"{path}: {fault.strerror}") from None


def _pinned(path: str) -> Certificate:
    try:
        return Certificate.from_pem(Path(path).read_bytes())
    except (OSError, NotACertificate) as fault:
        raise argparse.ArgumentTypeError(f"{path}: {fault}") from None
