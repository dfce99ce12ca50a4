"""What a change means: the difference between two states of a service provider.

Pure.  Each shift is one thing that approvers can say yes or no to; what has no words of
its own is told by the name of its field, so that no change goes unseen.  The words
themselves stand in `templates/registry/`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from certs.certificate import Certificate
from metadata.description import AttributeService, Contact, Endpoint
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
    field: str = ""  # of a subject that is OTHER: "policy.encrypt", "consumers (order)"
    basis: str = ""  # the legal basis of the identity number
    key: str = ""  # fingerprint of the certificate that goes


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
        *_signing(before, after),
        *_swapped(Subject.ENCRYPTION, *_gone_and_come(_encryption(before), _encryption(after))),
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


def _endpoint(endpoint: Endpoint) -> str:
    parts = [endpoint.url, endpoint.binding.rpartition(":")[2]]
    if endpoint.index is not None:
        parts.append(f"index {endpoint.index}")
    if endpoint.is_default is not None:
        parts.append(f"isDefault {str(endpoint.is_default).lower()}")
    if endpoint.response_url is not None:
        parts.append(f"ResponseLocation {endpoint.response_url}")
    return ", ".join(parts)


def _signing(before: ServiceProvider | None, after: ServiceProvider) -> Iterator[Shift]:
    known = () if before is None else before.signing_certificates
    old = {_key(one): one.fingerprint for one in known}
    new = [_key(one) for one in after.signing_certificates]
    for shift in _swapped(Subject.SIGNING, *_gone_and_come(list(old), new)):
        yield replace(shift, key=old.get(shift.before, ""))


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


def _gone_and_come(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    return _new(old, new), _new(new, old)


def _swapped(
    subject: Subject, gone: Sequence[str], come: Sequence[str]
) -> Iterator[Shift]:
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
                yield Shift(Subject.OTHER, _written(was), _written(now), f"{part}.{field}")
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
    """The value as people read it; "yes" and "no" for truths."""
    match value:
        case None | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case Contact():
            return " ".join((value.kind, value.name, *value.emails))
        case AttributeService():
            return f"index {value.index}: {', '.join(one.name for one in value.attributes)}"
        case Certificate():
            return _key(value)
        case Endpoint():
            return _endpoint(value)
        case (str(), str()):
            return ": ".join(value)
        case (str(), date()):
            return f"{value[0]}: {value[1]}"
        case tuple():
            is_plain = all(isinstance(one, str) and ": " not in one for one in value)
            return (", " if is_plain else "; ").join(_written(one) for one in value)
        case _:
            plain = encode.plain(value)
            return plain if isinstance(plain, str) else encode.canonical(plain)


def _new(those: Iterable[str], known: Iterable[str]) -> list[str]:
    seen = set(known)
    return [one for one in those if one not in seen]
