"""`minid registry aggregate FILE`: the service providers of a federation's aggregate, however long.

The file is copied first, to a nameless file of our own, so that what is read twice is the same.
One pass reads it to its end: it is well-formed, and counted.  With `--certificate` that pass
checks the signature and keeps the very bytes that were signed.  The other pass takes each
service provider in as `minid sp add` does; one that is refused stops no other.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from certs.certificate import Certificate
from metadata.aggregate_signature import signed_copy
from metadata.aggregate_stream import Found, entities
from metadata.errors import MetadataError
from metadata.safe_xml import MAX_METADATA
from sp_registry import commands, policy_arguments
from sp_registry.errors import RegistryError
from sp_registry.registry_context import Parsers, RegistryContext, leaf

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
        if certificates:
            with tempfile.TemporaryFile() as signed:
                signer = signed_copy(_rewound(file), signed, certificates, _bar(size, "signature"))
                context.write_out(f"signed by SHA-256 {signer.fingerprint}")
                return _taken_in(context, signed, args)
        return _taken_in(context, file, args)


def _taken_in(context: RegistryContext, file: BinaryIO, args: argparse.Namespace) -> int:
    size = file.seek(0, 2)
    total = sum(1 for _ in entities(_rewound(file), _bar(size, "reading")))
    taken = refused = others = 0
    for found in entities(_rewound(file), _bar(size, "taking in")):
        if not found.is_sp:
            others += 1
        elif _told(context, found, args):
            taken += 1
        else:
            refused += 1
    context.write_out(
        f"{total} entities: {taken} service providers taken in, {refused} refused, "
        f"{others} are none"
    )
    if args.approve:
        commands.publish_now(context, argparse.Namespace(note=f"aggregate {args.file.name}"))
    return 1 if refused else 0


def _told(context: RegistryContext, found: Found, args: argparse.Namespace) -> bool:
    """Take one in, or say with one sentence why not."""
    options = policy_arguments.options_of(args)
    try:
        if found.document is None:
            raise MetadataError(
                "xml-too-large", f"It is larger than {MAX_METADATA} bytes, and was passed over."
            )
        told = commands.taken_in(context, found.document, options, args.approve)
    except (MetadataError, RegistryError) as fault:
        context.write_out(f"{found.entity_id}: refused: {fault.detail} ({fault.code})")
        return False
    context.write_out(f"{found.entity_id}: {told}")
    return True


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
