"""Our frozen descriptions as canonical JSON and back, with nothing lost.

Canonical: keys sorted, no spaces, UTF-8; so equal content has equal bytes and
one hash.  A field that is absent takes its default, so that a row written
before the field existed can be read.  A field that we do not know is refused:
it might be a restriction.
"""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from certs.certificate import Certificate, NotACertificate
from metadata.description import SpDescription
from sp_registry.errors import RegistryError
from sp_registry.service_provider import Policy, ServiceProvider
from sp_registry.staging import Staged


class Unreadable(RegistryError):
    """Stored content is not what this version of the registry writes."""

    code = "registry-unreadable"


@dataclass(frozen=True, slots=True)
class Content:
    """All that a snapshot says of one service provider."""

    id: str
    description: SpDescription
    policy: Policy = field(default_factory=Policy)
    active: bool = True


def written(content: Content) -> str:
    return canonical(plain(content))


def read(text: str) -> Content:
    """The content that was written; raise Unreadable."""
    try:
        content: Content = made(Content, json.loads(text))
    except (KeyError, TypeError, ValueError, NotACertificate) as fault:
        raise Unreadable(f"the stored content cannot be read: {fault}") from fault
    return content


def service_provider(text: str) -> ServiceProvider:
    content = read(text)
    return ServiceProvider(content.id, content.description, content.policy, content.active)


def written_staged(staged: tuple[Staged, ...]) -> str | None:
    """For a manifest's row; None for nothing, as in rows from before there was any."""
    return canonical(plain(staged)) if staged else None


def staged(text: str | None) -> tuple[Staged, ...]:
    """What was written; raise Unreadable."""
    try:
        found: tuple[Staged, ...] = _typed(tuple[Staged, ...], json.loads(text or "[]"))
    except (KeyError, TypeError, ValueError) as fault:
        raise Unreadable(f"what is staged cannot be read: {fault}") from fault
    return found


def version_hash(text: str, document: bytes) -> str:
    """The name of a version: it changes with the content and with the document."""
    parts = {"content": _sha256(text.encode()), "metadata": _sha256(document)}
    return _sha256(canonical(parts).encode())


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def plain(value: object) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, Certificate):
        return value.base64
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


def made(wanted: Any, value: Any) -> Any:
    """The description of which this is the plain form; KeyError, TypeError, ValueError if none."""
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} where {wanted.__name__} was wanted")
    hints = _hints(wanted)
    return wanted(**{name: _typed(hints[name], item) for name, item in value.items()})


@cache
def _hints(wanted: type) -> Mapping[str, Any]:
    return get_type_hints(wanted)


def _typed(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return None if value is None else _typed(_the_other_than_none(hint), value)
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        hints = [inner[0]] * len(value) if inner[1] is Ellipsis else inner
        return tuple(_typed(each, item) for each, item in zip(hints, value, strict=True))
    if hint is Certificate:
        return Certificate.from_base64(value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    if is_dataclass(hint):
        return made(hint, value)
    if issubclass(hint, Enum):
        return hint(value)
    if type(value) is not hint:
        raise TypeError(f"{value!r} is no {hint.__name__}")
    return value


def _the_other_than_none(hint: Any) -> Any:
    return next(each for each in get_args(hint) if each is not type(None))
