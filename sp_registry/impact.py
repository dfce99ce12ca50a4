"""What would break if something weak were switched off today.  Pure.

For each weakness the service providers that depend on it, as far as the registry can tell,
with their share of logins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from metadata import names
from metadata.algorithms import Accepted, accepted_at
from metadata.encryption import EXCEPTED_KEY_BITS, CannotEncrypt, methods_for
from sp_registry.service_provider import ServiceProvider

WINDOW = timedelta(days=30)  # over which logins are counted
OLD_PROFILES = ("V1", "V2")


class Weakness(StrEnum):
    SHA1_SIGNATURES = "sha1-signatures"  # has an exception for them that has not ended
    AES_CBC = "aes-cbc"  # lists nothing better, and has an exception
    OAEP_SHA1 = "oaep-sha1"  # its keys are wrapped with SHA-1 in OAEP, as it wishes or by default
    EXPIRED = "expired-certificates"
    UNSIGNED = "unsigned-requests"  # need not sign
    OLD_PROFILE = "old-profile"


@dataclass(frozen=True, slots=True)
class Dependent:
    sp: ServiceProvider
    logins: int


@dataclass(frozen=True, slots=True)
class Impact:
    """`dependents` have the most used first; `of` is how many logins there were in all."""

    weakness: Weakness
    dependents: tuple[Dependent, ...]
    of: int

    @property
    def logins(self) -> int:
        return sum(one.logins for one in self.dependents)

    @property
    def percent(self) -> float:
        return percent(self.logins, self.of)


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def impacts(
    providers: Iterable[ServiceProvider], logins: Mapping[str, int], now: datetime
) -> tuple[Impact, ...]:
    """One for each weakness, also of those that nothing depends on any more."""
    found: dict[Weakness, list[Dependent]] = {weakness: [] for weakness in Weakness}
    for sp in providers:
        for weakness in weaknesses(sp, now) if sp.active else ():
            found[weakness].append(Dependent(sp, logins.get(sp.entity_id, 0)))
    total = sum(logins.values())
    return tuple(
        Impact(weakness, tuple(sorted(those, key=lambda one: -one.logins)), total)
        for weakness, those in found.items()
    )


def weaknesses(sp: ServiceProvider, now: datetime) -> frozenset[Weakness]:
    accepted = accepted_at(sp.policy.algorithm_exceptions, now)
    used = [sp.encryption_key.certificate] if sp.encryption_key else []
    is_weak = {
        Weakness.SHA1_SIGNATURES: names.RSA_SHA1 in accepted.signatures,
        Weakness.EXPIRED: any(
            not one.valid_at(now) for one in (*sp.signing_certificates, *used)
        ),
        Weakness.UNSIGNED: not sp.must_sign_requests,
        Weakness.OLD_PROFILE: sp.policy.profile in OLD_PROFILES,
    }
    return frozenset(one for one, is_so in is_weak.items() if is_so) | _of_encryption(sp, accepted)


def _of_encryption(sp: ServiceProvider, accepted: Accepted) -> frozenset[Weakness]:
    if sp.encryption_key is None:
        return frozenset()
    try:
        methods = methods_for(sp.encryption_key, accepted.contents)
    except CannotEncrypt:
        return frozenset()  # no login of it ends well as it is
    found = {
        Weakness.AES_CBC: methods.data in EXCEPTED_KEY_BITS,
        Weakness.OAEP_SHA1: methods.digest == names.SHA1,
    }
    return frozenset(one for one, is_so in found.items() if is_so)
