"""People and the numbers that find them: `hub.seams.people.People`.

A number is kept as a keyed hash, to find, and sealed, to send on.  A number that is
no longer in force still finds its person.
"""

import secrets
from datetime import datetime

from sqlalchemy import (
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from hub.errors import HubError
from hub.keys.ring import KeyRing
from hub.person import NationalId, Person
from hub.store.compiled import Compiled, Value
from hub.store.database import Database, upsert
from hub.store.methods import REMOVE_APPS, REMOVE_PASSKEYS
from hub.store.tables import identity_number, moment, person

_PERSON = select(person)
_BY_NUMBER = _PERSON.join(identity_number, identity_number.c.person_id == person.c.id).where(
    identity_number.c.lookup == bindparam("lookup")
)
_BY_ID = _PERSON.where(person.c.id == bindparam("id"))
_CURRENT_NUMBER = (
    select(identity_number.c.lookup, identity_number.c.sealed)
    .where(
        identity_number.c.person_id == bindparam("person_id"),
        identity_number.c.valid_to.is_(None),
    )
    .order_by(identity_number.c.valid_from.desc())
    .limit(1)
)
_OUT_OF_FORCE = (
    update(identity_number)
    .where(
        identity_number.c.person_id == bindparam("of_person"),
        identity_number.c.lookup != bindparam("but"),
        identity_number.c.valid_to.is_(None),
    )
    .values(valid_to=moment("now"))
)
_NEW_PERSON = insert(person)
_NOT_NEEDED = delete(person).where(person.c.id == bindparam("new_id"))
_CHANGE = (
    update(person)
    .where(person.c.id == bindparam("person_id"))
    .values(changed_at=moment("now"))
)
_SET_PASSWORD = _CHANGE.values(
    password_hash=bindparam("new_hash"),
    registered_at=func.coalesce(person.c.registered_at, moment("now")),
    needs_new_password=False,
)
_SET_MOBILE = _CHANGE.values(
    mobile=bindparam("new_contact"), contact_confirmed_at=moment("now")
)
_SET_EMAIL = _CHANGE.values(email=bindparam("new_contact"), contact_confirmed_at=moment("now"))
_SET_PREFERENCES = _CHANGE.values(
    language=bindparam("new_language"), prefers=bindparam("new_prefers")
)
_REQUIRE_PASSWORD = _CHANGE.values(needs_new_password=True)
_CONFIRM_CONTACT = _CHANGE.values(contact_confirmed_at=moment("now"))
_CLOSE = _CHANGE.values(
    password_hash=None, mobile=None, email=None, prefers=None, needs_new_password=False
)


class PeopleInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        self._current_number = Compiled(_CURRENT_NUMBER, database.engine.dialect)
        self._add_number = upsert(database.engine, identity_number).on_conflict_do_nothing(
            index_elements=[identity_number.c.lookup]
        )
        number = upsert(database.engine, identity_number)
        self._put_in_force = number.on_conflict_do_update(
            index_elements=[identity_number.c.lookup],
            set_={"valid_from": number.excluded.valid_from, "valid_to": None},
            where=and_(
                identity_number.c.person_id == number.excluded.person_id,
                identity_number.c.valid_to.is_not(None),
            ),
        )

    def find(self, number: NationalId) -> Person | None:
        lookup = {"lookup": self._ring.lookup(number.digits)}
        row = self._database.read(lambda db: db.execute(_BY_NUMBER, lookup).first())
        return None if row is None else self._person(row)

    def get(self, person_id: str) -> Person:
        row = self._database.read(lambda db: db.execute(_BY_ID, {"id": person_id}).first())
        if row is None:
            raise _unknown(person_id)
        return self._person(row)

    def current_number(self, person_id: str) -> str:
        values: dict[str, Value] = {"person_id": person_id}
        row = self._database.read(lambda db: self._current_number.first(db, values))
        if row is None:
            raise _unknown(person_id)
        return self._ring.open(row.sealed, _place_of_number(row.lookup)).decode()

    def create(self, number: NationalId, now: datetime) -> Person:
        new_id = secrets.token_hex(16)
        number_row = self._number_row(new_id, number, now)
        lookup = number_row["lookup"]
        person_row = {"id": new_id, "created_at": now, "changed_at": now}

        def create(db: Connection) -> Person:
            db.execute(_NEW_PERSON, person_row)
            if db.execute(self._add_number, number_row).rowcount != 1:
                db.execute(_NOT_NEEDED, {"new_id": new_id})
            return self._person(db.execute(_BY_NUMBER, {"lookup": lookup}).one())

        return self._database.write(create)

    def add_number(self, person_id: str, number: NationalId, now: datetime) -> bool:
        row = self._number_row(person_id, number, now)
        others = {"of_person": person_id, "but": row["lookup"], "now": now}

        def add(db: Connection) -> bool:
            if db.execute(self._put_in_force, row).rowcount != 1:
                return False
            db.execute(_OUT_OF_FORCE, others)
            return True

        return self._database.write(add)

    def _number_row(self, person_id: str, number: NationalId, now: datetime) -> dict[str, object]:
        lookup = self._ring.lookup(number.digits)
        return {
            "lookup": lookup,
            "person_id": person_id,
            "sealed": self._ring.seal(number.digits.encode(), _place_of_number(lookup)),
            "key_version": self._ring.version("lookup"),
            "valid_from": now,
        }

    def set_password(self, person_id: str, password_hash: str, now: datetime) -> None:
        self._change(_SET_PASSWORD, person_id, now, new_hash=password_hash)

    def set_mobile(self, person_id: str, mobile: str | None, now: datetime) -> None:
        self._set_contact(_SET_MOBILE, person_id, mobile, _place(person_id), now)

    def set_email(self, person_id: str, email: str | None, now: datetime) -> None:
        self._set_contact(_SET_EMAIL, person_id, email, _place_of_email(person_id), now)

    def _set_contact(
        self, change: Update, person_id: str, contact: str | None, place: str, now: datetime
    ) -> None:
        sealed = None if contact is None else self._ring.seal(contact.encode(), place)
        self._change(change, person_id, now, new_contact=sealed)

    def set_preferences(
        self, person_id: str, language: str | None, prefers: str | None, now: datetime
    ) -> None:
        wanted = {"new_language": language, "new_prefers": prefers}
        self._change(_SET_PREFERENCES, person_id, now, **wanted)

    def require_new_password(self, person_id: str, now: datetime) -> None:
        self._change(_REQUIRE_PASSWORD, person_id, now)

    def confirm_contact(self, person_id: str, now: datetime) -> None:
        self._change(_CONFIRM_CONTACT, person_id, now)

    def close(self, person_id: str, now: datetime) -> None:
        def close(db: Connection) -> None:
            _change_one(db, _CLOSE, {"person_id": person_id, "now": now})
            for statement in (REMOVE_APPS, REMOVE_PASSKEYS):
                db.execute(statement, {"of_person": person_id})

        self._database.write(close)

    def _change(self, change: Update, person_id: str, now: datetime, **wanted: object) -> None:
        values = {"person_id": person_id, "now": now, **wanted}
        self._database.write(lambda db: _change_one(db, change, values))

    def _person(self, row: Row[tuple[object, ...]]) -> Person:
        return Person(
            row.id,
            row.password_hash,
            self._opened(row.mobile, _place(row.id)),
            row.prefers,
            row.language,
            row.registered_at,
            self._opened(row.email, _place_of_email(row.id)),
            row.needs_new_password,
            row.contact_confirmed_at,
        )

    def _opened(self, sealed: bytes | None, place: str) -> str | None:
        return None if sealed is None else self._ring.open(sealed, place).decode()


def _change_one(db: Connection, change: Update, values: dict[str, object]) -> None:
    if db.execute(change, values).rowcount != 1:
        raise _unknown(str(values["person_id"]))


def _place(person_id: str) -> str:
    return f"person:{person_id}"


def _place_of_email(person_id: str) -> str:
    return f"person:{person_id}:email"


def _place_of_number(lookup: bytes) -> str:
    return f"identity_number:{lookup.hex()}"


def _unknown(person_id: str) -> HubError:
    return HubError(f"no person has the id {person_id}", "person-unknown")
