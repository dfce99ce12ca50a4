"""Dates of signing keys, and what services have shown of them: `hub.keys.room.KeyRoom`.

No private key is here.  A rehearsal is taken by one UPDATE, so of two logins that
race for it one is signed with the next key.  What is only noted (a fetch of
metadata, the certificate of a request) is written without waiting.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from certs.certificate import Certificate
from certs.rotation import DatedKey, Pin, Rotation
from hub.keys.rehearsal import ASKS_AGAIN, Evidence, Rehearsal
from hub.keys.room import CertificateSeen, MetadataFetch, SignedLogin
from hub.store.database import Database, upsert
from hub.store.tables import (
    moment,
    signing_key_state,
    sp_certificate_day,
    sp_certificate_seen,
    sp_key_pin,
    sp_key_rehearsal,
    sp_metadata_fetch,
)

_OF_USE = signing_key_state.c.use == bindparam("of_use")
_KEYS = select(signing_key_state).where(_OF_USE).order_by(signing_key_state.c.published_at)
_PUBLISH = insert(signing_key_state)
_ADOPT = insert(signing_key_state).from_select(
    ["fingerprint", "use", "certificate", "published_at", "active_at"],
    select(
        bindparam("fingerprint", type_=signing_key_state.c.fingerprint.type),
        bindparam("of_use", type_=signing_key_state.c.use.type),
        bindparam("certificate", type_=signing_key_state.c.certificate.type),
        moment("now"),
        moment("now"),
    ).where(~select(literal(1)).select_from(signing_key_state).where(_OF_USE).exists()),
).returning(signing_key_state.c.fingerprint)
_THIS_KEY = and_(
    signing_key_state.c.fingerprint == bindparam("of_key"),
    signing_key_state.c.retired_at.is_(None),
)
_SCHEDULE = (
    update(signing_key_state)
    .where(
        _THIS_KEY,
        or_(signing_key_state.c.active_at.is_(None), signing_key_state.c.active_at > moment("now")),
    )
    .values(window_opens_at=moment("opens"), active_at=moment("closes"))
)
_RETIRE = update(signing_key_state).where(_THIS_KEY).values(retired_at=moment("now"))
_PINS = select(sp_key_pin).order_by(sp_key_pin.c.entity_id, sp_key_pin.c.switch_at)
_UNPIN = delete(sp_key_pin).where(sp_key_pin.c.entity_id == bindparam("of_entity"))
_REHEARSALS = select(sp_key_rehearsal)
_THIS_REHEARSAL = and_(
    sp_key_rehearsal.c.entity_id == bindparam("of_entity"),
    sp_key_rehearsal.c.fingerprint == bindparam("of_key"),
)
_TAKE = (
    update(sp_key_rehearsal)
    .where(_THIS_REHEARSAL, sp_key_rehearsal.c.signed_at.is_(None))
    .values(
        signed_at=moment("now"),
        request_id=bindparam("of_request"),
        session_index=bindparam("of_session_index"),
        browser=bindparam("of_browser"),
    )
)
_FAIL = (
    update(sp_key_rehearsal)
    .where(
        sp_key_rehearsal.c.entity_id == bindparam("of_entity"),
        sp_key_rehearsal.c.browser == bindparam("of_browser"),
        sp_key_rehearsal.c.signed_at >= moment("since"),
        sp_key_rehearsal.c.failed_at.is_(None),
    )
    .values(failed_at=moment("now"))
)
_PROVE = (
    update(sp_key_rehearsal)
    .where(
        sp_key_rehearsal.c.entity_id == bindparam("of_entity"),
        sp_key_rehearsal.c.signed_at.is_not(None),
        # What has been heard already is only bettered.
        or_(
            sp_key_rehearsal.c.evidence.is_(None),
            sp_key_rehearsal.c.evidence == Evidence.ARTIFACT.value,
        ),
    )
    .values(proved_at=moment("now"), evidence=bindparam("of_evidence"))
)
_PROVE_SESSION = _PROVE.where(sp_key_rehearsal.c.session_index == bindparam("of_session_index"))
_PROVE_ANSWER = _PROVE.where(sp_key_rehearsal.c.request_id == bindparam("of_request"))
_PROVE_KEY = _PROVE.where(sp_key_rehearsal.c.fingerprint == bindparam("of_key"))
_STAMP = select(
    select(func.count()).select_from(sp_key_pin).scalar_subquery(),
    select(func.max(sp_key_pin.c.made_at)).scalar_subquery(),
    *(
        select(func.max(sp_key_rehearsal.c[name])).scalar_subquery()
        for name in ("armed_at", "signed_at", "proved_at", "failed_at")
    ),
)
_FETCHES = select(sp_metadata_fetch)
_SEEN = (
    select(
        sp_certificate_seen.c.fingerprint,
        sp_certificate_seen.c.first_seen,
        sp_certificate_seen.c.last_seen,
        sp_certificate_seen.c.count,
    )
    .where(sp_certificate_seen.c.entity_id == bindparam("of_entity"))
    .order_by(sp_certificate_seen.c.last_seen.desc())
)

_DAY = sp_certificate_day.c
_ON_DAY = select(_DAY.fingerprint, _DAY["count"]).where(
    _DAY.entity_id == bindparam("of_entity"), _DAY.day == bindparam("of_day")
)


class KeysInDatabase:
    def __init__(self, database: Database) -> None:
        self._database = database
        pinning = upsert(database.engine, sp_key_pin)
        self._pin = pinning.on_conflict_do_update(
            index_elements=list(sp_key_pin.primary_key),
            set_={
                "fingerprint": pinning.excluded.fingerprint,
                "made_at": pinning.excluded.made_at,
            },
        )
        arming = upsert(database.engine, sp_key_rehearsal)
        empty = (
            "signed_at",
            "request_id",
            "session_index",
            "browser",
            "proved_at",
            "evidence",
            "failed_at",
        )
        self._arm = arming.on_conflict_do_update(
            index_elements=list(sp_key_rehearsal.primary_key),
            set_={"armed_at": arming.excluded.armed_at, **{name: null() for name in empty}},
        )
        fetching = upsert(database.engine, sp_metadata_fetch)
        self._fetched = fetching.on_conflict_do_update(
            index_elements=list(sp_metadata_fetch.primary_key),
            set_={
                name: fetching.excluded[name] for name in ("fetched_at", "etag", "fingerprints")
            },
        )
        seeing = upsert(database.engine, sp_certificate_seen)
        daily = upsert(database.engine, sp_certificate_day)
        self._seen_on = daily.on_conflict_do_update(
            index_elements=list(sp_certificate_day.primary_key),
            set_={"count": sp_certificate_day.c.count + daily.excluded["count"]},
        )
        self._seen = seeing.on_conflict_do_update(
            index_elements=list(sp_certificate_seen.primary_key),
            set_={
                "last_seen": seeing.excluded.last_seen,
                "count": sp_certificate_seen.c.count + seeing.excluded["count"],
            },
        )

    def stamp(self) -> tuple[object, ...]:
        return tuple(self._database.read(lambda db: db.execute(_STAMP).one()))

    # --- keys -----------------------------------------------------------------------

    def rotation(self, use: str) -> Rotation:
        rows = self._database.read(lambda db: db.execute(_KEYS, {"of_use": use}).all())
        return Rotation(
            tuple(
                DatedKey(
                    Certificate.from_der(row.certificate),
                    row.published_at,
                    row.window_opens_at,
                    row.active_at,
                    row.retired_at,
                )
                for row in rows
            )
        )

    def adopt(self, certificate: Certificate, use: str, now: datetime) -> bool:
        row = {
            "fingerprint": certificate.fingerprint,
            "of_use": use,
            "certificate": certificate.der,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_ADOPT, row).first()) is not None

    def publish(self, certificate: Certificate, use: str, now: datetime) -> None:
        row = {
            "fingerprint": certificate.fingerprint,
            "use": use,
            "certificate": certificate.der,
            "published_at": now,
        }
        self._database.write(lambda db: db.execute(_PUBLISH, row).rowcount)

    def schedule(
        self, fingerprint: str, opens: datetime, closes: datetime, now: datetime
    ) -> bool:
        values = {"of_key": fingerprint, "opens": opens, "closes": closes, "now": now}
        return self._database.write(lambda db: db.execute(_SCHEDULE, values).rowcount) == 1

    def retire(self, fingerprint: str, now: datetime) -> None:
        values = {"of_key": fingerprint, "now": now}
        self._database.write(lambda db: db.execute(_RETIRE, values).rowcount)

    # --- pins -----------------------------------------------------------------------

    def pins(self) -> Mapping[str, Sequence[Pin]]:
        found: defaultdict[str, list[Pin]] = defaultdict(list)
        for row in self._database.read(lambda db: db.execute(_PINS).all()):
            found[row.entity_id].append(Pin(row.fingerprint, row.switch_at, row.made_at))
        return found

    def pin(self, entity_id: str, pin: Pin) -> None:
        row = {
            "entity_id": entity_id,
            "fingerprint": pin.fingerprint,
            "switch_at": pin.switch_at,
            "made_at": pin.made_at,
        }
        self._database.write(lambda db: db.execute(self._pin, row).rowcount)

    def unpin(self, entity_id: str) -> int:
        values = {"of_entity": entity_id}
        return self._database.write(lambda db: db.execute(_UNPIN, values).rowcount)

    # --- rehearsals -----------------------------------------------------------------

    def rehearsals(self) -> Sequence[Rehearsal]:
        rows = self._database.read(lambda db: db.execute(_REHEARSALS).all())
        return [
            Rehearsal(
                row.entity_id,
                row.fingerprint,
                row.armed_at,
                row.signed_at,
                row.request_id,
                row.session_index,
                row.browser,
                row.proved_at,
                None if row.evidence is None else Evidence(row.evidence),
                row.failed_at,
            )
            for row in rows
        ]

    def arm(self, entity_id: str, fingerprint: str, now: datetime) -> None:
        row = {"entity_id": entity_id, "fingerprint": fingerprint, "armed_at": now}
        self._database.write(lambda db: db.execute(self._arm, row).rowcount)

    def take(self, entity_id: str, fingerprint: str, login: SignedLogin, now: datetime) -> bool:
        values = {
            "of_entity": entity_id,
            "of_key": fingerprint,
            "of_request": login.request_id,
            "of_session_index": login.session_index,
            "of_browser": login.browser,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_TAKE, values).rowcount) == 1

    def asked_again(self, entity_id: str, browser: str, now: datetime) -> bool:
        values = {
            "of_entity": entity_id,
            "of_browser": browser,
            "since": now - ASKS_AGAIN,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_FAIL, values).rowcount) > 0

    def proved_by_session(self, entity_id: str, session_index: str, now: datetime) -> bool:
        values = {
            "of_entity": entity_id,
            "of_session_index": session_index,
            "of_evidence": Evidence.LOGOUT.value,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_PROVE_SESSION, values).rowcount) > 0

    def proved_by_fetch(self, entity_id: str, request_id: str, now: datetime) -> bool:
        values = {
            "of_entity": entity_id,
            "of_request": request_id,
            "of_evidence": Evidence.ARTIFACT.value,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_PROVE_ANSWER, values).rowcount) > 0

    def confirmed(self, entity_id: str, fingerprint: str, now: datetime) -> bool:
        values = {
            "of_entity": entity_id,
            "of_key": fingerprint,
            "of_evidence": Evidence.CONFIRMED.value,
            "now": now,
        }
        return self._database.write(lambda db: db.execute(_PROVE_KEY, values).rowcount) > 0

    # --- what is only noted -----------------------------------------------------------

    def fetched(self, fetch: MetadataFetch) -> None:
        row = {
            "entity_id": fetch.entity_id,
            "fetched_at": fetch.at,
            "etag": fetch.etag,
            "fingerprints": " ".join(fetch.fingerprints),
        }
        self._database.write_later(self._fetched, row)

    def fetches(self) -> Mapping[str, MetadataFetch]:
        rows = self._database.read(lambda db: db.execute(_FETCHES).all())
        return {
            row.entity_id: MetadataFetch(
                row.entity_id, row.fetched_at, row.etag, tuple(row.fingerprints.split())
            )
            for row in rows
        }

    def certificate_seen(
        self, entity_id: str, fingerprint: str, count: int, now: datetime
    ) -> None:
        row = {
            "entity_id": entity_id,
            "fingerprint": fingerprint,
            "first_seen": now,
            "last_seen": now,
            "count": count,
        }
        self._database.write_later(self._seen, row)
        day = now.astimezone(UTC).date().isoformat()
        daily = {"entity_id": entity_id, "fingerprint": fingerprint, "day": day, "count": count}
        self._database.write_later(self._seen_on, daily)

    def certificates_seen(self, entity_id: str) -> Sequence[CertificateSeen]:
        def read(db: Connection) -> Sequence[CertificateSeen]:
            rows = db.execute(_SEEN, {"of_entity": entity_id}).all()
            return [CertificateSeen(*row) for row in rows]

        return self._database.read(read)

    def signatures_on(self, entity_id: str, day: date) -> Mapping[str, int]:
        values = {"of_entity": entity_id, "of_day": day.isoformat()}
        rows = self._database.read(lambda db: db.execute(_ON_DAY, values).all())
        return {fingerprint: count for fingerprint, count in rows}
