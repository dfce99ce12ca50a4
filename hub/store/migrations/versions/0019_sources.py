"""Addresses that metadata are fetched from: how that went last."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sp_source",
        sa.Column("entity_id", sa.String(1024), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("worked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("entity_id", name="pk_sp_source"),
    )
