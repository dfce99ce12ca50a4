"""How far a change of keys has come, for each service provider.  Pure.

What is not known is said to be not known: that metadata was fetched is seen only at
a service provider's own address, and that a key was taken only by later evidence.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from certs.rotation import DatedKey
from hub.keys.rehearsal import Evidence, Outcome, Rehearsal
from hub.keys.room import MetadataFetch
from hub.keys.running import Plan
from metadata.algorithms import ALGORITHM_OF
from sp_registry.service_provider import ServiceProvider
from sp_registry.watch import BoardLine

NOT_KNOWN = "not known"
SWITCHED, AT, HELD, NO_DATE = "switched", "at", "held", "no date yet"
HEADINGS = ("service provider", "fetched", "rehearsed", "signed with", "switches", "remark")


def cells(line: BoardLine) -> tuple[str, ...]:
    """The line in English, for a shell."""
    completed = {Evidence.ARTIFACT: "answer fetched"}
    told = {
        Outcome.ARMED.value: "at the next login",
        Outcome.NOT_KNOWN.value: f"signed, {NOT_KNOWN}",
        **{one.value: f"completed ({completed.get(one, one)})" for one in Evidence},
    }
    return (
        line.entity_id,
        _fetch_told(line),
        told.get(line.rehearsed, line.rehearsed),
        line.signed_with,
        f"{line.switches_at:%Y-%m-%d %H:%M}" if line.switches_at else line.switches,
        f"its metadata lists no algorithm for {line.unlisted_kind} keys"
        if line.unlisted_kind
        else "",
    )


def _fetch_told(line: BoardLine) -> str:
    if line.fetched_at is None:
        return NOT_KNOWN
    when = f"{line.fetched_at:%Y-%m-%d %H:%M}"
    return when if line.has_key else f"without the key, {when}"


def board(
    plan: Plan,
    fetches: Mapping[str, MetadataFetch],
    providers: Iterable[ServiceProvider],
    now: datetime,
) -> list[BoardLine]:
    """One line for each service provider; without a next key they tell of the active one."""
    coming = plan.rotation.next(now) or plan.rotation.active(now)
    return [
        _line(plan, fetches.get(sp.entity_id), sp, coming, now) for sp in providers if sp.active
    ]


def _line(
    plan: Plan, fetch: MetadataFetch | None, sp: ServiceProvider, coming: DatedKey, now: datetime
) -> BoardLine:
    signed_with = plan.key_of(sp.entity_id, now)
    is_done = signed_with == coming
    switches_at = None if is_done else _switches_at(plan, sp.entity_id, coming, now)
    return BoardLine(
        sp.entity_id,
        None if fetch is None else fetch.at,
        fetch is not None and coming.fingerprint in fetch.fingerprints,
        _rehearsed(plan, sp.entity_id, coming),
        short(signed_with.fingerprint),
        SWITCHED if is_done else _switches(coming, switches_at),
        switches_at,
        _unlisted_kind(sp, coming),
    )


def short(fingerprint: str) -> str:
    return fingerprint[:16]


def _rehearsed(plan: Plan, entity_id: str, coming: DatedKey) -> str:
    for each in plan.rehearsals.get(entity_id, ()):
        if each.fingerprint == coming.fingerprint:
            return _told(each)
    return "no"


def _told(rehearsal: Rehearsal) -> str:
    if rehearsal.outcome is Outcome.COMPLETED and rehearsal.evidence is not None:
        return rehearsal.evidence.value
    return rehearsal.outcome.value


def _switches(coming: DatedKey, at: datetime | None) -> str:
    if at is not None:
        return AT
    return HELD if coming.active_at is not None else NO_DATE


def _switches_at(
    plan: Plan, entity_id: str, coming: DatedKey, now: datetime
) -> datetime | None:
    """The first date that is set at which this key will sign for it."""
    pins = plan.pins.get(entity_id, ())
    dates = [pin.switch_at for pin in pins]
    dates += [date for date in (coming.window_opens_at, coming.active_at) if date is not None]
    proved = plan.proved(entity_id)
    for date in sorted(date for date in dates if date > now):
        if plan.rotation.signing(date, pins, proved) == coming:
            return date
    return None


def _unlisted_kind(sp: ServiceProvider, coming: DatedKey) -> str:
    listed = [ALGORITHM_OF[uri] for uri in sp.description.signing_methods if uri in ALGORITHM_OF]
    kind = coming.certificate.key_kind
    if listed and not any(algorithm.key_kind == kind for algorithm in listed):
        return kind
    return ""
