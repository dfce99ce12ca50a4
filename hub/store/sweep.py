"""Delete what is past its time.  To be called now and then, by any process."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Delete, and_, delete, or_, select

from hub.flow import LONGEST as LONGEST_FLOW
from hub.login_session import IDLE, LONGEST
from hub.seams.counts import CLOCK
from hub.store import flows
from hub.store.database import Database
from hub.store.tables import (
    artifact,
    attempt,
    development_inbox,
    early_receipt,
    flow,
    inbound_message,
    login_session,
    logout,
    logout_leg,
    micros,
    one_time_code,
    outbox,
    participant,
    seen_request,
    service_day,
    sp_certificate_day,
    staged_login,
    support_case,
    support_wish,
    trace,
    waiting_act,
)
from sp_registry import logos

TRACES_KEPT = timedelta(days=14)
RECEIPTS_KEPT = timedelta(days=1)  # that came before their message was on record
DAYS_KEPT = timedelta(days=90)  # counts of signatures
SERVICE_DAYS_KEPT = timedelta(days=396)  # thirteen months
CLOCKS_KEPT = timedelta(days=30)
PARTICIPANTS_KEPT = timedelta(hours=24)  # after the session's end, for late logouts


def sweep(database: Database, now: datetime) -> int:
    """How many rows went.  Each table is a transaction of its own, so logins get in between."""
    return sum(_run(database, statement) for statement in _past_their_time(now))


def _run(database: Database, statement: Delete) -> int:
    return database.write(lambda db: db.execute(statement).rowcount)


def _past_their_time(now: datetime) -> Iterator[Delete]:
    yield delete(seen_request).where(seen_request.c.until <= now)
    yield delete(flow).where(
        or_(
            flow.c.finished_at <= now - flows.REMEMBERED,
            and_(flow.c.finished_at.is_(None), flow.c.held_at <= now - LONGEST_FLOW),
        )
    )
    yield delete(artifact).where(artifact.c.expires_at <= now)
    yield delete(one_time_code).where(one_time_code.c.expires_at <= now)
    yield delete(waiting_act).where(waiting_act.c.until <= now)
    for table in (support_case, support_wish):
        yield delete(table).where(table.c.until <= now)
    yield delete(attempt).where(attempt.c.forgotten_at <= micros(now))
    for table in (trace, inbound_message, development_inbox, staged_login):
        yield delete(table).where(table.c.at <= now - TRACES_KEPT)
    # `told_at` is set when a message has left or never will.
    yield delete(outbox).where(outbox.c.told_at <= now - TRACES_KEPT)
    yield delete(early_receipt).where(early_receipt.c.at <= now - RECEIPTS_KEPT)
    yield delete(sp_certificate_day).where(sp_certificate_day.c.day < _day(now - DAYS_KEPT))
    yield delete(service_day).where(service_day.c.day < _day(now - SERVICE_DAYS_KEPT))
    yield delete(service_day).where(
        service_day.c.what == CLOCK, service_day.c.day < _day(now - CLOCKS_KEPT)
    )
    before = now - PARTICIPANTS_KEPT
    old = select(logout.c.handle).where(logout.c.started_at <= before)
    yield delete(logout_leg).where(logout_leg.c.handle.in_(old))
    yield delete(logout).where(logout.c.started_at <= before)
    over = or_(
        login_session.c.ended_at <= before,
        login_session.c.last_used_at <= before - IDLE,
        login_session.c.started_at <= before - LONGEST,
    )
    gone = select(login_session.c.id).where(over)
    yield delete(participant).where(participant.c.session_id.in_(gone))
    # Between the two statements no participant can come back: the session is long dead.
    yield delete(login_session).where(over)
    yield logos.unproposed(now)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
