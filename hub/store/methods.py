"""Authenticator apps and passkeys: `hub.seams.people.Methods`.

What must happen once is one UPDATE whose row count decides; what is limited is counted and
added while its person's row is held.  A sealed value opens in its
own row of its own person alone.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import Delete

from hub.keys.ring import KeyRing
from hub.seams.people import AuthenticatorApp, Credential, Passkey
from hub.store.database import Database, upsert
from hub.store.tables import authenticator_app as app
from hub.store.tables import moment, passkey, person

_APP = select(app).where(app.c.person_id == bindparam("of_person"))
_USE_STEP = (
    update(app)
    .where(app.c.id == bindparam("of_app"), app.c.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
)
REMOVE_APPS = delete(app).where(app.c.person_id == bindparam("of_person"))
_APP_SINCE = REMOVE_APPS.where(app.c.added_at >= moment("since"))
_PASSKEYS = (
    select(passkey)
    .where(passkey.c.person_id == bindparam("of_person"))
    .order_by(passkey.c.added_at, passkey.c.id)
)
_HOW_MANY = (
    select(func.count()).select_from(passkey).where(passkey.c.person_id == bindparam("of_person"))
)
# On PostgreSQL whoever adds a passkey waits for who is adding one; SQLite has one writer.
_HOLD_PERSON = (
    select(person.c.id)
    .where(person.c.id == bindparam("of_person"))
    .with_for_update(key_share=True)
)
_COUNT = bindparam("new_count", type_=passkey.c.sign_count.type)
_USE_PASSKEY = (
    update(passkey)
    .where(
        passkey.c.id == bindparam("of_passkey"),
        or_(passkey.c.sign_count < _COUNT, and_(passkey.c.sign_count == 0, _COUNT == 0)),
    )
    .values(
        sign_count=_COUNT,
        is_backed_up=bindparam("is_backed_up_now"),
        last_used_at=moment("now"),
    )
)
_THIS = and_(
    passkey.c.person_id == bindparam("of_person"), passkey.c.id == bindparam("of_passkey")
)
_RENAME = update(passkey).where(_THIS).values(name=bindparam("new_name"))
_REMOVE_PASSKEY = delete(passkey).where(_THIS)
REMOVE_PASSKEYS = delete(passkey).where(passkey.c.person_id == bindparam("of_person"))
_PASSKEYS_SINCE = REMOVE_PASSKEYS.where(passkey.c.added_at >= moment("since"))


class MethodsInDatabase:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        self._add_app = upsert(database.engine, app).on_conflict_do_nothing(
            index_elements=[app.c.person_id]
        )
        self._add_passkey = upsert(database.engine, passkey).on_conflict_do_nothing(
            index_elements=[passkey.c.credential_id]
        )

    # --- the app --------------------------------------------------------------------------

    def app(self, person_id: str) -> AuthenticatorApp | None:
        values = {"of_person": person_id}
        row = self._database.read(lambda db: db.execute(_APP, values).first())
        if row is None:
            return None
        secret = self._ring.open(row.secret, _place("authenticator_app", row.id, person_id))
        return AuthenticatorApp(row.id, secret, row.added_at)

    def add_app(self, person_id: str, secret: bytes, step: int, now: datetime) -> bool:
        new_id = secrets.token_hex(16)
        row = {
            "id": new_id,
            "person_id": person_id,
            "secret": self._ring.seal(secret, _place("authenticator_app", new_id, person_id)),
            "last_step": step,
            "added_at": now,
        }
        return self._database.write(lambda db: db.execute(self._add_app, row).rowcount) == 1

    def use_step(self, app_id: str, step: int) -> bool:
        return self._is_done(_USE_STEP, of_app=app_id, step=step)

    def remove_app(self, person_id: str) -> bool:
        return self._is_done(REMOVE_APPS, of_person=person_id)

    # --- passkeys -------------------------------------------------------------------------

    def passkeys(self, person_id: str) -> Sequence[Passkey]:
        values = {"of_person": person_id}
        rows = self._database.read(lambda db: db.execute(_PASSKEYS, values).all())
        return [self._passkey(row) for row in rows]

    def add_passkey(
        self, person_id: str, name: str, credential: Credential, most: int, now: datetime
    ) -> bool:
        new_id = secrets.token_hex(16)
        place = _place("passkey", new_id, person_id)
        row = {
            "id": new_id,
            "person_id": person_id,
            "credential_id": credential.id,
            "public_key": self._ring.seal(credential.public_key, place),
            "name": self._ring.seal(name.encode(), f"{place}:name"),
            "sign_count": credential.sign_count,
            "verifies_user": credential.verifies_user,
            "is_syncable": credential.is_syncable,
            "is_backed_up": credential.is_backed_up,
            "transports": " ".join(credential.transports),
            "added_at": now,
        }

        def add(db: Connection) -> bool:
            db.execute(_HOLD_PERSON, {"of_person": person_id})
            known = db.execute(_HOW_MANY, {"of_person": person_id}).scalar_one()
            return known < most and db.execute(self._add_passkey, row).rowcount == 1

        return self._database.write(add)

    def use_passkey(
        self, passkey_id: str, sign_count: int, is_backed_up: bool, now: datetime
    ) -> bool:
        return self._is_done(
            _USE_PASSKEY,
            of_passkey=passkey_id,
            new_count=sign_count,
            is_backed_up_now=is_backed_up,
            now=now,
        )

    def rename_passkey(self, person_id: str, passkey_id: str, name: str) -> bool:
        place = f"{_place('passkey', passkey_id, person_id)}:name"
        sealed = self._ring.seal(name.encode(), place)
        return self._is_done(
            _RENAME, of_person=person_id, of_passkey=passkey_id, new_name=sealed
        )

    def remove_passkey(self, person_id: str, passkey_id: str) -> bool:
        return self._is_done(_REMOVE_PASSKEY, of_person=person_id, of_passkey=passkey_id)

    def remove_since(self, person_id: str, since: datetime) -> int:
        values = {"of_person": person_id, "since": since}

        def remove(db: Connection) -> int:
            both = (_APP_SINCE, _PASSKEYS_SINCE)
            return sum(db.execute(statement, values).rowcount for statement in both)

        return self._database.write(remove)

    def _is_done(self, statement: Update | Delete, **values: object) -> bool:
        return self._database.write(lambda db: db.execute(statement, values).rowcount) == 1

    def _passkey(self, row: Row[tuple[object, ...]]) -> Passkey:
        place = _place("passkey", row.id, row.person_id)
        credential = Credential(
            row.credential_id,
            self._ring.open(row.public_key, place),
            row.sign_count,
            row.verifies_user,
            row.is_syncable,
            row.is_backed_up,
            tuple(row.transports.split()),
        )
        name = self._ring.open(row.name, f"{place}:name").decode()
        return Passkey(row.id, name, credential, row.added_at, row.last_used_at)


def _place(table: str, row_id: str, person_id: str) -> str:
    return f"{table}:{row_id}:{person_id}"
