"""Login sessions: `hub.seams.logins.Sessions`.

The cookie is 256 random bits, of which only a hash is kept.  Whether a session is
alive is asked in the statement that changes it; the limits are `hub.login_session`'s.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Row, and_, bindparam, insert, select, update

from hub.errors import SessionEnded
from hub.login_session import IDLE, LONGEST, LoginSession, Proof, ProofKind
from hub.seams.logins import Participant
from hub.store.compiled import Compiled, Value
from hub.store.database import Database
from hub.store.tables import at_micros, login_session, micros, moment, participant

COOKIE_BYTES = 32

_START = insert(login_session)
_FIND = select(login_session).where(
    login_session.c.cookie_hash == bindparam("cookie_hash"), login_session.c.ended_at.is_(None)
)


def is_living() -> ColumnElement[bool]:
    """This session, not ended and within both limits; its values come from `living`."""
    return and_(
        login_session.c.id == bindparam("of_session"),
        login_session.c.ended_at.is_(None),
        login_session.c.last_used_at > moment("used_since"),
        login_session.c.started_at > moment("started_since"),
    )


def living(session_id: str, now: datetime) -> dict[str, datetime | str]:
    return {
        "of_session": session_id,
        "used_since": now - IDLE,
        "started_since": now - LONGEST,
        "now": now,
    }


_RENEW = (
    update(login_session)
    .where(is_living())
    .values(
        cookie_hash=bindparam("new_hash"),
        proofs=bindparam("new_proofs"),
        authenticated_at=moment("now"),
        last_used_at=moment("now"),
    )
    .returning(*login_session.c)
)
TOUCH = (
    update(login_session)
    .where(is_living(), login_session.c.last_used_at < moment("now"))
    .values(last_used_at=moment("now"))
)
_END = (
    update(login_session)
    .where(login_session.c.id == bindparam("of_session"), login_session.c.ended_at.is_(None))
    .values(ended_at=moment("now"))
)
_END_ALL = (
    update(login_session)
    .where(login_session.c.person_id == bindparam("of_person"), login_session.c.ended_at.is_(None))
    .values(ended_at=moment("now"))
)
_END_OTHERS = _END_ALL.where(login_session.c.id != bindparam("but_session"))
_LIVING = (
    select(login_session)
    .where(
        login_session.c.person_id == bindparam("of_person"),
        login_session.c.ended_at.is_(None),
        login_session.c.last_used_at > moment("used_since"),
        login_session.c.started_at > moment("started_since"),
    )
    .order_by(login_session.c.authenticated_at.desc())
)
PARTICIPANT = (  # the columns in the order of `hub.seams.logins.Participant`
    participant.c.session_id,
    participant.c.entity_id,
    participant.c.name_id,
    participant.c.name_id_format,
    participant.c.session_index,
    participant.c.answered_at,
)
_PARTICIPANTS = (
    select(*PARTICIPANT)
    .where(participant.c.session_id == bindparam("session_id"))
    .order_by(participant.c.answered_at, participant.c.entity_id)
)


class SessionsInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._find = Compiled(_FIND, database.engine.dialect)

    def start(
        self, person_id: str, proofs: Sequence[Proof], culture: str, now: datetime
    ) -> tuple[LoginSession, str]:
        cookie = secrets.token_urlsafe(COOKIE_BYTES)
        session = LoginSession(
            secrets.token_hex(16), person_id, tuple(proofs), now, now, now, culture
        )
        row = {
            "id": session.id,
            "cookie_hash": hashed_cookie(cookie),
            "person_id": person_id,
            "proofs": _as_text(proofs),
            "culture": culture,
            "started_at": now,
            "authenticated_at": now,
            "last_used_at": now,
        }
        self._database.write(lambda db: db.execute(_START, row).rowcount)
        return session, cookie

    def renew(
        self, session_id: str, proofs: Sequence[Proof], now: datetime
    ) -> tuple[LoginSession, str]:
        cookie = secrets.token_urlsafe(COOKIE_BYTES)
        values = living(session_id, now) | {
            "new_hash": hashed_cookie(cookie),
            "new_proofs": _as_text(proofs),
        }
        row = self._database.write(lambda db: db.execute(_RENEW, values).first())
        if row is None:
            raise SessionEnded(f"session {session_id} is over at {now}")
        return _session(row), cookie

    def find(self, cookie: str, now: datetime) -> LoginSession | None:
        values: dict[str, Value] = {"cookie_hash": hashed_cookie(cookie)}
        row = self._database.read(lambda db: self._find.first(db, values))
        if row is None:
            return None
        session = LoginSession(
            row.id,
            row.person_id,
            _proofs(row.proofs),
            at_micros(row.started_at),
            at_micros(row.authenticated_at),
            at_micros(row.last_used_at),
            row.culture,
        )
        return session if session.is_alive(now) else None

    def touch(self, session_id: str, now: datetime) -> None:
        values = living(session_id, now)
        self._database.write(lambda db: db.execute(TOUCH, values).rowcount)

    def end(self, session_id: str, now: datetime) -> None:
        values = {"of_session": session_id, "now": now}
        self._database.write(lambda db: db.execute(_END, values).rowcount)

    def end_all(self, person_id: str, now: datetime) -> None:
        values = {"of_person": person_id, "now": now}
        self._database.write(lambda db: db.execute(_END_ALL, values).rowcount)

    def end_others(self, person_id: str, session_id: str, now: datetime) -> None:
        values = {"of_person": person_id, "but_session": session_id, "now": now}
        self._database.write(lambda db: db.execute(_END_OTHERS, values).rowcount)

    def living(self, person_id: str, now: datetime) -> Sequence[LoginSession]:
        limits = {"used_since": now - IDLE, "started_since": now - LONGEST}
        values = {"of_person": person_id, **limits}
        rows = self._database.read(lambda db: db.execute(_LIVING, values).all())
        return [_session(row) for row in rows]

    def participants(self, session_id: str) -> Sequence[Participant]:
        values = {"session_id": session_id}
        rows = self._database.read(lambda db: db.execute(_PARTICIPANTS, values).all())
        return [Participant(*row) for row in rows]


def hashed_cookie(cookie: str) -> bytes:
    return sha256(cookie.encode()).digest()


def _as_text(proofs: Sequence[Proof]) -> str:
    return json.dumps([[proof.kind.value, micros(proof.at)] for proof in proofs])


def _proofs(text: str) -> tuple[Proof, ...]:
    return tuple(Proof(ProofKind(kind), at_micros(at)) for kind, at in json.loads(text))


def _session(row: Row[tuple[object, ...]]) -> LoginSession:
    return LoginSession(
        row.id,
        row.person_id,
        _proofs(row.proofs),
        row.started_at,
        row.authenticated_at,
        row.last_used_at,
        row.culture,
    )
