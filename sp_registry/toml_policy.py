"""Our frozen policy as TOML for people and version control, and back with nothing lost.

Every field has its line, in the order of the class, so that a default that changes one day
changes no file's meaning.  TOML has no null: a field without a value is left out where that
is its default, and is `{}` elsewhere.  What we do not know is refused, as in `encode`: it
might be a restriction.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from certs.certificate import NotACertificate
from sp_registry import encode
from sp_registry.errors import RegistryError
from sp_registry.service_provider import Policy

DELETE = "\x7f"  # the one character that JSON writes plainly and TOML does not


class BadFile(RegistryError):
    """A file of an exported registry is not what an export writes."""

    code = "registry-file"

    def __init__(self, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.field = field  # of the policy, where one is known to be at fault


def policy_lines(policy: Policy) -> Iterator[str]:
    """One line a field; a list of pairs has a line for each."""
    plain = encode.plain(policy)
    for field in fields(Policy):
        value = plain[field.name]
        if value is not None or _default(field) is not None:
            yield f"{field.name} = {written(value)}"


def written(value: Any) -> str:
    """The value as TOML has it."""
    if value is None:
        return "{}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(DELETE, "\\u007f")
    if isinstance(value, dict):
        inner = ", ".join(f"{name} = {written(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if any(isinstance(one, (list, dict)) for one in value):
        return "[\n" + "".join(f"    {written(one)},\n" for one in value) + "]"
    return f"[{', '.join(written(one) for one in value)}]"


def read_toml(text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadFile(f"it is not TOML in UTF-8: {fault}") from None
    except RecursionError:
        raise BadFile("it is nested too deeply") from None


def policy_of(table: Mapping[str, Any]) -> Policy:
    """The policy that was written; raise BadFile."""
    left_out = {field.name: None for field in fields(Policy) if _default(field) is None}
    given = {name: _read(value) for name, value in table.items()}
    for name, value in given.items():
        if (fault := _fault_of(name, value)) is not None:
            raise BadFile(f"{name} of the policy cannot be read: {fault}", name)
    policy: Policy = encode.made(Policy, left_out | given)
    return policy


def _fault_of(name: str, value: Any) -> Exception | None:
    try:
        encode.made(Policy, {name: value})
    except (KeyError, TypeError, ValueError, NotACertificate) as fault:
        return fault
    return None


def _read(value: Any) -> Any:
    if value == {}:
        return None
    if isinstance(value, dict):
        return {name: _read(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_read(one) for one in value]
    return value


def _default(field: "Field[Any]") -> Any:
    if field.default is not MISSING:
        return field.default
    return None if field.default_factory is MISSING else field.default_factory()
