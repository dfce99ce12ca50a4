"""Care of services: alerts that went out, feeds of teams, and what was attested."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "care_alert",
        sa.Column("subject", sa.String(1200), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", "step", name="pk_care_alert"),
    )
    op.create_table(
        "care_feed",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(16), nullable=True),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revoked_by", sa.String(128), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_care_feed"),
    )
    op.create_table(
        "care_attestation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.String(1024), nullable=False),
        sa.Column("attested_by", sa.String(128), nullable=False),
        sa.Column("attested_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_care_attestation"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_care_attestation_entity_id", "care_attestation", ["entity_id"])
