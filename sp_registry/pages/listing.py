"""Which service providers somebody may see, a page at a time.

Whose they are is asked in the statements themselves: what another organisation owns is
not found at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    not_,
    select,
    true,
)

from sp_registry import changes, encode, tables
from sp_registry.changes import Change
from sp_registry.environment import MARK, Environment
from sp_registry.service_provider import ServiceProvider
from sp_registry.staff import Colleague

AT_ONCE = 50  # service providers on a page
MOST_FOUND = 500  # by a search in the snapshot
IS_OFF = '{"active":false,%'  # how the stored content of a suspended one begins


class State(StrEnum):
    WAITING = "waiting"
    ON_ITS_WAY = "on-its-way"  # approved for a time, or for some logins first
    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Listed:
    sp: ServiceProvider  # the approved one, else the proposed one
    newest: Change
    is_approved: bool
    is_on_its_way: bool = False

    @property
    def states(self) -> tuple[State, ...]:
        found = []
        if self.is_approved:
            found.append(State.IN_FORCE if self.sp.active else State.SUSPENDED)
        if self.newest.waits:
            found.append(State.ON_ITS_WAY if self.is_on_its_way else State.WAITING)
        if self.newest.rejected_at is not None:
            found.append(State.REJECTED)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is to hold; `found` are the entity ids of a search, None without one."""

    state: State | None = None
    found: frozenset[str] | None = None
    page: int = 1
    environment: Environment | None = None
    organisation: str | None = None


_change = tables.change
_ident = tables.sp_ident
_version = tables.entity_version.alias("shown_version")
_newest = select(_change.c.entity_id, func.max(_change.c.number).label("number"))
_LAST = _newest.group_by(_change.c.entity_id).subquery("last")
_one_change = _change.alias("one_change")
_APPROVED = (
    select(func.max(_one_change.c.number))
    .where(_one_change.c.entity_id == _ident.c.entity_id, _one_change.c.approved_at.is_not(None))
    .correlate(_ident)
    .scalar_subquery()
)
_newest_change = _change.alias("newest_change")
_shown_change = _change.alias("shown_change")
_IS_ON_ITS_WAY = exists().where(
    tables.rollout.c.change == _newest_change.c.number, tables.rollout.c.ended_at.is_(None)
)
_SHOWN = (
    *_newest_change.c,
    _version.c.content,
    _APPROVED.label("approved_number"),
    _IS_ON_ITS_WAY.label("is_on_its_way"),
)


def visible_to(who: Colleague) -> ColumnElement[bool]:
    return true() if who.sees_all else _ident.c.owner.in_(who.organisations)


def entity_of(connection: Connection, id: str, who: Colleague) -> str | None:
    """The entity id behind an opaque id, if this colleague may see it."""
    wanted = select(_ident.c.entity_id).where(_ident.c.id == id, visible_to(who))
    return connection.execute(wanted).scalar()


def own_of(connection: Connection, keys: Mapping[str, str], who: Colleague) -> frozenset[str]:
    """Of these entity ids, with the key of each, those that this colleague may see."""
    wanted = select(_ident.c.entity_id).where(
        _ident.c.entity_id.in_(sorted(keys.values())), visible_to(who)
    )
    found = set(connection.execute(wanted).scalars())
    return frozenset(entity_id for entity_id, key in keys.items() if key in found)


def page_of(connection: Connection, wanted: Wanted, who: Colleague) -> tuple[list[Listed], int]:
    """A page of the list, the newest change first, and how many there are in all.

    What is shown is read for the page alone: to sort with it takes it all along.
    """
    number = _newest_change.c.number
    numbers = connection.execute(
        _matching(wanted, who, number)
        .order_by(number.desc())
        .limit(AT_ONCE)
        .offset((wanted.page - 1) * AT_ONCE)
    ).scalars()
    newest = select(*_SHOWN).select_from(_ident).join(
        _newest_change, _newest_change.c.entity_id == _ident.c.entity_id
    )
    shown = _with_version(newest).where(number.in_(numbers.all()))
    rows = connection.execute(shown.order_by(number.desc())).all()
    return [_listed(row) for row in rows], count_of(connection, wanted, who)


def count_of(connection: Connection, wanted: Wanted, who: Colleague) -> int:
    matching = _matching(wanted, who, _ident.c.id).subquery()
    return connection.execute(select(func.count()).select_from(matching)).scalar_one()


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with all that somebody sees."""

    count: int
    waiting: int
    rejected: int
    has_in_force: bool  # in this environment


def standing_of(connection: Connection, who: Colleague, here: Environment) -> Standing:
    seen = _joined(
        who,
        _in_state(State.WAITING).label("waits"),
        _in_state(State.REJECTED).label("is_rejected"),
    ).subquery()
    every = func.count()
    counts = select(every, every.filter(seen.c.waits), every.filter(seen.c.is_rejected))
    in_force = _matching(Wanted(State.IN_FORCE, environment=here), who, _ident.c.id).limit(1)
    has_in_force = connection.execute(in_force).first() is not None
    return Standing(*connection.execute(counts).one(), has_in_force)


def waiting_that_say(connection: Connection, text: str) -> frozenset[str]:
    """The entity ids of waiting changes that have all of these words in name or address."""
    words = text.lower().split()
    waiting = (
        select(_change.c.entity_id, tables.entity_version.c.content)
        .join(tables.entity_version, tables.entity_version.c.hash == _change.c.version)
        .where(_change.c.approved_at.is_(None), _change.c.number.in_(select(_LAST.c.number)))
    )
    rows = connection.execute(waiting).all()
    return frozenset(row.entity_id for row in rows if _says(row.content, words))


def _says(content: str, words: list[str]) -> bool:
    sp = encode.service_provider(content)
    names = (*sp.policy.display_names, *sp.description.display_names)
    text = " ".join((sp.entity_id, *(name for _, name in names))).lower()
    return all(word in text for word in words)


def _matching(wanted: Wanted, who: Colleague, *columns: ColumnElement[Any]) -> Select[Any]:
    rows = _joined(who, *columns)
    if wanted.state in (State.IN_FORCE, State.SUSPENDED):
        rows = _with_version(rows)
    if wanted.state is not None:
        rows = rows.where(_in_state(wanted.state))
    if wanted.environment is not None:
        is_test = _ident.c.entity_id.startswith(MARK, autoescape=True)
        rows = rows.where(is_test if wanted.environment is Environment.TEST else not_(is_test))
    if wanted.organisation is not None:
        rows = rows.where(_ident.c.owner == wanted.organisation)
    if wanted.found is not None:
        rows = rows.where(_ident.c.entity_id.in_(wanted.found))
    return rows


def _joined(who: Colleague, *columns: ColumnElement[Any]) -> Select[Any]:
    """What this colleague may see, each with its newest change."""
    return (
        select(*columns)
        .select_from(_ident)
        .join(_LAST, _LAST.c.entity_id == _ident.c.entity_id)
        .join(_newest_change, _newest_change.c.number == _LAST.c.number)
        .where(visible_to(who))
    )


def _with_version(rows: Select[Any]) -> Select[Any]:
    """With the version that is shown: it lies behind long documents, so only where it is asked."""
    shown = func.coalesce(_APPROVED, _newest_change.c.number)
    return rows.join(_shown_change, _shown_change.c.number == shown).join(
        _version, _version.c.hash == _shown_change.c.version
    )


def _in_state(state: State) -> ColumnElement[bool]:
    is_off = _version.c.content.like(IS_OFF)
    match state:
        case State.WAITING:
            newest = _newest_change.c
            is_open = and_(newest.approved_at.is_(None), newest.rejected_at.is_(None))
            return and_(is_open, not_(_IS_ON_ITS_WAY))
        case State.ON_ITS_WAY:
            return _IS_ON_ITS_WAY
        case State.REJECTED:
            return _newest_change.c.rejected_at.is_not(None)
        case State.SUSPENDED:
            return and_(_APPROVED.is_not(None), is_off)
    return and_(_APPROVED.is_not(None), not_(is_off))


def _listed(row: Row[tuple[object, ...]]) -> Listed:
    return Listed(
        encode.service_provider(row.content),
        changes.change_of(row),
        row.approved_number is not None,
        bool(row.is_on_its_way),
    )
