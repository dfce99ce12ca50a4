"""Sheets of PIN codes: `hub.seams.people.Sheets`.

A sheet that was ordered leaves the old one valid until the new one is first used;
that first use revokes the older ones.  Of two sheets the one in use is asked for,
while it has codes enough, or the other one if its owner says so.  Which codes, is a
keyed order laid down at issue.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.sql.dml import Update

from hub.keys.ring import KeyRing
from hub.person import NationalId
from hub.seams.people import AskedCodes, HeldSheet, NewSheet
from hub.store.database import Database
from hub.store.tables import EPOCH, moment, pin_code, pin_sheet

CODES_OF_A_SHEET = 20
SALT_BYTES = 16
LABEL_DIGITS = "2345679"  # what reads like a letter is left out, and the other way round
LABEL_LETTERS = "ACDEFHJKLMNPRTUVWXY"
DECOY_LIFE = timedelta(days=200)
DECOYS_WITH_ONE = 16  # of so many, one has a second sheet

_NEW_SHEET = insert(pin_sheet)
_NEW_CODE = insert(pin_code)
_LABELS = select(pin_sheet.c.label).where(
    pin_sheet.c.person_id == bindparam("person_id"), pin_sheet.c.revoked_at.is_(None)
)
_UNUSED_LEFT = (
    select(func.count())
    .where(pin_code.c.sheet_id == pin_sheet.c.id, pin_code.c.used_at.is_(None))
    .scalar_subquery()
)
_ASKED_SHEET = (
    select(pin_sheet.c.id)
    .where(
        pin_sheet.c.person_id == bindparam("person_id"),
        pin_sheet.c.revoked_at.is_(None),
        _UNUSED_LEFT >= bindparam("how_many"),
    )
    .order_by(pin_sheet.c.activated_at.is_(None), pin_sheet.c.issued_at.desc())
    .limit(1)
    .offset(bindparam("skipped"))
    .scalar_subquery()
)
_ASKED = (
    select(pin_sheet.c.id, pin_sheet.c.label, pin_sheet.c.issued_at, pin_code.c.number)
    .join(pin_code, pin_code.c.sheet_id == pin_sheet.c.id)
    .where(pin_sheet.c.id == _ASKED_SHEET, pin_code.c.used_at.is_(None))
    .order_by(pin_code.c.place)
    .limit(bindparam("how_many"))
)
_SALTS = (
    select(pin_code.c.number, pin_code.c.salt, pin_sheet.c.pepper_version)
    .join(pin_sheet, pin_code.c.sheet_id == pin_sheet.c.id)
    .where(pin_code.c.sheet_id == bindparam("sheet"))
)
_ACTIVATE = (
    update(pin_sheet)
    .where(
        pin_sheet.c.id == bindparam("of_sheet"),
        pin_sheet.c.person_id == bindparam("of_person"),
        pin_sheet.c.revoked_at.is_(None),
    )
    .values(activated_at=func.coalesce(pin_sheet.c.activated_at, moment("now")))
    .returning(pin_sheet.c.issued_at)
)
_REVOKE_OLDER = (
    update(pin_sheet)
    .where(
        pin_sheet.c.person_id == bindparam("of_person"),
        pin_sheet.c.revoked_at.is_(None),
        pin_sheet.c.issued_at < moment("before"),
    )
    .values(revoked_at=moment("now"))
)
_BLOCK = (
    update(pin_sheet)
    .where(pin_sheet.c.person_id == bindparam("of_person"), pin_sheet.c.revoked_at.is_(None))
    .values(revoked_at=moment("now"))
)
_EXPIRE = (
    update(pin_sheet)
    .where(
        pin_sheet.c.activated_at.is_(None),
        pin_sheet.c.revoked_at.is_(None),
        pin_sheet.c.issued_at <= moment("before"),
    )
    .values(revoked_at=moment("now"))
)
_HELD = (
    select(
        pin_sheet.c.label,
        pin_sheet.c.issued_at,
        _UNUSED_LEFT.label("codes_left"),
        pin_sheet.c.activated_at.is_not(None).label("is_in_use"),
    )
    .where(pin_sheet.c.person_id == bindparam("of_person"), pin_sheet.c.revoked_at.is_(None))
    .order_by(pin_sheet.c.activated_at.is_(None), pin_sheet.c.issued_at.desc())
)


class _NotUsed(Exception):
    """Some code was wrong or used: undoes what the transaction has marked."""


class SheetsInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def issue(self, person_id: str, codes: Mapping[int, str], now: datetime) -> str:
        sheet = self.make(person_id, codes, now)
        self.keep(sheet)
        return sheet.label

    def make(self, person_id: str, codes: Mapping[int, str], now: datetime) -> NewSheet:
        labels = self._database.read(
            lambda db: db.execute(_LABELS, {"person_id": person_id}).scalars().all()
        )
        return NewSheet(secrets.token_hex(16), _new_label(set(labels)), person_id, now, codes)

    def keep(self, sheet: NewSheet) -> None:
        pepper = self._ring.version("pepper")
        in_order = sorted(sheet.codes, key=lambda n: self._ring.decoy("order", sheet.id, str(n)))
        codes = [
            self._code_row(pepper, sheet, number) | {"place": place}
            for place, number in enumerate(in_order)
        ]
        row = {
            "id": sheet.id,
            "person_id": sheet.person_id,
            "label": sheet.label,
            "pepper_version": pepper,
            "issued_at": sheet.issued_at,
        }

        def keep(db: Connection) -> None:
            db.execute(_NEW_SHEET, row)
            db.execute(_NEW_CODE, codes)

        self._database.write(keep)

    def asked(self, person_id: str, how_many: int, other: bool = False) -> AskedCodes | None:
        values = {"person_id": person_id, "how_many": how_many}
        for skipped in (1, 0) if other else (0,):
            which = values | {"skipped": skipped}
            rows = self._database.read(lambda db: db.execute(_ASKED, which).all())
            if rows:
                numbers = tuple(row.number for row in rows)
                return AskedCodes(rows[0].id, rows[0].label, rows[0].issued_at, numbers)
        return None

    def decoy(
        self, number: NationalId, how_many: int, now: datetime, other: bool = False
    ) -> AskedCodes:
        # A made-up sheet grows old as a real one does, and is then followed by another.
        # Some have a second one, as some people do.
        has_two = self._ring.decoy("two", number.digits)[0] % DECOYS_WITH_ONE == 0
        which = ("other",) if other and has_two else ()
        first = int.from_bytes(self._ring.decoy("first", number.digits, *which)[:8], "big")
        start = EPOCH + timedelta(seconds=first % int(DECOY_LIFE.total_seconds()))
        sheet = str((now - start) // DECOY_LIFE)
        issued_at = start + int(sheet) * DECOY_LIFE
        looks = self._ring.decoy("label", number.digits, sheet, *which)
        numbers = sorted(
            range(1, CODES_OF_A_SHEET + 1),
            key=lambda n: self._ring.decoy("order", number.digits, sheet, str(n), *which),
        )
        return AskedCodes("", _label(looks[0], looks[1]), issued_at, tuple(numbers[:how_many]))

    def use(
        self, person_id: str, asked: AskedCodes, codes: Sequence[str], now: datetime
    ) -> bool:
        # For a decoy all the work is done as well, so that time tells nothing.
        if len(codes) != len(asked.numbers):
            return False
        verifiers = self._verifiers(person_id, asked, codes)
        sheet = {"of_sheet": asked.sheet_id, "of_person": person_id, "now": now}

        def use(db: Connection) -> None:
            if db.execute(_spend(len(codes)), verifiers | sheet).rowcount != len(codes):
                raise _NotUsed
            issued_at = db.execute(_ACTIVATE, sheet).scalar()
            if issued_at is None:
                raise _NotUsed
            db.execute(_REVOKE_OLDER, sheet | {"before": issued_at})

        try:
            self._database.write(use)
        except _NotUsed:
            return False
        return True

    def block(self, person_id: str, now: datetime) -> int:
        values = {"of_person": person_id, "now": now}
        return self._database.write(lambda db: db.execute(_BLOCK, values).rowcount)

    def held(self, person_id: str) -> Sequence[HeldSheet]:
        values = {"of_person": person_id}
        rows = self._database.read(lambda db: db.execute(_HELD, values).all())
        return [
            HeldSheet(row.label, row.issued_at, row.codes_left, bool(row.is_in_use))
            for row in rows
        ]

    def expire(self, issued_before: datetime, now: datetime) -> int:
        values = {"before": issued_before, "now": now}
        return self._database.write(lambda db: db.execute(_EXPIRE, values).rowcount)

    def _verifiers(
        self, person_id: str, asked: AskedCodes, codes: Sequence[str]
    ) -> dict[str, object]:
        rows = self._database.read(lambda db: db.execute(_SALTS, {"sheet": asked.sheet_id}).all())
        kept = {row.number: (row.pepper_version, row.salt) for row in rows}
        missing = (self._ring.version("pepper"), bytes(SALT_BYTES))
        values: dict[str, object] = {}
        for place, (number, code) in enumerate(zip(asked.numbers, codes, strict=True)):
            pepper, salt = kept.get(number, missing)
            values[f"number_{place}"] = number
            values[f"verifier_{place}"] = self._verifier(
                pepper, salt, person_id, asked.sheet_id, number, code
            )
        return values

    def _code_row(self, pepper: int, sheet: NewSheet, number: int) -> dict[str, object]:
        salt = secrets.token_bytes(SALT_BYTES)
        verifier = self._verifier(
            pepper, salt, sheet.person_id, sheet.id, number, sheet.codes[number]
        )
        return {"sheet_id": sheet.id, "number": number, "salt": salt, "verifier": verifier}

    def _verifier(
        self, pepper: int, salt: bytes, person_id: str, sheet_id: str, number: int, code: str
    ) -> bytes:
        keyed = self._ring.verifier_of(pepper, "pin", person_id, sheet_id, str(number), code)
        return sha256(salt + keyed).digest()


@cache
def _spend(how_many: int) -> Update:
    """One UPDATE that marks as used each of these codes that is right and unused."""
    right = (
        and_(
            pin_code.c.number == bindparam(f"number_{place}"),
            pin_code.c.verifier == bindparam(f"verifier_{place}"),
        )
        for place in range(how_many)
    )
    return (
        update(pin_code)
        .where(
            pin_code.c.sheet_id == bindparam("of_sheet"), pin_code.c.used_at.is_(None), or_(*right)
        )
        .values(used_at=moment("now"))
    )


def _new_label(taken: set[str]) -> str:
    every = [digit + letter for digit in LABEL_DIGITS for letter in LABEL_LETTERS]
    return secrets.choice([label for label in every if label not in taken] or every)


def _label(one: int, two: int) -> str:
    return LABEL_DIGITS[one % len(LABEL_DIGITS)] + LABEL_LETTERS[two % len(LABEL_LETTERS)]
