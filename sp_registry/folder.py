"""The whole registry as a folder of files, so that it can stand in version control.

    registry.toml                             the form's number, and the organisations
    production/<name>/metadata.xml            the document, byte for byte as it was sent
    production/<name>/policy.toml             what was decided beside it
    production/<name>/logo.webp               its picture, if it has one
    production/<name>/waiting/…               the same two of a change that waits for approval
    test/<name>/…                             of what is registered for test

A name is made of the entity id and never changes.  The same registry gives the same files,
so a difference between two exports is a difference between two registries.  Staff, history
and snapshots are not in it: they are of one installation and signed there.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metadata.safe_xml import MAX_METADATA
from sp_registry.environment import Environment, key_of
from sp_registry.logos import LARGEST_FILE, Logo
from sp_registry.service_provider import Policy
from sp_registry.toml_policy import BadFile, policy_lines, policy_of, read_toml, written

FORM = 1
MARK = "registry.toml"
METADATA, POLICY, WAITING, LOGO = "metadata.xml", "policy.toml", "waiting", "logo.webp"
LONGEST_SLUG = 60
LARGEST_POLICY = 512 * 1024  # bytes
ID = re.compile(r"[0-9a-f]{16}")


class NotAnExport(BadFile):
    """The folder holds other things than an exported registry."""

    code = "registry-folder"


@dataclass(frozen=True, slots=True)
class Kept:
    """One service provider, or one change of it, as its two files have it."""

    entity_id: str
    id: str  # the opaque name in addresses
    document: bytes
    policy: Policy
    approved: bool
    active: bool
    logo: Logo | None = None  # the picture that the policy names

    @property
    def environment(self) -> Environment:
        return self.policy.environment

    @property
    def key(self) -> str:
        return key_of(self.entity_id, self.environment)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one service provider lie, and of a change that waits."""

    path: Path
    waiting: Path | None


def write(
    folder: Path, organisations: Mapping[str, str], kept: Iterator[tuple[Kept, Kept | None]]
) -> int:
    """Write the whole registry; what an older export left behind is taken away."""
    _require_ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("".join(_organisation_lines(organisations)), encoding="utf-8")
    places = set()
    for one, waiting in kept:
        place = folder / one.environment / name_of(one.entity_id)
        places.add(place)
        _write_one(place, one)
        if waiting is None:
            _remove(place / WAITING)
        else:
            _write_one(place / WAITING, waiting)
    for left in _places(folder):
        if left.path not in places:
            _remove(left.path / WAITING)
            _remove(left.path)
    return len(places)


def read_organisations(folder: Path) -> dict[str, str]:
    """The organisations by number; raise NotAnExport."""
    mark = folder / MARK
    if not mark.is_file():
        raise NotAnExport(f"{folder} has no {MARK}, so it is no exported registry")
    table = read_toml(_bytes_of(mark, LARGEST_POLICY))
    if table.get("form") != FORM:
        raise NotAnExport(f"{mark} is of form {table.get('form')!r}; wanted {FORM}")
    found = table.get("organisations", {})
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise BadFile(f"{mark}: the organisations are no table of names")
    return found


def places(folder: Path) -> list[Place]:
    """Where each service provider lies, in the order of their names."""
    return sorted(_places(folder), key=lambda place: place.path)


def read(path: Path, environment: str | None = None) -> Kept:
    """The service provider of these two files; raise BadFile."""
    about, policy = _decided(path)
    document = _bytes_of(path / METADATA, MAX_METADATA)
    kept = Kept(document=document, policy=policy, logo=_logo_in(path), **about)
    if kept.policy.logo != (kept.logo.hash if kept.logo else None):
        raise BadFile(f"{LOGO} is not the picture that the policy names")
    if (of := environment or path.parent.name) != kept.environment:
        raise BadFile(f"it lies in the folder {of}, and is for {kept.environment}")
    return kept


def _decided(path: Path) -> tuple[dict[str, Any], Policy]:
    """What stands in the policy's file; a fault names it, and the line where that can be told."""
    text = _bytes_of(path / POLICY, LARGEST_POLICY)
    try:
        table = read_toml(text)
        about = {name: table.pop(name, None) for name in ("entity_id", "id", "approved", "active")}
        policy = table.pop("policy", None)
        if table or not isinstance(policy, dict) or not _is_sound(about):
            raise BadFile(
                "wanted entity_id, id, approved, active and [policy]"
                + (f"; found {', '.join(sorted(table))} too" if table else "")
            )
        return about, policy_of(policy)
    except BadFile as fault:
        raise BadFile(f"{_in_file(path)}{_at_line(text, fault.field)}: {fault.detail}") from None


def _in_file(path: Path) -> str:
    """The policy's file, as it is called below the service provider's folder."""
    return f"{WAITING}/{POLICY}" if path.name == WAITING else POLICY


def _at_line(text: bytes, field: str | None) -> str:
    """Where the field begins, if that can be told; faults of TOML itself tell their own line."""
    lines = text.decode("utf-8", "replace").splitlines() if field else []
    found = (n for n, line in enumerate(lines, 1) if line.split("=")[0].strip() == field)
    number = next(found, None)
    return "" if number is None else f", line {number}"


def _logo_in(path: Path) -> Logo | None:
    return Logo(_bytes_of(path / LOGO, LARGEST_FILE)) if (path / LOGO).exists() else None


def name_of(entity_id: str) -> str:
    """A folder's name: readable, of safe characters, and different for each entity id."""
    bare = entity_id.partition("://")[2] or entity_id
    slug = re.sub(r"[^a-z0-9.]+", "-", bare.lower()).strip("-.")[:LONGEST_SLUG].strip("-.")
    return f"{slug or 'entity'}-{hashlib.sha256(entity_id.encode()).hexdigest()[:10]}"


def _write_one(place: Path, kept: Kept) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / METADATA).write_bytes(kept.document)
    if kept.logo is None:
        (place / LOGO).unlink(missing_ok=True)
    else:
        (place / LOGO).write_bytes(kept.logo.data)
    lines = (
        f"entity_id = {written(kept.entity_id)}",
        f"id = {written(kept.id)}",
        f"approved = {written(kept.approved)}",
        f"active = {written(kept.active)}",
        "",
        "[policy]",
        *policy_lines(kept.policy),
    )
    (place / POLICY).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _organisation_lines(organisations: Mapping[str, str]) -> Iterator[str]:
    yield f"form = {FORM}\n\n[organisations]\n"
    for number in sorted(organisations):
        yield f"{number} = {written(organisations[number])}\n"


def _places(folder: Path) -> Iterator[Place]:
    for environment in Environment:
        for found in (folder / environment).glob(f"*/{POLICY}"):
            waiting = found.parent / WAITING
            yield Place(found.parent, waiting if (waiting / POLICY).is_file() else None)


def _require_ours(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise NotAnExport(f"{folder} holds other files; wanted a new folder or an older export")
    for top in (folder / MARK, *(folder / environment for environment in Environment)):
        for path in (top, *top.rglob("*")):
            if path.is_symlink():  # else whoever writes to the folder writes where it leads
                raise NotAnExport(f"{path.relative_to(folder)} is a link, and no export makes any")


def _remove(place: Path) -> None:
    """Take our files away, and the folder if nothing else is in it."""
    for name in (METADATA, POLICY, LOGO):
        (place / name).unlink(missing_ok=True)
    if place.is_dir() and not any(place.iterdir()):
        place.rmdir()


def _bytes_of(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            found = file.read(most + 1)
    except OSError as fault:
        raise BadFile(f"{path.name} cannot be read: {fault.strerror}") from None
    if len(found) > most:
        raise BadFile(f"{path.name} is longer than {most} bytes")
    return found


def _is_sound(about: Mapping[str, Any]) -> bool:
    return (
        isinstance(about["entity_id"], str)
        and isinstance(about["id"], str)
        and ID.fullmatch(about["id"]) is not None
        and isinstance(about["approved"], bool)
        and isinstance(about["active"], bool)
    )
