"""Logouts and their legs: `hub.seams.logouts.Logouts`.

The hub's own session ends in the transaction that reads who took part in it, under the
same row that `ledger.answered` takes: a participant that came in before counts, one that
comes after gets SessionEnded.  What a leg was told is a fact of the participant, so a
later logout of the same session asks only those that have not confirmed.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from hub.errors import FlowError
from hub.keys.ring import KeyRing
from hub.seams.logouts import HeldLogout, LegState, LogoutLeg, NewLogout, Sought
from hub.seams.records import AuditEvent
from hub.store.database import Database
from hub.store.ledger import LedgerInDatabase
from hub.store.sessions import hashed_cookie
from hub.store.tables import login_session, logout, logout_leg, moment, participant

LIFE = timedelta(minutes=60)  # of the page that shows it
CLAIM_WITHIN = timedelta(seconds=60)
DONE = (LegState.CONFIRMED, LegState.ASKING)
OPEN = (LegState.ASKED, LegState.SILENT, LegState.UNREACHABLE)

_MATCHING = select(
    participant.c.session_id, participant.c.name_id_format, participant.c.session_index
).where(
    participant.c.entity_id == bindparam("entity_id"),
    participant.c.name_id == bindparam("name_id"),
)
_PERSON = select(login_session.c.person_id).where(login_session.c.id == bindparam("session_id"))
_END = (
    update(login_session)
    .where(
        login_session.c.id.in_(bindparam("ids", expanding=True)),
        login_session.c.ended_at.is_(None),
    )
    .values(ended_at=moment("now"))
)
_PARTICIPANTS = (
    select(participant)
    .where(participant.c.session_id.in_(bindparam("ids", expanding=True)))
    .order_by(participant.c.answered_at, participant.c.entity_id, participant.c.session_id)
)
_DONE = select(
    logout_leg.c.session_id, logout_leg.c.entity_id, logout_leg.c.name_id_format
).where(
    logout_leg.c.session_id.in_(bindparam("ids", expanding=True)), logout_leg.c.state.in_(DONE)
)
_OF_COOKIE = select(login_session.c.id).where(
    login_session.c.cookie_hash == bindparam("cookie_hash")
)
_CLAIM = (
    update(logout)
    .where(
        logout.c.handle == bindparam("of_handle"),
        logout.c.browser.is_(None),
        logout.c.started_at > moment("claimable_since"),
    )
    .values(browser=bindparam("by_browser"))
)
_FIND = select(logout).where(logout.c.handle == bindparam("handle"))
_LEGS = (
    select(logout_leg)
    .where(logout_leg.c.handle == bindparam("handle"))
    .order_by(logout_leg.c.number)
)
_ASK = (
    update(logout_leg)
    .where(
        logout_leg.c.handle == bindparam("of_handle"),
        logout_leg.c.number == bindparam("of_number"),
        logout_leg.c.state.not_in(DONE),
    )
    .values(
        state=LegState.ASKED,
        channel=bindparam("by_channel"),
        request_id=bindparam("new_request_id"),
        asked_at=moment("now"),
        told_at=moment("now"),
    )
)
_TOLD = (
    update(logout_leg)
    .where(
        logout_leg.c.request_id == bindparam("answered_id"),
        logout_leg.c.entity_id == bindparam("of_entity"),
        logout_leg.c.state.in_(OPEN),
    )
    .values(state=bindparam("new_state"), told_at=moment("now"))
    .returning(*logout_leg.c)
)
_ANSWER = (
    update(logout)
    .where(logout.c.handle == bindparam("of_handle"), logout.c.answered_at.is_(None))
    .values(answered_at=moment("now"), payload=None)
)


class LogoutsInDatabase:
    def __init__(self, database: Database, ring: KeyRing, ledger: LedgerInDatabase) -> None:
        self._database = database
        self._ring = ring
        self._ledger = ledger

    def end_sought(self, new: NewLogout, sought: Sought, now: datetime) -> HeldLogout | None:
        pair = {"entity_id": sought.entity_id, "name_id": sought.name_id}

        def end(db: Connection) -> HeldLogout | None:
            rows = db.execute(_MATCHING, pair).all()
            meant = [row for row in rows if _fits(sought, row.name_id_format, row.session_index)]
            ids = sorted({row.session_id for row in meant})
            return self._end(db, new, ids, sought, now) if ids else None

        return self._database.write(end)

    def end_session(self, new: NewLogout, session_id: str, now: datetime) -> HeldLogout | None:
        return self._database.write(lambda db: self._end(db, new, [session_id], None, now))

    def session_of(self, cookie: str) -> str | None:
        values = {"cookie_hash": hashed_cookie(cookie)}
        return self._database.read(lambda db: db.execute(_OF_COOKIE, values).scalar())

    def claim(self, handle: str, browser: str, now: datetime) -> None:
        values = {
            "of_handle": handle,
            "by_browser": browser,
            "claimable_since": now - CLAIM_WITHIN,
        }
        self._database.write(lambda db: db.execute(_CLAIM, values).rowcount)

    def find(self, handle: str, browser: str, now: datetime) -> HeldLogout:
        row = self._database.read(lambda db: db.execute(_FIND, {"handle": handle}).first())
        if row is None or row.browser is None or row.started_at + LIFE <= now:
            raise FlowError("no logout of this handle is claimed and open", "logout-unknown")
        if row.browser != browser:
            raise FlowError("the logout is another browser's", "logout-foreign")
        legs = self._database.read(lambda db: db.execute(_LEGS, {"handle": handle}).all())
        payload = self._ring.open(row.payload, _place(handle)) if row.payload else None
        return HeldLogout(
            handle, payload, row.started_at, row.answered_at, tuple(_leg(leg) for leg in legs)
        )

    def ask(self, leg: LogoutLeg, channel: str, request_id: str, now: datetime) -> bool:
        values = {
            "of_handle": leg.handle,
            "of_number": leg.number,
            "by_channel": channel,
            "new_request_id": request_id,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_ASK, values).rowcount) == 1

    def told(
        self, request_id: str, entity_id: str, state: LegState, now: datetime
    ) -> LogoutLeg | None:
        values = {
            "answered_id": request_id,
            "of_entity": entity_id,
            "new_state": state,
            "now": now,
        }
        row = self._database.write(lambda db: db.execute(_TOLD, values).first())
        return None if row is None else _leg(row)

    def answer(self, handle: str, now: datetime) -> bool:
        values = {"of_handle": handle, "now": now}
        return self._database.write(lambda db: db.execute(_ANSWER, values).rowcount) == 1

    def _end(
        self,
        db: Connection,
        new: NewLogout,
        ids: Sequence[str],
        sought: Sought | None,
        now: datetime,
    ) -> HeldLogout | None:
        person_id = db.execute(_PERSON, {"session_id": ids[0]}).scalar()
        if person_id is None:
            return None
        db.execute(_END, {"ids": ids, "now": now})
        legs = _untold(db, new.handle, ids, sought)
        db.execute(
            insert(logout),
            {
                "handle": new.handle,
                "browser": new.browser,
                "payload": self._ring.seal(new.payload, _place(new.handle)),
                "started_at": now,
            },
        )
        if legs:
            db.execute(insert(logout_leg), [dataclasses.asdict(leg) for leg in legs])
        self._ledger.append_in(db, _with_person(new.event, person_id))
        return HeldLogout(new.handle, new.payload, now, None, legs)


def _untold(
    db: Connection, handle: str, ids: Sequence[str], sought: Sought | None
) -> tuple[LogoutLeg, ...]:
    done = {tuple(row) for row in db.execute(_DONE, {"ids": ids})}
    rows = [
        row
        for row in db.execute(_PARTICIPANTS, {"ids": ids})
        if (row.session_id, row.entity_id, row.name_id_format) not in done
    ]
    return tuple(
        LogoutLeg(
            handle=handle,
            number=number,
            session_id=row.session_id,
            entity_id=row.entity_id,
            name_id=row.name_id,
            name_id_format=row.name_id_format,
            session_index=row.session_index,
            state=LegState.ASKING if _is_askers(row, sought) else LegState.WAITING,
        )
        for number, row in enumerate(rows, start=1)
    )


def _is_askers(row: Row[Any], sought: Sought | None) -> bool:
    """True for what the asking service ends by itself; another NameID of its is told."""
    return (
        sought is not None
        and (row.entity_id, row.name_id) == (sought.entity_id, sought.name_id)
        and _fits(sought, row.name_id_format, row.session_index)
    )


def _fits(sought: Sought, name_id_format: str, session_index: str) -> bool:
    return sought.name_id_format in (None, name_id_format) and (
        not sought.session_indexes or session_index in sought.session_indexes
    )


def _with_person(event: AuditEvent, person_id: str) -> AuditEvent:
    return dataclasses.replace(event, person_id=person_id)


def _leg(row: Row[Any]) -> LogoutLeg:
    return LogoutLeg(
        handle=row.handle,
        number=row.number,
        session_id=row.session_id,
        entity_id=row.entity_id,
        name_id=row.name_id,
        name_id_format=row.name_id_format,
        session_index=row.session_index,
        state=LegState(row.state),
        channel=row.channel,
        request_id=row.request_id,
        asked_at=row.asked_at,
    )


def _place(handle: str) -> str:
    return f"logout:{handle}"
