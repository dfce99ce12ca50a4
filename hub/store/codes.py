"""One-time codes by SMS: `hub.seams.people.OneTimeCodes`.

A code is bound to its flow, purpose and person by what its verifier is made of.
Five wrong tries spend it, and the fifth is told so.  How many codes a person may
order is a limit of `attempts`, not counted here.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, delete, null, or_, update

from hub.keys.ring import KeyRing
from hub.seams.people import CodeVerdict
from hub.store.database import Database, upsert
from hub.store.tables import moment
from hub.store.tables import one_time_code as table

WRONG_TRIES = 5

_IS_RIGHT = table.c.verifier == bindparam("tried")
_THIS = and_(
    table.c.flow == bindparam("of_flow"),
    table.c.purpose == bindparam("of_purpose"),
    table.c.person_id == bindparam("of_person"),
)
_WITHDRAW = delete(table).where(_THIS, table.c.used_at.is_(None))
_TRY = (
    update(table)
    .where(
        _THIS,
        table.c.used_at.is_(None),
        table.c.failures < WRONG_TRIES,
        table.c.expires_at > moment("now"),
    )
    .values(
        used_at=case((_IS_RIGHT, moment("now")), else_=null()),
        failures=table.c.failures + case((_IS_RIGHT, 0), else_=1),
    )
    .returning(table.c.used_at, table.c.failures)
)


class CodesInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        fresh = upsert(database.engine, table)
        new = fresh.excluded
        self._issue = fresh.on_conflict_do_update(
            index_elements=[table.c.flow, table.c.purpose, table.c.person_id],
            set_={
                "verifier": new.verifier,
                "failures": new.failures,
                "expires_at": new.expires_at,
                "used_at": null(),
            },
            where=or_(
                table.c.used_at.is_not(None),
                table.c.failures >= WRONG_TRIES,
                table.c.expires_at <= moment("now"),
            ),
        ).returning(table.c.flow)

    def issue(
        self, flow: str, purpose: str, person_id: str, code: str, now: datetime, life: timedelta
    ) -> bool:
        row = {
            "flow": flow,
            "purpose": purpose,
            "person_id": person_id,
            "verifier": self._verifier(flow, purpose, person_id, code),
            "failures": 0,
            "expires_at": now + life,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(self._issue, row).first()) is not None

    def use(
        self, flow: str, purpose: str, person_id: str, code: str, now: datetime
    ) -> CodeVerdict:
        values = {
            "of_flow": flow,
            "of_purpose": purpose,
            "of_person": person_id,
            "tried": self._verifier(flow, purpose, person_id, code),
            "now": now,
        }

        def use(db: Connection) -> CodeVerdict:
            row = db.execute(_TRY, values).first()
            if row is None:
                return CodeVerdict.SPENT
            if row.used_at is not None:
                return CodeVerdict.RIGHT
            return CodeVerdict.WRONG if row.failures < WRONG_TRIES else CodeVerdict.SPENT

        return self._database.write(use)

    def withdraw(self, flow: str, purpose: str, person_id: str) -> None:
        values = {"of_flow": flow, "of_purpose": purpose, "of_person": person_id}
        self._database.write(lambda db: db.execute(_WITHDRAW, values).rowcount)

    def _verifier(self, flow: str, purpose: str, person_id: str, code: str) -> bytes:
        # A new pepper makes a code of ten minutes' life wrong once; sheets keep their version.
        return self._ring.verifier("one-time", flow, purpose, person_id, code)[1]
