"""Cut off what the audit log has kept long enough, so that the rest can still be checked.

Only at a checkpoint whose signature holds, and only after everything that goes has been
checked: a log that somebody changed is not to be tidied away.  The cut is signed with the
number and digest of the checkpoint that it is at; the next one builds on that digest.
Whoever merely deletes the beginning of the log has no such signature.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from certs.certificate import Certificate
from certs.signing_key import SigningKey
from hub.errors import HubError
from hub.store.database import Database
from hub.store.tables import audit, audit_checkpoint, audit_cut, micros, moment
from metadata.signature import URI_OF, BadSignature, verify_detached

KEPT = timedelta(days=397)  # thirteen months, the longest that they can be
AT_ONCE = 200  # checkpoints, so that a transaction stays short

_OLD = select(func.max(audit_checkpoint.c.number)).where(
    audit_checkpoint.c.sealed_at <= moment("before"),
    audit_checkpoint.c.number < bindparam("end"),
)
_FIRST = select(func.min(audit_checkpoint.c.number))
_CHECKPOINT = select(audit_checkpoint).where(audit_checkpoint.c.number == bindparam("of_number"))
_LATEST = select(audit_cut).order_by(audit_cut.c.number.desc()).limit(1)
_ROWS = delete(audit).where(audit.c.checkpoint <= bindparam("until"))
_CHECKPOINTS = delete(audit_checkpoint).where(audit_checkpoint.c.number <= bindparam("until"))


class AuditBroken(HubError):
    """What is old enough to be cut off is not as it was sealed: nothing was cut."""

    code = "audit-broken"


def next_cut(db: Connection, before: datetime) -> int | None:
    """The checkpoint to cut at, a bounded number of them at once; None: nothing is old."""
    first = db.execute(_FIRST).scalar()
    if first is None:
        return None
    found: int | None = db.execute(_OLD, {"before": before, "end": first + AT_ONCE}).scalar()
    return found


def cut(database: Database, key: SigningKey, number: int, now: datetime) -> int:
    """Delete everything up to this checkpoint, and sign where; how many rows went.

    Whether it may be, its caller has checked.  0 if another worker was quicker.
    """

    def job(db: Connection) -> int:
        at = db.execute(_CHECKPOINT, {"of_number": number}).first()
        if at is None:
            return 0
        row = {
            "number": number,
            "digest": at.digest,
            "sealed_at": at.sealed_at,
            "cut_at": now,
            "algorithm": URI_OF[key.algorithm],
            "signature": key.sign(
                key.algorithm, signed_text(number, at.digest, at.sealed_at, now)
            ),
        }
        db.execute(delete(audit_cut))
        db.execute(insert(audit_cut), row)
        gone = db.execute(_ROWS, {"until": number}).rowcount
        db.execute(_CHECKPOINTS, {"until": number})
        return gone

    return database.write(job)


def latest(db: Connection) -> Row[Any] | None:
    return db.execute(_LATEST).first()


def fault_of(row: Row[Any], certificates: Sequence[Certificate]) -> str | None:
    """What is wrong with a cut, in a sentence."""
    if row.cut_at - row.sealed_at < KEPT:
        return f"the cut at checkpoint {row.number} was made before thirteen months had passed"
    text = signed_text(row.number, row.digest, row.sealed_at, row.cut_at)
    try:
        verify_detached(text, row.signature, row.algorithm, certificates)
    except BadSignature as fault:
        return f"the cut at checkpoint {row.number}: {fault.detail}"
    return None


def signed_text(number: int, digest: str, sealed_at: datetime, cut_at: datetime) -> bytes:
    times = f"{micros(sealed_at)} {micros(cut_at)}"
    return f"MinID hub audit cut at checkpoint {number} {digest} {times}".encode()
