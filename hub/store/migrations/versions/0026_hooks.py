"""Webhooks of teams, for alerts of the registry's care."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "care_hook",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(16), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_care_hook"),
    )
