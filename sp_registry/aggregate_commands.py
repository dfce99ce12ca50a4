"""`minid registry aggregate FILE`: the service providers of a federation's aggregate, however long.

The file is copied first, to a nameless file of our own, so that what is read twice is the same.
One pass reads it to its end, so it is well-formed.  With `--certificate` that pass checks the
signature and keeps the very bytes that were signed.  The other pass takes each service provider
in as `minid sp add` does; one that is refused stops no other.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from certs.certificate import Certificate
from metadata.aggregate_signature import signed_copy
from metadata.aggregate_stream import Found, entities
from sp_registry import commands, intake, policy_arguments, remarks
from sp_registry.errors import RegistryError
from sp_registry.parsers import Parsers
from sp_registry.registry_context import RegistryContext, leaf

BAR = 30  # characters of the progress bar


class UnreadableFile(RegistryError):
    """The aggregate or the certificate cannot be opened."""

    code = "file-unreadable"


def add_parser(subparsers: "Parsers[argparse.ArgumentParser]") -> None:
    parser = leaf(
        subparsers, "aggregate", "take in the service providers of an EntitiesDescriptor", take_in
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--certificate",
        type=Path,
        action="append",
        metavar="PEM",
        help="the aggregate must be signed by its key; repeat it while keys change",
    )
    parser.add_argument("--approve", action="store_true", help="approve what is taken in")
    policy_arguments.add_arguments(parser)


def take_in(context: RegistryContext, args: argparse.Namespace) -> int:
    certificates = [_certificate(path) for path in args.certificate or ()]
    with tempfile.TemporaryFile() as file:
        _copied(args.file, file)
        size = file.tell()
        if not certificates:
            for _ in entities(_rewound(file), _bar(size, "reading")):
                pass
            return _taken_in(context, file, args)
        with tempfile.TemporaryFile() as signed:
            signer = signed_copy(_rewound(file), signed, certificates, _bar(size, "signature"))
            context.write_out(f"signed by SHA-256 {signer.fingerprint}")
            return _taken_in(context, signed, args)


def _taken_in(context: RegistryContext, file: BinaryIO, args: argparse.Namespace) -> int:
    others = 0

    def service_providers() -> Iterator[Found]:
        nonlocal others
        size = file.seek(0, 2)
        for found in entities(_rewound(file), _bar(size, "taking in")):
            if found.is_sp:
                yield found
            else:
                others += 1

    taken = refused = 0
    options = policy_arguments.options_of(args)
    for outcome in intake.take_in(context, service_providers(), options, args.approve):
        context.write_out(f"{outcome.entity_id}: {outcome.told}")
        taken += outcome.is_taken
        refused += not outcome.is_taken
    context.write_out(
        f"{taken + refused + others} entities: {taken} service providers taken in, "
        f"{refused} refused, {others} are none"
    )
    if args.approve:
        note = remarks.AGGREGATE.format(args.file.name)
        commands.publish_now(context, argparse.Namespace(note=note))
    return 1 if refused else 0


def _certificate(path: Path) -> Certificate:
    try:
        return Certificate.from_pem(path.read_bytes())
    except OSError as fault:
        raise UnreadableFile(f"{path}: {fault.strerror}") from None


def _copied(path: Path, to: BinaryIO) -> None:
    try:
        with path.open("rb") as file:
            shutil.copyfileobj(file, to, 1024 * 1024)
    except OSError as fault:
        raise UnreadableFile(f"{path}: {fault.strerror}") from None


def _rewound(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _bar(size: int, what: str) -> Callable[[int], None]:
    """A progress bar on a terminal's standard error; nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _count: None
    done = shown = 0

    def told(count: int) -> None:
        nonlocal done, shown
        done += count
        percent = min(100, 100 * done // max(1, size))
        if percent != shown:
            shown = percent
            full = BAR * percent // 100
            ends = "\n" if percent == 100 else ""
            sys.stderr.write(f"\r{what:<10} [{'#' * full:<{BAR}}] {percent:3} %{ends}")
            sys.stderr.flush()

    return told
