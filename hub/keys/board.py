"""How far a change of keys has come, for each service provider.  Pure.

What is not known is said to be not known: that metadata was fetched is seen only at
a service provider's own address, and that a key was taken only by later evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from certs.rotation import DatedKey
from hub.keys.rehearsal import Evidence, Outcome, Rehearsal
from hub.keys.room import MetadataFetch
from hub.keys.running import Plan
from metadata.algorithms import ALGORITHM_OF
from sp_registry.service_provider import ServiceProvider

NOT_KNOWN = "not known"
HEADINGS = ("service provider", "fetched", "rehearsed", "signed with", "switches", "remark")


@dataclass(frozen=True, slots=True)
class Line:
    entity_id: str
    fetched: str  # whether the metadata with the next key has been fetched
    rehearsed: str
    signed_with: str  # beginning of a fingerprint
    switches: str
    remark: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.entity_id,
            self.fetched,
            self.rehearsed,
            self.signed_with,
            self.switches,
            self.remark,
        )


def board(
    plan: Plan,
    fetches: Mapping[str, MetadataFetch],
    providers: Iterable[ServiceProvider],
    now: datetime,
) -> list[Line]:
    """One line for each service provider; without a next key they tell of the active one."""
    coming = plan.rotation.next(now) or plan.rotation.active(now)
    return [
        _line(plan, fetches.get(sp.entity_id), sp, coming, now) for sp in providers if sp.active
    ]


def _line(
    plan: Plan, fetch: MetadataFetch | None, sp: ServiceProvider, coming: DatedKey, now: datetime
) -> Line:
    signed_with = plan.key_of(sp.entity_id, now)
    return Line(
        sp.entity_id,
        _fetched(fetch, coming),
        _rehearsed(plan, sp.entity_id, coming),
        short(signed_with.fingerprint),
        "switched" if signed_with == coming else _switches(plan, sp.entity_id, coming, now),
        _remark(sp, coming),
    )


def short(fingerprint: str) -> str:
    return fingerprint[:16]


def _fetched(fetch: MetadataFetch | None, coming: DatedKey) -> str:
    if fetch is None:
        return NOT_KNOWN
    when = f"{fetch.at:%Y-%m-%d %H:%M}"
    return when if coming.fingerprint in fetch.fingerprints else f"without the key, {when}"


def _rehearsed(plan: Plan, entity_id: str, coming: DatedKey) -> str:
    for each in plan.rehearsals.get(entity_id, ()):
        if each.fingerprint == coming.fingerprint:
            return _told(each)
    return "no"


def _told(rehearsal: Rehearsal) -> str:
    match rehearsal.outcome:
        case Outcome.COMPLETED if rehearsal.evidence is Evidence.ARTIFACT:
            return "completed (answer fetched)"
        case Outcome.COMPLETED:
            return f"completed ({rehearsal.evidence})"
        case Outcome.ARMED:
            return "at the next login"
        case Outcome.NOT_KNOWN:
            return f"signed, {NOT_KNOWN}"
        case outcome:
            return str(outcome)


def _switches(plan: Plan, entity_id: str, coming: DatedKey, now: datetime) -> str:
    """The first date that is set at which this key will sign for it."""
    pins = plan.pins.get(entity_id, ())
    dates = [pin.switch_at for pin in pins]
    dates += [date for date in (coming.window_opens_at, coming.active_at) if date is not None]
    proved = plan.proved(entity_id)
    for date in sorted(date for date in dates if date > now):
        if plan.rotation.signing(date, pins, proved) == coming:
            return f"{date:%Y-%m-%d %H:%M}"
    return "held" if coming.active_at is not None else "no date yet"


def _remark(sp: ServiceProvider, coming: DatedKey) -> str:
    listed = [ALGORITHM_OF[uri] for uri in sp.description.signing_methods if uri in ALGORITHM_OF]
    kind = coming.certificate.key_kind
    if listed and not any(algorithm.key_kind == kind for algorithm in listed):
        return f"its metadata lists no algorithm for {kind} keys"
    return ""
