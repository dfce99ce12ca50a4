"""Signing keys by their dates, and what each service provider has shown of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_key_state",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("window_opens_at", sa.BigInteger(), nullable=True),
        sa.Column("active_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_signing_key_state"),
    )
    op.create_table(
        "sp_key_pin",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("switch_at", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fingerprint"],
            ["signing_key_state.fingerprint"],
            name="fk_sp_key_pin_fingerprint",
        ),
        sa.PrimaryKeyConstraint("entity_id", "switch_at", name="pk_sp_key_pin"),
    )
    op.create_table(
        "sp_key_rehearsal",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("armed_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("session_index", sa.Text(), nullable=True),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.Column("proved_at", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fingerprint"],
            ["signing_key_state.fingerprint"],
            name="fk_sp_key_rehearsal_fingerprint",
        ),
        sa.PrimaryKeyConstraint("entity_id", "fingerprint", name="pk_sp_key_rehearsal"),
    )
    op.create_table(
        "sp_metadata_fetch",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("fingerprints", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", name="pk_sp_metadata_fetch"),
    )
    op.create_table(
        "sp_certificate_seen",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "entity_id", "fingerprint", name="pk_sp_certificate_seen"
        ),
    )
