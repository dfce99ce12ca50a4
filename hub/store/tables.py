"""The tables, for SQLite and PostgreSQL alike.  `migrations/` makes and changes them.

What a column may hold of a person: a keyed hash (`lookup`, `subject`, `verifier`), a
plain hash of something random and long (`cookie_hash`), or a sealed value, whose
additional data is "<table>:<row id>".  Random ids and pseudonyms stand in clear.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(value: datetime | timedelta) -> int:
    """A moment as microseconds since 1970, or a span as microseconds."""
    return (value - EPOCH if isinstance(value, datetime) else value) // MICROSECOND


def at_micros(value: int) -> datetime:
    """The moment that `micros` gave."""
    return EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware moment in UTC, kept as microseconds: it compares and adds as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else at_micros(value)


def moment(name: str) -> BindParameter[datetime]:
    """A bound moment: its type is said outright, as no column stands beside it in a function."""
    return bindparam(name, type_=Instant())


# SQLite counts by itself only in a column that is exactly INTEGER PRIMARY KEY.
COUNTED = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(naming_convention=NAMING)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("password_hash", Text),
    Column("mobile", LargeBinary),  # sealed
    Column("email", LargeBinary),  # sealed
    Column("prefers", Text),  # a second factor; null: the strongest
    Column("language", Text),
    Column("created_at", Instant, nullable=False),
    Column("registered_at", Instant),
    Column("changed_at", Instant, nullable=False),
    Column("needs_new_password", Boolean, nullable=False, server_default=false()),
    Column("contact_confirmed_at", Instant),
)

identity_number = Table(
    "identity_number",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_version", Integer, nullable=False),  # of the lookup key
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
)

pin_sheet = Table(
    "pin_sheet",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("pepper_version", Integer, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("activated_at", Instant),  # by its first use
    Column("revoked_at", Instant),  # by the first use of a newer one
)

pin_code = Table(
    "pin_code",
    metadata,
    Column("sheet_id", Text, ForeignKey("pin_sheet.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),  # in the order in which codes are asked for
    Column("salt", LargeBinary, nullable=False),
    Column("verifier", LargeBinary, nullable=False),
    Column("used_at", Instant),
)

waiting_act = Table(
    "waiting_act",
    metadata,
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("until", Instant, nullable=False, index=True),
)

support_case = Table(
    "support_case",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("staff_id", Text, nullable=False),  # whose alone it is
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
)

support_wish = Table(
    "support_wish",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("act", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("wished_by", Text, nullable=False),
    Column("wished_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("decided_at", Instant),
    UniqueConstraint("person_id", "act"),
)

letter_order = Table(
    "letter_order",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("sheet_id", Text),  # no foreign key: both are written in one transaction
    Column("sealed", LargeBinary),  # to the printer's key, not ours; null after its receipt
    Column("batch", Text, index=True),
    Column("not_before", Instant),  # an order that was put off
    Column("fault", Text),  # code of what held it up
    Column("kind", Text, nullable=False, server_default="pins"),
    Column("listed_in", Text, index=True),  # the batch whose manifest takes it back
    Index(None, "state", "ordered_at"),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("verifier", LargeBinary, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)

authenticator_app = Table(
    "authenticator_app",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("last_step", BigInteger, nullable=False),  # no code of this time step or before
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("person_id"),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # sealed, so that none can be slipped in
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("sign_count", BigInteger, nullable=False),
    Column("verifies_user", Boolean, nullable=False),
    Column("is_syncable", Boolean, nullable=False),
    Column("is_backed_up", Boolean, nullable=False),
    Column("transports", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    UniqueConstraint("credential_id"),
)

login_session = Table(
    "login_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("cookie_hash", LargeBinary, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("proofs", Text, nullable=False),  # JSON
    Column("culture", Text, nullable=False),
    Column("started_at", Instant, nullable=False, index=True),
    Column("authenticated_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("cookie_hash"),
)

participant = Table(
    "participant",
    metadata,
    Column("session_id", Text, ForeignKey("login_session.id"), primary_key=True),
    Column("entity_id", Text, primary_key=True),
    Column("name_id_format", Text, primary_key=True),
    Column("name_id", Text, nullable=False),
    Column("session_index", Text, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index(None, "entity_id", "name_id"),
)

flow = Table(
    "flow",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("browser", Text),  # hash of the browser's cookie; null: unclaimed
    Column("awaiting", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", LargeBinary),  # sealed; null once it is over
    Column("held_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
    Column("extended_at", Instant),  # when its person last asked for more time
)

seen_request = Table(
    "seen_request",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("browser", Text),
    Column("until", Instant, nullable=False, index=True),
    sqlite_with_rowid=False,
)

attempt = Table(
    "attempt",
    metadata,
    Column("limit_name", Text, primary_key=True),
    Column("subject", LargeBinary, primary_key=True),  # keyed hash
    Column("failures", Integer, nullable=False),
    Column("retry_at", BigInteger, nullable=False),  # no try before this
    Column("forgotten_at", BigInteger, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("node", Text, primary_key=True),
    Column("boot", Text, primary_key=True),
    Column("worker", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False, index=True),
    Column("event", Text, nullable=False),
    Column("person_id", Text),
    Column("entity_id", Text),
    Column("request_id", Text),
    Column("details", Text, nullable=False),  # JSON
    Column("checkpoint", BigInteger, index=True),  # which one sealed it; null: none yet
    Column("done_by", Text),  # a copy of `by` in the details, to find what staff did
    Index(None, "person_id", "at"),
    Index(
        "ix_audit_done_by_at",
        "at",
        sqlite_where=text("done_by IS NOT NULL"),
        postgresql_where=text("done_by IS NOT NULL"),
    ),
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),  # over the one before and the rows, hexadecimal
    Column("algorithm", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),  # of the certificate whose key signed
    Column("signature", LargeBinary, nullable=False),
)

audit_cut = Table(
    "audit_cut",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # of the checkpoint
    Column("digest", Text, nullable=False),
    Column("sealed_at", Instant, nullable=False),
    Column("cut_at", Instant, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

worker_round = Table(
    "worker_round",
    metadata,
    Column("node", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("fault", Text),  # code of what stopped it
)

name_id = Table(
    "name_id",
    metadata,
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("entity_id", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("entity_id", "value"),
)

trace = Table(
    "trace",
    metadata,
    Column("id", COUNTED, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

inbound_message = Table(
    "inbound_message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("entity_id", Text),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index(None, "entity_id", "at"),
)

development_inbox = Table(
    "development_inbox",
    metadata,
    Column("number", COUNTED, primary_key=True),
    Column("id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("id"),
)

artifact = Table(
    "artifact",
    metadata,
    Column("handle_hash", Text, primary_key=True),
    Column("entity_id", Text, nullable=False),  # who alone may fetch it
    Column("request_id", Text, nullable=False),  # of the login that it answers
    Column("assertion_id", Text),  # null: the answer is a status alone
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

logout = Table(
    "logout",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("browser", Text),  # hash of the browser's cookie; null: unclaimed
    Column("payload", LargeBinary),  # sealed: who asked, and how to answer; null once answered
    Column("started_at", Instant, nullable=False, index=True),
    Column("answered_at", Instant),
)

logout_leg = Table(
    "logout_leg",
    metadata,
    Column("handle", Text, ForeignKey("logout.handle"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("session_id", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("name_id", Text, nullable=False),
    Column("name_id_format", Text, nullable=False),
    Column("session_index", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("channel", Text),  # how it was asked last; null before that
    Column("request_id", Text),  # of the LogoutRequest sent last; its answer alone counts
    Column("asked_at", Instant),
    Column("told_at", Instant),  # when its state became what it is
    UniqueConstraint("request_id"),
    Index(None, "session_id"),
)

signing_key_state = Table(
    "signing_key_state",
    metadata,
    Column("fingerprint", Text, primary_key=True),  # of the certificate, SHA-256
    Column("use", Text, nullable=False),
    Column("certificate", LargeBinary, nullable=False),  # DER; the private key is in no table
    Column("published_at", Instant, nullable=False),
    Column("window_opens_at", Instant),
    Column("active_at", Instant),  # the end of its window
    Column("retired_at", Instant),
)

sp_key_pin = Table(
    "sp_key_pin",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("switch_at", Instant, primary_key=True),  # the newest that is due is in force
    Column("fingerprint", Text, ForeignKey("signing_key_state.fingerprint"), nullable=False),
    Column("made_at", Instant, nullable=False),
)

sp_key_rehearsal = Table(
    "sp_key_rehearsal",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("fingerprint", Text, ForeignKey("signing_key_state.fingerprint"), primary_key=True),
    Column("armed_at", Instant, nullable=False),
    Column("signed_at", Instant),  # the one login that it is for has been answered
    Column("request_id", Text),
    Column("session_index", Text),
    Column("browser", Text),  # hash of the browser's cookie
    Column("proved_at", Instant),
    Column("evidence", Text),
    Column("failed_at", Instant),
)

sp_metadata_fetch = Table(
    "sp_metadata_fetch",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("fetched_at", Instant, nullable=False),
    Column("etag", Text, nullable=False),
    Column("fingerprints", Text, nullable=False),  # those of the keys in it, by spaces
)

sp_certificate_seen = Table(
    "sp_certificate_seen",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("count", BigInteger, nullable=False),
)

staged_login = Table(
    "staged_login",  # logins of services of which one version is staged, under either version
    metadata,
    Column("id", COUNTED, primary_key=True),
    Column("rollout", Integer, nullable=False, index=True),
    Column("is_new", Boolean, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("session_id", Text),  # null: refused
    Column("browser", Text),  # hash of the browser's cookie; null where it is not known
    Column("at", Instant, nullable=False, index=True),
    Column("failed", Text),  # the sign of it
    Column("sender", Text),  # hash of whom it counts for; null: for itself
    Index(None, "entity_id", "session_id"),
    Index(None, "entity_id", "browser", "at"),
)

sp_certificate_day = Table(
    "sp_certificate_day",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("day", Text, primary_key=True, index=True),  # YYYY-MM-DD in UTC
    Column("count", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("person_id", Text, index=True),
    Column("sealed", LargeBinary),  # null once it has left, or never will
    Column("once", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("lease", Integer, nullable=False),  # how often it was leased
    Column("leased_until", Instant),
    Column("queued_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("gateway", Text),
    Column("gateway_id", Text),
    Column("reason", Text),  # code of the last fault
    Column("told_at", Instant, index=True),  # when its state became what it is
    Index(None, "state", "not_before"),
    Index(None, "gateway", "gateway_id"),
)

early_receipt = Table(
    "early_receipt",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("gateway_id", Text, primary_key=True),
    Column("arrived", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)

breaker = Table(
    "breaker",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("failures", Integer, nullable=False),  # one after the other
    Column("open_since", Instant),
    Column("closed_until", Instant),  # while it is open: nobody tries before this
)

counter = Table(
    "counter",
    metadata,
    Column("node", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

service_day = Table(
    "service_day",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("day", Text, primary_key=True, index=True),  # YYYY-MM-DD in UTC
    Column("what", Text, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

service_clock = Table(
    "service_clock",  # how long after its IssueInstant the latest message came
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

feed_cursor = Table(
    "feed_cursor",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),  # the last event that was dealt with
    Column("moved_at", Instant, nullable=False),
)
