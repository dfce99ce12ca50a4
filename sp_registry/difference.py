"""What a change means: the difference between two states of a service provider.

Pure.  Each shift is one thing that approvers can say yes or no to; what has no words of
its own is told by the name of its field, so that no change goes unseen.  The words
themselves stand in `templates/registry/`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from certs.certificate import Certificate
from sp_registry import encode
from sp_registry.attribute_profiles import UID
from sp_registry.service_provider import ServiceProvider


class Subject(StrEnum):
    """What a shift is about."""

    ANSWERS = "answers"  # where assertions go
    LOGOUT = "logout"
    SIGNING = "signing"
    ENCRYPTION = "encryption"
    ATTRIBUTE = "attribute"
    UID = "uid"
    LEVEL = "level"
    OWNER = "owner"  # the organisation that it belongs to
    TRUST = "trust"  # suspended, or not any more
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Shift:
    """`before` and `after` are empty where there was, or is, nothing."""

    subject: Subject
    before: str
    after: str
    field: str = ""  # of what has no words of its own
    basis: str = ""  # the legal basis of the identity number


ON_ITS_OWN = {  # told in words, each by a function below
    "consumers", "logout", "signing_certificates", "encryption_keys", "attributes", "minimum",
    "organisation_number",
}  # fmt: skip


def difference(before: ServiceProvider | None, after: ServiceProvider) -> tuple[Shift, ...]:
    """Every shift from what is approved to what is proposed; a new one shifts from nothing."""
    return (
        *_trust(before, after),
        *_owner(before, after),
        *_addresses(Subject.ANSWERS, "consumers", before, after),
        *_keys(Subject.SIGNING, _signing(before), _signing(after)),
        *_keys(Subject.ENCRYPTION, _encryption(before), _encryption(after)),
        *_attributes(before, after),
        *_level(before, after),
        *_addresses(Subject.LOGOUT, "logout", before, after),
        *_others(before, after),
    )


def _trust(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    if before is not None and before.active != after.active:
        yield Shift(Subject.TRUST, *(("active", "") if before.active else ("", "active")))


def _owner(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    old = "" if before is None else before.policy.organisation_number or ""
    new = after.policy.organisation_number or ""
    if old != new:
        yield Shift(Subject.OWNER, old, new)


def _addresses(
    subject: Subject, field: str, before: ServiceProvider | None, after: ServiceProvider
) -> Iterator[Shift]:
    old = [] if before is None else getattr(before.description, field)
    new = getattr(after.description, field)
    yield from _swapped(
        subject,
        [_endpoint(one) for one in old if one not in new],
        [_endpoint(one) for one in new if one not in old],
    )


def _endpoint(endpoint: Any) -> str:
    parts = [endpoint.url, endpoint.binding.rpartition(":")[2]]
    if endpoint.index is not None:
        parts.append(f"index {endpoint.index}")
    if endpoint.is_default is not None:
        parts.append(f"isDefault {str(endpoint.is_default).lower()}")
    if endpoint.response_url is not None:
        parts.append(f"ResponseLocation {endpoint.response_url}")
    return ", ".join(parts)


def _signing(sp: ServiceProvider | None) -> list[str]:
    return [] if sp is None else [_key(one) for one in sp.description.signing_certificates]


def _encryption(sp: ServiceProvider | None) -> list[str]:
    if sp is None:
        return []
    keys = sp.description.encryption_keys
    return [", ".join((_key(one.certificate), *one.methods, *one.oaep_digests)) for one in keys]


def _key(certificate: Certificate) -> str:
    return (
        f"{certificate.subject[:80]} ({certificate.fingerprint[:16]}…, "
        f"{certificate.not_after:%Y-%m-%d})"
    )


def _keys(subject: Subject, old: list[str], new: list[str]) -> Iterator[Shift]:
    gone = [one for one in old if one not in new]
    yield from _swapped(subject, gone, [one for one in new if one not in old])


def _swapped(subject: Subject, gone: list[str], come: list[str]) -> Iterator[Shift]:
    """One for one where there is one of each; else what went and what came."""
    if len(gone) == len(come) == 1:
        yield Shift(subject, gone[0], come[0])
        return
    yield from (Shift(subject, "", one) for one in come)
    yield from (Shift(subject, one, "") for one in gone)


def _attributes(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    old = () if before is None else before.policy.attributes
    basis = after.policy.legal_basis or ""
    for name in _new(after.policy.attributes, old):
        subject = Subject.UID if name == UID else Subject.ATTRIBUTE
        yield Shift(subject, "", name, basis=basis if name == UID else "")
    for name in _new(old, after.policy.attributes):
        yield Shift(Subject.ATTRIBUTE, name, "")


def _level(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    old = "" if before is None else str(int(before.policy.minimum))
    new = str(int(after.policy.minimum))
    if old != new:
        yield Shift(Subject.LEVEL, old, new)


def _others(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    for part in ("description", "policy"):
        new = getattr(after, part)
        old = type(new)(entity_id="", consumers=()) if part == "description" else type(new)()
        old = old if before is None else getattr(before, part)
        for field in (one.name for one in fields(new) if one.name not in ON_ITS_OWN):
            was, now = getattr(old, field), getattr(new, field)
            if was != now and field != "warnings":
                yield Shift(Subject.OTHER, _written(was), _written(now), field)
    yield from _orders(before, after)


def _orders(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    """The same ones in another order: the first key and the first consumer are the ones used."""
    if before is None:
        return
    for field, old, new in (
        ("consumers", before.description.consumers, after.description.consumers),
        ("signing_certificates", before.signing_certificates, after.signing_certificates),
        ("encryption_keys", before.description.encryption_keys, after.description.encryption_keys),
    ):
        if old != new and set(old) == set(new):
            yield Shift(Subject.OTHER, _written(old), _written(new), f"{field} (order)")


def _written(value: Any) -> str:
    if value is None or value == ():
        return ""
    plain = encode.plain(value)
    return plain if isinstance(plain, str) else encode.canonical(plain)


def _new(those: Iterable[str], known: Iterable[str]) -> list[str]:
    seen = set(known)
    return [one for one in those if one not in seen]
