"""Logins while a version is staged: `hub.registry.staged_room.StagedRoom`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from hub.keys.rehearsal import ASKS_AGAIN
from hub.registry.staged_room import ASKED_AGAIN, StagedLogin
from hub.store.database import Database
from hub.store.tables import moment, staged_login
from sp_registry.traffic import Tallies, Tally

_LOGIN = staged_login.c
_ADD = insert(staged_login)
_FAIL = (
    update(staged_login)
    .where(
        _LOGIN.entity_id == bindparam("of_entity"),
        _LOGIN.browser == bindparam("of_browser"),
        _LOGIN.at >= moment("since"),
        _LOGIN.session_id.is_not(None),
        _LOGIN.failed.is_(None),
    )
    .values(failed=ASKED_AGAIN)
)
_OF_SESSIONS = (
    select(
        _LOGIN.rollout,
        _LOGIN.is_new,
        _LOGIN.entity_id,
        _LOGIN.request_id,
        _LOGIN.session_id,
        _LOGIN.browser,
        _LOGIN.at,
        _LOGIN.failed,
        _LOGIN.sender,
    )
    .where(
        _LOGIN.entity_id == bindparam("of_entity"),
        _LOGIN.session_id.in_(bindparam("those", expanding=True)),
    )
    .order_by(_LOGIN.id.desc())
    .limit(1)
)
_SENDER = func.coalesce(_LOGIN.sender, _LOGIN.request_id)
_BY_SENDER = (
    select(_LOGIN.is_new, func.min(_LOGIN.failed).label("failed"))
    .where(_LOGIN.rollout == bindparam("of_rollout"))
    .group_by(_LOGIN.is_new, _SENDER)
    .subquery()
)
_TALLY = (
    select(_BY_SENDER.c.is_new, _BY_SENDER.c.failed, func.count())
    .group_by(_BY_SENDER.c.is_new, _BY_SENDER.c.failed)
    .order_by(_BY_SENDER.c.failed)
)


class StagedInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, login: StagedLogin) -> None:
        row = {
            "rollout": login.rollout,
            "is_new": login.is_new,
            "entity_id": login.entity_id,
            "request_id": login.request_id,
            "session_id": login.session_id,
            "browser": login.browser,
            "at": login.at,
            "failed": login.failed,
            "sender": login.sender,
        }
        self._database.write(lambda db: db.execute(_ADD, row).rowcount)

    def asked_again(self, entity_id: str, browser: str, now: datetime) -> bool:
        values = {"of_entity": entity_id, "of_browser": browser, "since": now - ASKS_AGAIN}
        return self._database.write(lambda db: db.execute(_FAIL, values).rowcount) > 0

    def newest_of(self, entity_id: str, session_ids: Collection[str]) -> StagedLogin | None:
        values = {"of_entity": entity_id, "those": list(session_ids)}
        row = self._database.read(lambda db: db.execute(_OF_SESSIONS, values).first())
        return None if row is None else StagedLogin(*row)

    def tallies(self, rollout: int) -> Tallies:
        values = {"of_rollout": rollout}
        rows = self._database.read(lambda db: db.execute(_TALLY, values).all())
        return Tallies(_tally(rows, True), _tally(rows, False))


def _tally(rows: Collection[Row[Any]], is_new: bool) -> Tally:
    counts = {row.failed: row[-1] for row in rows if row.is_new == is_new}
    failures = tuple((sign, count) for sign, count in counts.items() if sign is not None)
    return Tally(sum(counts.values()), failures)
