"""The registry's own tables, on the engine that the hub hands it.

Rows are added and never edited, save for marks: who approved or rejected a change, who
owns a service provider, whose role or invitation is over, who logged in last, which
snapshot is in force, and how messages to webhooks fared.  What waits to be published goes
with its publication.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import postgresql, sqlite


class Utc(TypeDecorator[datetime]):
    """An aware time in UTC on every engine; SQLite keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sp_ident = Table(
    "sp_ident",
    metadata,
    Column("entity_id", String(1024), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),  # opaque: in URLs and file names
    Column("owner", String(16), index=True),  # organisation number; None: administrators' alone
)

entity_version = Table(
    "entity_version",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of content and metadata together
    Column("entity_id", String(1024), nullable=False, index=True),
    Column("metadata", LargeBinary, nullable=False),  # the document as the agency sent it
    Column("content", Text, nullable=False),  # canonical JSON, see `encode`
    Column("created_at", Utc, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entity_id", String(1024), nullable=False, index=True),
    Column("version", String(64), ForeignKey("entity_version.hash"), nullable=False),
    Column("kind", String(16), nullable=False),  # see `desk.ChangeKind`
    Column("proposed_by", String(128), nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("approved_by", String(128)),
    Column("approved_at", Utc),
    Column("note", Text, nullable=False, default=""),
    Column("rejected_by", String(128)),
    Column("rejected_at", Utc),
    Column("reason", Text),  # why it was rejected
    sqlite_autoincrement=True,
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("previous", Integer, nullable=False),  # 0: there was none
    Column("root", String(64), nullable=False),
    Column("members", Text, nullable=False),  # JSON list of version hashes, sorted
    Column("algorithm", String(128), nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("published_by", String(128), nullable=False),
    Column("published_at", Utc, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("staged", Text),  # JSON list of `staging.Staged`; None: nothing was
)

snapshot_pointer = Table(
    "snapshot_pointer",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row, always 1
    Column("number", Integer, nullable=False),  # 0: nothing is published yet
)

snapshot_term = Table(
    "snapshot_term",  # which snapshot came in force when; each ends where the next begins
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("snapshot", Integer, ForeignKey("snapshot.number"), nullable=False),
    Column("since", Utc, nullable=False, index=True),
    Column("put_by", String(128), nullable=False),
    sqlite_autoincrement=True,
)

rollout = Table(
    "rollout",  # a change that comes in force at a time, or for some logins first
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entity_id", String(1024), nullable=False),
    Column("change", Integer, ForeignKey("change.number"), nullable=False),
    Column("version", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # see `rollouts.Kind`
    Column("share", Integer, nullable=False),  # percent of logins
    Column("due_at", Utc, nullable=False),
    Column("decided_by", String(128), nullable=False),
    Column("decided_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("ended_by", String(128)),
    Column("outcome", String(16)),  # see `rollouts.Outcome`
    Column("reason", Text),
    sqlite_autoincrement=True,
)
Index(  # one at a time for each service provider
    "uq_rollout_open",
    rollout.c.entity_id,
    unique=True,
    sqlite_where=rollout.c.ended_at.is_(None),
    postgresql_where=rollout.c.ended_at.is_(None),
)

unpublished = Table(
    "unpublished",  # decisions that no publication has taken yet
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entity_id", String(1024), nullable=False),
    Column("decided_by", String(128), nullable=False),
    Column("decided_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)

sp_comment = Table(
    "sp_comment",  # on a change, by whoever may see it
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entity_id", String(1024), nullable=False, index=True),
    Column("change", Integer, ForeignKey("change.number"), nullable=False),
    Column("said_by", String(128), nullable=False),
    Column("said_at", Utc, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)

staff_role = Table(
    "staff_role",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("person_id", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),  # what colleagues and history show
    Column("role", String(32), nullable=False),  # see `staff.Role`
    Column("organisation", String(16)),  # of an agency's contact; None: every organisation
    Column("granted_by", String(128), nullable=False),
    Column("granted_at", Utc, nullable=False),
    Column("revoked_by", String(128)),
    Column("revoked_at", Utc),
    sqlite_autoincrement=True,
)

organisation = Table(
    "organisation",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("added_by", String(128), nullable=False),
    Column("added_at", Utc, nullable=False),
)

staff_invitation = Table(
    "staff_invitation",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("secret_hash", String(64), unique=True),  # of a link; None: it waits for one person
    Column("person_id", String(64), index=True),  # whom it waits for, or who accepted it
    Column("name", String(100), nullable=False),
    Column("role", String(32), nullable=False),
    Column("organisation", String(16)),
    Column("invited_by", String(128), nullable=False),
    Column("invited_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("accepted_at", Utc),
    Column("withdrawn_by", String(128)),
    Column("withdrawn_at", Utc),
    sqlite_autoincrement=True,
)

staff_shell = Table(
    "staff_shell",  # which person a user of the machine is; the newest row holds
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("shell_user", String(64), nullable=False, index=True),
    Column("person_id", String(64), nullable=False),
    Column("bound_by", String(128), nullable=False),
    Column("bound_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)

care_alert = Table(
    "care_alert",  # what people were told of, once for each step
    metadata,
    Column("subject", String(1200), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("sent_at", Utc, nullable=False),
)

care_feed = Table(
    "care_feed",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("organisation", String(16)),  # None: every service
    Column("made_by", String(128), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("revoked_by", String(128)),
    Column("revoked_at", Utc),
)

care_hook = Table(
    "care_hook",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organisation", String(16)),  # None: what administrators are told
    Column("sealed", LargeBinary, nullable=False),  # address and secrets, see `hooks`
    Column("made_by", String(128), nullable=False),  # or the secret's renewer
    Column("made_at", Utc, nullable=False),
    Column("renewed_at", Utc, nullable=False),  # its secret
)

care_hook_call = Table(
    "care_hook_call",  # how a message to a webhook fared, see `hook_calls`
    metadata,
    Column("id", String(32), primary_key=True),
    Column("hook", String(32), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("gives_up_at", Utc, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", Utc),
    Column("status", Integer),
    Column("fault", String(32)),
    Column("is_final", Boolean, nullable=False),
    Column("again_at", Utc),
)

care_attestation = Table(
    "care_attestation",  # that a service still needs the identity number
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entity_id", String(1024), nullable=False, index=True),
    Column("attested_by", String(128), nullable=False),
    Column("attested_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)

staff_visit = Table(
    "staff_visit",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("login_at", Utc, nullable=False),  # of the newest login that was used here
)

sp_logo = Table(
    "sp_logo",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the picture
    Column("data", LargeBinary, nullable=False),  # WebP of our own making, see `logos`
    Column("kept_at", Utc, nullable=False),
    Column("organisation", String(16)),  # that it was uploaded for
    Column("named_at", Utc),  # by a version, which is kept for ever; None: it may go
)

sp_source = Table(
    "sp_source",  # addresses that metadata are fetched from: how that went last
    metadata,
    Column("entity_id", String(1024), primary_key=True),
    Column("checked_at", Utc, nullable=False),
    Column("outcome", String(64), nullable=False),  # see `refreshing.Outcome`, or a fault's code
    Column("detail", Text, nullable=False),
    Column("worked_at", Utc),
)

snapshot_return = Table(
    "snapshot_return",  # wishes to go back to an earlier snapshot
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("wanted", Integer, ForeignKey("snapshot.number"), nullable=False),
    Column("in_force", Integer, nullable=False),  # what was in force when it was wished for
    Column("proposed_by", String(128), nullable=False),
    Column("proposed_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)


def add_if_new(connection: Connection, table: Table, **row: Any) -> None:
    """Insert a row unless its key is there already, in one statement."""
    add_all_if_new(connection, table, [row])


def add_all_if_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those rows whose keys are not there already."""
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
    else:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
