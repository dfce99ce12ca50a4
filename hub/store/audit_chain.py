"""Seal the audit log into a signed chain, and check it again.

A checkpoint takes every row that none has taken yet, digests them in a fixed
order together with the checkpoint before it, and signs that.  Whoever changes,
removes or adds a sealed row breaks the chain from there on.  Rows written since
the last checkpoint are not sealed yet; that is at most a minute's worth.

Rows of one process may commit out of order, so a row is claimed by its mark and
not by its number: a late one simply goes into the next checkpoint.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, delete, func, select, update

from certs.certificate import Certificate
from certs.signing_key import SigningKey
from hub.store import audit_cut
from hub.store.database import Database, upsert
from hub.store.tables import audit, audit_checkpoint, micros, moment
from metadata.signature import URI_OF, BadSignature, verify_detached

GENESIS = "0" * 64
Rows: TypeAlias = Sequence[Sequence[object]]
_ORDER = (audit.c.node, audit.c.boot, audit.c.worker, audit.c.sequence)
_COLUMNS = (*_ORDER, audit.c.at, audit.c.event, audit.c.person_id, audit.c.entity_id,
            audit.c.request_id, audit.c.details)  # fmt: skip
_LAST = select(audit_checkpoint).order_by(audit_checkpoint.c.number.desc()).limit(1)
_CLAIM = (
    update(audit).where(audit.c.checkpoint.is_(None)).values(checkpoint=bindparam("number"))
)
_SEALED_BY = select(*_COLUMNS).where(audit.c.checkpoint == bindparam("number")).order_by(*_ORDER)
_PAGE = (
    select(audit_checkpoint)
    .where(
        audit_checkpoint.c.number > bindparam("after"),
        audit_checkpoint.c.number <= bindparam("last"),
    )
    .order_by(audit_checkpoint.c.number)
    .limit(bindparam("most"))
)
_NEWEST = select(func.max(audit_checkpoint.c.number)).scalar_subquery()
_BEFORE = (
    select(audit_checkpoint.c.number, audit_checkpoint.c.digest)
    .where(audit_checkpoint.c.sealed_at < moment("since"), audit_checkpoint.c.number < _NEWEST)
    .order_by(audit_checkpoint.c.number.desc())
    .limit(1)
)
PAGE = 500  # checkpoints that are read at once
Progress: TypeAlias = Callable[[int, int], None]  # how many are checked, of how many


def no_progress(_done: int, _of: int) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Link:
    """The checkpoint that the next one builds on."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole log found."""

    checkpoints: int
    rows: int
    faults: tuple[str, ...]  # one sentence each; empty: the chain holds


def seal(database: Database, key: SigningKey, now: datetime) -> int:
    """Make a checkpoint of the rows that wait; how many it took.

    0 if none waits, or if somebody else is sealing them.
    """
    make = upsert(database.engine, audit_checkpoint).on_conflict_do_nothing()

    def job(db: Connection) -> int:
        last = db.execute(_LAST).first()
        last = last or audit_cut.latest(db)  # everything before was cut off
        number, before = (last.number + 1, last.digest) if last else (1, GENESIS)
        # The checkpoint's row comes first: of two sealers only one makes this number.
        if db.execute(make, _empty(number, now)).rowcount == 0:
            return 0
        if db.execute(_CLAIM, {"number": number}).rowcount == 0:
            db.execute(delete(audit_checkpoint).where(audit_checkpoint.c.number == number))
            return 0
        rows = db.execute(_SEALED_BY, {"number": number}).all()
        digest = digest_of(number, before, rows)
        db.execute(
            update(audit_checkpoint).where(audit_checkpoint.c.number == number),
            {
                "rows": len(rows),
                "digest": digest,
                "algorithm": URI_OF[key.algorithm],
                "fingerprint": key.certificate.fingerprint,
                "signature": key.sign(key.algorithm, signed_text(number, digest)),
            },
        )
        return len(rows)

    return database.write(job)


def check(
    database: Database,
    certificates: Sequence[Certificate],
    until: int | None = None,
    progress: Progress = no_progress,
) -> Verdict:
    """Compute every digest again and check every signature with our own certificates.

    Begins where older rows were cut off, which is signed too.  `until`: this checkpoint is
    the last that is looked at.  However long the log, one checkpoint's rows are in memory.
    """
    start = database.read(audit_cut.latest)
    fault = audit_cut.fault_of(start, certificates) if start is not None else None
    number, before = (start.number, start.digest) if start else (0, GENESIS)
    last = until if until is not None else database.read(_last_number)
    found = _checkpoints(database, 0, last)

    def told(done: int) -> None:
        progress(done, last - number)

    verdict = _checked(database, certificates, Link(number, before), found, told)
    return replace(verdict, faults=(fault, *verdict.faults)) if fault else verdict


def check_since(
    database: Database, certificates: Sequence[Certificate], since: datetime
) -> Verdict:
    """The same from the first checkpoint of this time on, the latest one in any case.

    What lies before is taken at its word, as the digest that the first of them builds on.
    """
    link = database.read(lambda db: db.execute(_BEFORE, {"since": since}).first())
    if link is None:
        return check(database, certificates)
    found = _checkpoints(database, link.number, database.read(_last_number))
    return _checked(database, certificates, Link(link.number, link.digest), found)


def _checked(
    database: Database,
    certificates: Sequence[Certificate],
    link: Link,
    checkpoints: Iterable[Any],
    told: Callable[[int], None] = lambda _done: None,
) -> Verdict:
    faults: list[str] = []
    place, before, all_rows = link.number, link.digest, 0
    for place, checkpoint in enumerate(checkpoints, start=link.number + 1):
        rows = _rows_of(database, checkpoint.number)
        all_rows += len(rows)
        faults.extend(_faults_of(checkpoint, place, before, rows, certificates))
        before = checkpoint.digest
        told(place - link.number)
    return Verdict(place - link.number, all_rows, tuple(faults))


def _checkpoints(database: Database, after: int, last: int) -> Iterator[Any]:
    """A page of them at a time: thirteen months have half a million."""
    while page := database.read(_page(after, last)):
        yield from page
        after = page[-1].number


def _page(after: int, last: int) -> Callable[[Connection], Sequence[Any]]:
    values = {"after": after, "last": last, "most": PAGE}
    return lambda db: db.execute(_PAGE, values).all()


def _last_number(db: Connection) -> int:
    last = db.execute(_LAST).first()
    return last.number if last else 0


def sound_cut(
    database: Database, certificates: Sequence[Certificate], now: datetime
) -> int | None:
    """The checkpoint at which what is older than thirteen months may be cut off, if any is.

    Raises AuditBroken if a row of it is not as it was sealed.
    """
    number = database.read(lambda db: audit_cut.next_cut(db, now - audit_cut.KEPT))
    if number is None:
        return None
    faults = check(database, certificates, until=number).faults
    if faults:
        raise audit_cut.AuditBroken(f"nothing was cut off: {faults[0]}")
    return number


def _rows_of(database: Database, number: int) -> Rows:
    return database.read(lambda db: db.execute(_SEALED_BY, {"number": number}).all())


def _faults_of(
    checkpoint: Any,
    place: int,
    before: str,
    rows: Rows,
    certificates: Sequence[Certificate],
) -> Iterator[str]:
    number = checkpoint.number
    if number != place:
        yield f"checkpoint {place} is missing"
    if len(rows) != checkpoint.rows:
        yield f"checkpoint {number} sealed {checkpoint.rows} rows, {len(rows)} are there"
    if digest_of(number, before, rows) != checkpoint.digest:
        yield f"checkpoint {number}: the rows are not those that were sealed"
    try:
        verify_detached(
            signed_text(number, checkpoint.digest),
            checkpoint.signature,
            checkpoint.algorithm,
            certificates,
        )
    except BadSignature as fault:
        yield f"checkpoint {number}: {fault.detail}"


def digest_of(number: int, before: str, rows: Rows) -> str:
    """SHA-256 over the checkpoint before and each row as one line of JSON."""
    digest = hashlib.sha256(f"{number} {before}\n".encode())
    for row in rows:
        digest.update(json.dumps([_plain(value) for value in row]).encode() + b"\n")
    return digest.hexdigest()


def signed_text(number: int, digest: str) -> bytes:
    return f"MinID hub audit checkpoint {number} {digest}".encode()


def _plain(value: object) -> object:
    return micros(value) if isinstance(value, datetime) else value


def _empty(number: int, now: datetime) -> dict[str, object]:
    return {
        "number": number,
        "sealed_at": now,
        "rows": 0,
        "digest": "",
        "algorithm": "",
        "fingerprint": "",
        "signature": b"",
    }
